import { loadSettings } from '#configuration/settings.ts';
import type { Settings } from '#model/settings.ts';
import { TASK_STATES } from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import type { TaskReader } from '#persistence/task-reader.ts';
import { type Call, EXIT } from './call.ts';
import type { ValueKind } from './completion-model.ts';
import { knownWorkers } from './ids.ts';
import { readTasks } from './reach.ts';

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
    const words = await wordsOf(kind as ValueKind, prefix, dir, settings);
    // A word that would be another as a plain line could not be typed either.
    const fit = [...new Set(words)].filter((word) => word.startsWith(prefix) && plainLine(word) === word);
    await stdout.write(fit.map((word) => `${word}\n`).join(''));
  } catch {
    // Nothing is known.
  }
  return EXIT.done;
}

async function wordsOf(
  kind: ValueKind,
  prefix: string,
  dir: string,
  settings: Settings,
): Promise<readonly string[]> {
  switch (kind) {
    case 'worker':
      return knownWorkers(settings);
    case 'benchmark': {
      const { python, cython } = settings.benchmarks;
      return [python, cython, ...fromTasks(dir, (reader) => reader.benchmarks())];
    }
    case 'batch':
      return fromTasks(dir, (reader) => reader.idsFrom(prefix, MOST_IDS).batches);
    case 'task':
      // Without a beginning, the newest are meant.
      return fromTasks(dir, (reader) =>
        prefix === ''
          ? reader.tasks({ states: TASK_STATES, before: null, limit: MOST_IDS }).map(({ id }) => id)
          : reader.idsFrom(prefix, MOST_IDS).tasks,
      );
  }
}

function fromTasks(dir: string, read: (reader: TaskReader) => readonly string[]): readonly string[] {
  let reader: TaskReader | null = null;
  try {
    reader = readTasks(dir);
    return read(reader);
  } catch {
    return [];
  } finally {
    reader?.close();
  }
}
