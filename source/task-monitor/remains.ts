import type { Settings } from '#model/settings.ts';
import { can } from '#model/worker.ts';
import type { TaskAnswer } from '#worker-client/worker-client.ts';
import type { Occupancy } from './occupancy.ts';
import type { TaskClient } from './roles.ts';
import { nextSign, type SignOptions } from './signs.ts';

/** Until a worker has ended everything that a task started: it first asks its programs to end, then kills them. */
const CANCEL_ANSWER_MS = 30_000;

/** A run that nobody needs any more and that may go on at its worker. */
interface Remain {
  readonly workerId: string;
  /** Its id on the wire. */
  readonly wire: string;
  /** Resolves when the call that started it has been answered, or cannot be any more. */
  readonly answered: Promise<unknown>;
  /** When nothing is known of it, it is taken to have ended after this, from now. */
  readonly timeoutMs: number;
}

export interface RemainsOptions extends SignOptions {
  readonly settings: Pick<Settings, 'httpTimeoutMs'>;
  readonly client: Pick<TaskClient, 'cancel'>;
  readonly occupancy: Occupancy;
  /** A slot is free again. */
  readonly onFree: () => void;
}

/** Keeps the slots of runs that were called off or given up, until their workers are free of them. */
export interface Remains {
  /**
   * Keeps the slot, and tells the worker to end the run where it can. Resolves with what it said, or null where it was
   * not told.
   */
  leave(remain: Remain): Promise<TaskAnswer | null>;
  /** Tells a worker to end a run, again and again until it has answered or is gone. Null where it is gone. */
  callOff(workerId: string, wire: string): Promise<TaskAnswer | null>;
}

export function createRemains(options: RemainsOptions): Remains {
  const { clock, current, client, occupancy, signal } = options;

  async function callOff(workerId: string, wire: string): Promise<TaskAnswer | null> {
    for (;;) {
      const config = current().workers.get(workerId)?.config;
      if (config === undefined || signal.aborted) return null;
      const since = clock.monotonic();
      const answer = await client.cancel(config, wire, CANCEL_ANSWER_MS);
      if (answer.kind !== 'no-answer') return answer;
      const sign = await nextSign(workerId, since, options);
      if (typeof sign === 'string') return null;
    }
  }

  /**
   * A worker of version 1 is free of a run when a ping sent after now shows nothing, or, where another task is in front,
   * when its time is up: a run that is seen is waited for as long as it takes.
   */
  async function untilGone({ workerId, wire, timeoutMs }: Remain, stop: () => boolean): Promise<void> {
    const since = clock.monotonic();
    for (;;) {
      const sign = await nextSign(workerId, since, options);
      if (typeof sign === 'string' || stop()) return;
      const runs = sign.currentTask?.taskId;
      if (runs === undefined) return;
      if (runs !== wire && clock.monotonic() - since >= timeoutMs) return;
    }
  }

  return {
    callOff,
    async leave(remain) {
      const { workerId, wire, answered } = remain;
      const slot = `remains of ${wire}`;
      occupancy.take(workerId, slot);
      const worker = current().workers.get(workerId);
      let done = false;
      const toldAnswer = worker !== undefined && can(worker, 'cancel') ? callOff(workerId, wire) : null;
      const gone = toldAnswer ?? untilGone(remain, () => done);
      void Promise.race([answered, gone]).then(() => {
        done = true;
        occupancy.release(workerId, slot);
        options.onFree();
      });
      return toldAnswer;
    },
  };
}
