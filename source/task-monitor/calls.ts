import { type Task, wireId } from '#model/task.ts';
import type { Worker } from '#model/worker.ts';
import type { ExecuteOutcome } from '#worker-client/worker-client.ts';
import type { TaskClient } from './roles.ts';

/** A request to a worker that has not been answered. */
interface Call {
  readonly workerId: string;
  readonly taskId: string;
  readonly number: number;
  readonly answer: Promise<ExecuteOutcome>;
  /** Gives up waiting. The worker goes on where it has got the request. */
  hangUp(): void;
}

interface CallOptions {
  /** The number of the attempt. */
  readonly number: number;
  readonly timeoutMs: number;
  readonly onSent: () => void;
}

/** The requests that are under way. */
export interface Calls {
  /** Sends an attempt of a task, and gives back what became of it. */
  execute(task: Task, worker: Worker, options: CallOptions): Promise<ExecuteOutcome>;
  on(workerId: string): readonly Call[];
  get(wire: string): Call | undefined;
  /**
   * Resolves once the worker has answered the call, so that its run is over; never, where it cannot be told from the
   * call: a connection that broke, or an answer that did not come in time, says nothing of the run.
   */
  isOver(wire: string): Promise<void>;
}

export function createCalls(client: Pick<TaskClient, 'execute'>, signal: AbortSignal): Calls {
  const underWay = new Map<string, Call>();

  return {
    async execute(task, worker, { number, timeoutMs, onSent }) {
      const { id, benchmark, parameters } = task;
      const wire = wireId(id, number);
      const abort = new AbortController();
      const answer = client.execute(
        worker.config,
        { wireId: wire, benchmark, parameters },
        { timeoutMs, onSent, signal: AbortSignal.any([signal, abort.signal]) },
      );
      const call: Call = {
        workerId: worker.id,
        taskId: id,
        number,
        answer,
        hangUp: () => abort.abort(),
      };
      underWay.set(wire, call);
      try {
        return await answer;
      } finally {
        if (underWay.get(wire) === call) underWay.delete(wire);
      }
    },
    on: (workerId) => [...underWay.values()].filter((call) => call.workerId === workerId),
    get: (wire) => underWay.get(wire),
    isOver(wire) {
      const call = underWay.get(wire);
      return new Promise((resolve) => {
        void call?.answer.then(({ kind }) => {
          if (kind !== 'uncertain' && kind !== 'timeout') resolve();
        });
      });
    },
  };
}
