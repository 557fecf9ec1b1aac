import { readFile } from 'node:fs/promises';
import { loadSettings } from '#configuration/settings.ts';
import { codeOf, UserError } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import { isTaskId } from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import { isObject } from '#persistence/json-object.ts';
import type { TaskReader } from '#persistence/task-reader.ts';
import type { Call } from './call.ts';
import { readTasks } from './reach.ts';

/** What an id, or its beginning, names. */
export interface Named {
  readonly kind: 'task' | 'batch';
  readonly id: string;
}

/** As many as a message names of those that begin alike. */
const NAMED_AT_MOST = 5;

/**
 * The task or the batch that each id names: in whole, or by a beginning that only one has. Looked up in the database
 * itself, which has every task that was ever accepted: a master is not asked.
 *
 * @throws UserError ID_UNKNOWN, ID_AMBIGUOUS, or why the database cannot be read.
 */
export function namedIn(dir: string, ids: readonly string[]): readonly Named[] {
  let reader: TaskReader;
  try {
    reader = readTasks(dir);
  } catch (error) {
    if (codeOf(error) !== 'TASK_DATABASE_MISSING') throw error;
    throw unknown(ids[0] ?? '');
  }
  try {
    return ids.map((id) => named(reader, id));
  } finally {
    reader.close();
  }
}

/**
 * The batch that an id, or its beginning, names.
 *
 * @throws UserError as `namedIn` does.
 */
export function batchNamed(dir: string, id: string): string {
  const [found] = namedIn(dir, [id]);
  if (found?.kind === 'batch') return found.id;
  throw new UserError('ID_UNKNOWN', `there is no batch ${plainLine(id)}`);
}

function named(reader: TaskReader, id: string): Named {
  if (!isTaskId(id)) throw unknown(id);
  if (reader.task(id) !== null) return { kind: 'task', id };
  if (reader.batch(id) !== null) return { kind: 'batch', id };
  const { tasks, batches } = reader.idsFrom(id, NAMED_AT_MOST);
  const [batch, ...others] = batches;
  // The ids of a sweep's tasks begin with the batch's: its beginning means the batch.
  if (batch !== undefined && others.length === 0 && tasks.every((task) => task.startsWith(`${batch}-`))) {
    return { kind: 'batch', id: batch };
  }
  const found = [...batches, ...tasks];
  const [only] = found;
  if (only === undefined) throw unknown(id);
  if (found.length > 1) {
    throw new UserError(
      'ID_AMBIGUOUS',
      `several ids begin with ${id}: ${found.slice(0, NAMED_AT_MOST).join(', ')}${found.length < NAMED_AT_MOST ? '' : ' …'}; give more of it`,
    );
  }
  return { kind: 'task', id: only };
}

function unknown(id: string): UserError {
  return new UserError(
    'ID_UNKNOWN',
    `there is no task and no batch ${plainLine(id)}: elastic-tui tasks lists them`,
  );
}

/**
 * The workers that ids or their beginnings name. What no file knows is given back as it is: the master may know it.
 *
 * @throws UserError ID_AMBIGUOUS
 */
export async function workersNamed(
  { dir, environment }: Pick<Call, 'dir' | 'environment'>,
  ids: readonly string[],
): Promise<readonly string[]> {
  // A configuration that was broken while the master runs is no reason to refuse its workers.
  const settings = await loadSettings({ dir, environment }).catch(() => null);
  const known = settings === null ? [] : await knownWorkers(settings);
  return ids.map((id) => {
    if (known.includes(id)) return id;
    // What a script left empty means nobody, and not the only one.
    const found = id === '' ? [] : known.filter((one) => one.startsWith(id));
    if (found.length > 1) {
      const names = found.slice(0, NAMED_AT_MOST).map(plainLine).join(', ');
      throw new UserError(
        'ID_AMBIGUOUS',
        `several workers begin with ${plainLine(id)}: ${names}; give more of it`,
      );
    }
    return found[0] ?? id;
  });
}

/** Those of the configuration, and those of the state file: what a master started by itself is nowhere else. */
export async function knownWorkers({ workers, stateFile }: Settings): Promise<readonly string[]> {
  const configured = workers.map(({ id }) => id);
  try {
    const document: unknown = JSON.parse(await readFile(stateFile, 'utf8'));
    const seen = isObject(document) && isObject(document.workers) ? Object.keys(document.workers) : [];
    return [...new Set([...configured, ...seen])];
  } catch {
    return configured;
  }
}
