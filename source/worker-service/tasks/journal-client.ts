import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { type DatabaseClient, openDatabaseClient } from '#storage/database-client.ts';
import { setAside } from '#storage/set-aside.ts';
import type { Journal } from './journal.ts';
import type { Retention } from './journal-database.ts';
import type { JournalAnswers, JournalAsk } from './journal-messages.ts';

/** Answers of failed programs hold what they printed, up to a few megabytes each. */
const DEFAULT_RETENTION: Retention = { tasks: 100_000, ageMs: 90 * 86_400_000, bytes: 512 * 2 ** 20 };

const PRUNE_EVERY_MS = 600_000;
/** Tasks that go in one commit: few, so that nothing waits long behind it. */
const PRUNE_STEP = 100;

export interface JournalOptions {
  readonly path: string;
  /** The program of the journal's thread: `journal-thread`, as source or as bundle. */
  readonly threadUrl: URL;
  readonly clock: Clock;
  readonly log: WorkerLog;
  /** Missing: `DEFAULT_RETENTION`. */
  readonly retention?: Retention;
  /** Bound on the size of the file, in pages of 4 KiB; missing: what the disk holds. */
  readonly maxPages?: number;
}

/** The journal of a worker that works in `dir`. */
export function journalPath(dir: string, workerId: string): string {
  return join(dir, 'results', `worker_${workerId}_journal.sqlite`);
}

/**
 * Opens a worker's journal in a thread of its own; one that is damaged is kept under a name with the time in it, and a
 * new one begun. What arrives while a commit runs shares the next one. Every call may reject with a UserError
 * (`JOURNAL_FULL`, `JOURNAL_UNWRITABLE`, `JOURNAL_DAMAGED`, …).
 *
 * @throws UserError `JOURNAL_BUSY` where another worker has it, `JOURNAL_NEWER`, `JOURNAL_UNWRITABLE`, …
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { clock, log, retention = DEFAULT_RETENTION } = options;
  const { ask, close } = await openOrBeginAnew(options);
  let cancelTimer = () => {};
  let isClosing = false;

  async function prune(): Promise<void> {
    try {
      while (!isClosing && (await ask({ kind: 'prune', retention, now: clock.now(), step: PRUNE_STEP })));
    } catch (error) {
      if (!isClosing) log.write('warn', 'the journal could not be pruned', { error: messageOf(error) });
    }
    if (!isClosing) cancelTimer = clock.after(PRUNE_EVERY_MS, () => void prune());
  }
  void prune();

  return {
    accept: (task, at) => ask({ kind: 'accept', task, at }),
    start: (row, at) => ask({ kind: 'start', row, at }),
    end: (row, at, end) => ask({ kind: 'end', row, at, end }),
    find: (taskId) => ask({ kind: 'find', taskId }),
    unfinished: () => ask({ kind: 'unfinished' }),
    lastEnded: (limit) => ask({ kind: 'last-ended', limit }),
    close() {
      isClosing = true;
      cancelTimer();
      return close();
    },
  };
}

type Client = DatabaseClient<JournalAsk, JournalAnswers>;

async function openOrBeginAnew(options: JournalOptions): Promise<Client> {
  const { path, clock, log } = options;
  try {
    return await openClient(options);
  } catch (error) {
    if (codeOf(error) !== 'JOURNAL_DAMAGED') throw error;
    const target = await moveAside(path, clock.now(), error);
    log.write('error', 'the journal is damaged; a new one is begun, what ran before is not known any more', {
      kept: target,
      error: messageOf(error),
    });
    return openClient(options);
  }
}

function openClient({ path, maxPages, threadUrl }: JournalOptions): Promise<Client> {
  return openDatabaseClient<JournalAsk, JournalAnswers>({
    threadUrl,
    name: 'journal',
    data: { path, maxPages },
    closed: () => new UserError('JOURNAL_CLOSED', 'the journal is closed: the worker is about to end'),
  });
}

/** Its write-ahead log goes with it, so that SQLite finds both where it expects them. */
async function moveAside(path: string, now: number, cause: unknown): Promise<string> {
  try {
    const target = await setAside(path, now);
    for (const suffix of ['-wal', '-shm']) {
      await rename(path + suffix, target + suffix).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    }
    return target;
  } catch (error) {
    throw new UserError(
      'JOURNAL_DAMAGED',
      `the journal ${path} is damaged and cannot be moved aside (${messageOf(error)}): move it away and start again`,
      { cause },
    );
  }
}
