import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSettings } from '#configuration/settings.ts';
import type { Settings } from '#model/settings.ts';
import { TASK_STATES } from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import { isObject } from '#persistence/restored-state.ts';
import { openTaskReader, type TaskReader } from '#persistence/task-reader.ts';
import { type Call, EXIT } from './call.ts';
import type { ValueKind } from './completion-model.ts';

/** More than anybody reads under a command line. */
const MOST_IDS = 200;

/**
 * The words of a kind that begin as typed, one a line: what the completion scripts ask for. Reads files only, and is
 * silent about whatever is wrong with them: an error message has no place under a half-typed command.
 */
export async function completeWords({ dir, args, environment, stdout }: Call<unknown>): Promise<number> {
  const [kind = '', prefix = ''] = args;
  try {
    const settings = await loadSettings({ dir, environment });
    const words = await wordsOf(kind as ValueKind, prefix, settings);
    // A word that would be another as a plain line could not be typed either.
    const fit = [...new Set(words)].filter((word) => word.startsWith(prefix) && plainLine(word) === word);
    await stdout.write(fit.map((word) => `${word}\n`).join(''));
  } catch {
    // Nothing is known.
  }
  return EXIT.done;
}

async function wordsOf(kind: ValueKind, prefix: string, settings: Settings): Promise<readonly string[]> {
  switch (kind) {
    case 'worker':
      return [...settings.workers.map(({ id }) => id), ...(await workersInStateFile(settings))];
    case 'benchmark': {
      const { python, cython } = settings.benchmarks;
      return [python, cython, ...fromTasks(settings, (reader) => reader.benchmarks())];
    }
    case 'batch':
      return fromTasks(settings, (reader) => reader.idsFrom(prefix, MOST_IDS).batches);
    case 'task':
      // Without a beginning, the newest are meant.
      return fromTasks(settings, (reader) =>
        prefix === ''
          ? reader.tasks({ states: TASK_STATES, before: null, limit: MOST_IDS }).map(({ id }) => id)
          : reader.idsFrom(prefix, MOST_IDS).tasks,
      );
  }
}

/** Those that a master started here by itself are in no other file. */
async function workersInStateFile({ stateFile }: Settings): Promise<readonly string[]> {
  const document: unknown = JSON.parse(await readFile(stateFile, 'utf8').catch(() => '{}'));
  return isObject(document) && isObject(document.workers) ? Object.keys(document.workers) : [];
}

function fromTasks(
  { dataDir }: Settings,
  read: (reader: TaskReader) => readonly string[],
): readonly string[] {
  let reader: TaskReader | null = null;
  try {
    reader = openTaskReader(join(dataDir, 'tasks.sqlite'));
    return read(reader);
  } catch {
    return [];
  } finally {
    reader?.close();
  }
}
