import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Journal } from './journal.ts';
import { type EndedTask, nameOf } from './task.ts';

export interface EndRecorderOptions {
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly journal: Pick<Journal, 'end'>;
}

/**
 * Writes how tasks ended to the journal. What a full disk does not take is tried again in the background: the answer is
 * true, and must not wait for the disk.
 */
export interface EndRecorder {
  /** Resolves after the first try. `onRecorded` is called when it is on disk, then or later. */
  record(task: EndedTask, onRecorded: () => void): Promise<void>;
  /** Tries once more what is not on disk, and gives up. */
  close(): Promise<void>;
}

const AGAIN_MS = 5_000;

export function createEndRecorder({ clock, log, journal }: EndRecorderOptions): EndRecorder {
  const left = new Map<EndedTask, () => void>();
  let cancelTimer: (() => void) | null = null;

  async function write(task: EndedTask, onRecorded: () => void): Promise<unknown> {
    try {
      await journal.end(task.row, task.endedAt, task.end);
    } catch (error) {
      left.set(task, onRecorded);
      return error;
    }
    left.delete(task);
    onRecorded();
    return null;
  }

  async function writeAll(): Promise<void> {
    await Promise.all([...left].map(([task, onRecorded]) => write(task, onRecorded)));
  }

  function tryAgain(): void {
    cancelTimer ??= clock.after(AGAIN_MS, async () => {
      await writeAll();
      cancelTimer = null;
      if (left.size > 0) tryAgain();
    });
  }

  return {
    async record(task, onRecorded) {
      const error = await write(task, onRecorded);
      if (error === null) return;
      const fields = { task: nameOf(task), error: messageOf(error) };
      log.write('error', 'the end of a task could not be recorded; it is tried again', fields);
      tryAgain();
    },
    async close() {
      cancelTimer?.();
      await writeAll();
      for (const task of left.keys()) {
        log.write('error', 'the end of a task was never recorded', { task: nameOf(task) });
      }
    },
  };
}
