import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { removeLeftovers } from '#storage/leftovers.ts';
import { replaceFile } from '#storage/replace-file.ts';
import { readOrSetAside } from '#storage/set-aside.ts';
import { createHistory, type History, type HistoryEntry, KEPT_TASKS } from './history.ts';
import { bounded, historyEntry, merged, readEntries } from './history-entries.ts';
import type { Journal } from './journal.ts';
import { type EndedTask, mayComeAgain } from './task.ts';

/** Tasks that end within this time share a write. */
const TOGETHER_MS = 500;
/** Readable for all, as deployed: other programs read it, perhaps under other users. */
const MODE = 0o644;

export interface KeptHistoryOptions {
  readonly path: string;
  readonly workerId: string;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly journal: Pick<Journal, 'lastEnded'>;
}

/** A history that is kept in a file across starts. */
export interface KeptHistory extends History {
  /** Adds a task of the journal; one that may come again is not told: nothing of it ran. */
  record(task: EndedTask): void;
  /** Writes what is not written yet. Never rejects. */
  close(): Promise<void>;
}

/** The results file of a worker that works in `dir`. */
export function historyPath(dir: string, workerId: string): string {
  return join(dir, 'results', `worker_${workerId}_history.json`);
}

/**
 * The history with what an earlier start left in its file and in the journal. A file that cannot be read is moved aside;
 * one that cannot be written is a warning in the log, and is tried again with the next task.
 */
export async function openHistory(options: KeptHistoryOptions): Promise<KeptHistory> {
  const { path, workerId, clock, log, journal } = options;
  await removeLeftovers(path);
  const { value: written, problem } = await readOrSetAside(path, clock.now(), readEntries);
  if (problem !== null) log.write('warn', `${problem}; the history begins with what the journal has`);
  const ended = await journal.lastEnded(KEPT_TASKS);
  const recorded = ended.filter((task) => !mayComeAgain(task)).map((task) => historyEntry(task, workerId));
  const kept = merged(written ?? NOTHING, recorded);
  const history = createHistory(kept);
  const file = createHistoryWriter({ path, clock, log, entries: () => history.list(EVERYTHING) });
  if (kept !== (written ?? NOTHING)) file.changed();

  return {
    ...history,
    add(entry) {
      history.add(bounded(entry));
      file.changed();
    },
    record(task) {
      if (mayComeAgain(task)) return;
      history.add(historyEntry(task, workerId));
      file.changed();
    },
    close: file.close,
  };
}

const NOTHING: readonly HistoryEntry[] = [];
const EVERYTHING = { limit: KEPT_TASKS, success: null };

interface HistoryWriterOptions extends Pick<KeptHistoryOptions, 'path' | 'clock' | 'log'> {
  readonly entries: () => readonly HistoryEntry[];
}

/** Replaces the file whole and atomically, at most once in `TOGETHER_MS`, and one write at a time. */
function createHistoryWriter({ path, clock, log, entries }: HistoryWriterOptions) {
  /** Whether there is news that was not tried to be written, and whether a write failed. */
  let isDirty = false;
  let hasFailed = false;
  let cancelTimer: (() => void) | null = null;
  let writing: Promise<void> = Promise.resolve();

  function changed(): void {
    isDirty = true;
    cancelTimer ??= clock.after(TOGETHER_MS, () => {
      writing = write().finally(() => {
        cancelTimer = null;
        if (isDirty) changed();
      });
    });
  }

  async function write(): Promise<void> {
    isDirty = false;
    try {
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, `${JSON.stringify(entries())}\n`, { mode: MODE });
      hasFailed = false;
    } catch (error) {
      if (!hasFailed)
        log.write('warn', 'the history could not be written', { path, error: messageOf(error) });
      hasFailed = true;
    }
  }

  return {
    changed,
    async close(): Promise<void> {
      cancelTimer?.();
      await writing;
      cancelTimer?.();
      if (isDirty || hasFailed) await write();
    },
  };
}
