import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { LogFields } from '#model/log-line.ts';
import type { Journal } from '#worker-service/tasks/journal.ts';
import { type JournalOptions, journalPath, openJournal } from '#worker-service/tasks/journal-client.ts';
import type { AcceptedTask, TaskEnd } from '#worker-service/tasks/task.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

/** Bundled from the source as it is now; see global-setup.ts. */
export const JOURNAL_THREAD_URL = new URL(inject('journalThread'));

/** A log that remembers what was written. */
export interface SeenLog extends WorkerLog {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: LogFields }[];
}

export function seenLog(): SeenLog {
  const lines: SeenLog['lines'] = [];
  return {
    file: null,
    lines,
    write: (level, message, fields = {}) => void lines.push({ level, message, fields }),
    close: async () => {},
  };
}

/** The real journal of worker w in `dir`, closed after the test. */
export async function journalIn(dir: string, options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await openJournal({
    path: journalPath(dir, 'w'),
    threadUrl: JOURNAL_THREAD_URL,
    // Close to the times of the tests: nothing is too old.
    clock: fakeClock(1_000_000),
    log: seenLog(),
    ...options,
  });
  onTestFinished(() => journal.close());
  return journal;
}

export function accepted(taskId: string | null, changes: Partial<AcceptedTask> = {}): AcceptedTask {
  return { taskId, benchmark: 'noop', params: { N: 1 }, ...changes };
}

export function ended(changes: Partial<TaskEnd> = {}): TaskEnd {
  return {
    state: 'completed',
    answer: { status: 200, body: { status: 'success', execution_time: 1.5 } },
    error: null,
    results: { value: 7 },
    returnCode: 0,
    seconds: 1.5,
    ...changes,
  };
}

/** The end of a task that was not started after all. */
export const REFUSED = ended({
  state: 'lost',
  answer: { status: 503, body: { status: 'error', state: 'lost' } },
  error: 'it was not started',
  results: {},
  returnCode: null,
  seconds: 0,
});

/** Where the journal of `journalIn` is. */
export const journalFile = (dir: string) => join(dir, 'results', 'worker_w_journal.sqlite');
