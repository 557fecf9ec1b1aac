import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import type { Catalogue } from '#worker-service/catalogue/benchmark.ts';
import type { Executor } from '#worker-service/execution/run.ts';
import type { OutputStore } from '#worker-service/execution/task-output.ts';
import type { Journal } from './journal.ts';
import type { EndedTask } from './task.ts';
import type { TaskEnds } from './task-ends.ts';

/** What a runner of tasks works with. */
export interface TaskRunnerOptions {
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly catalogue: Pick<Catalogue, 'find'>;
  readonly executor: Executor;
  readonly journal: Journal;
  readonly outputs: OutputStore;
  readonly ends: TaskEnds;
  /** Told of every end after it was written to the journal, before the task stops being current. Must not throw. */
  readonly onEnd: (task: EndedTask) => void;
  /** How many programs may run at once. */
  readonly slots: number;
  /** How many may wait. */
  readonly queueLimit: number;
  /** Begins the names of this worker's runs; `a–z 0–9 -`, unique among the workers of this machine. */
  readonly runPrefix: string;
}
