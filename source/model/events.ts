import type { Batch } from './batch.ts';
import type { CallFailure } from './call-failure.ts';
import type { RunStatistics } from './run-statistics.ts';
import type { History } from './series.ts';
import type { LogLevel, SettingChange, Settings } from './settings.ts';
import type { Task, TaskState } from './task.ts';
import type { TaskChange } from './task-history.ts';
import type { Uptime } from './uptime.ts';
import type {
  Health,
  Performance,
  PingOutcome,
  SetAside,
  StatusReport,
  Worker,
  WorkerConfig,
  WorkerStatus,
} from './worker.ts';
import type { WorkerEvent } from './worker-event.ts';
import type { Milestone } from './worker-transition.ts';

/** What an earlier run of the master left of one worker in worker_state.json. Missing keys were not there. */
export interface RestoredWorker {
  readonly discovered: boolean;
  readonly lost: boolean;
  readonly lastPingAt: number | null;
  readonly lastGoodPingAt: number | null;
  readonly recentPings: readonly (number | null)[];
  readonly answered: readonly number[];
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  readonly uptime?: Uptime;
  /** What happened to it last, oldest first. */
  readonly events?: readonly WorkerEvent[];
}

/** The fleet's counters. They go on across restarts. */
export interface Counters {
  readonly totalPings: number;
  readonly goodPings: number;
  readonly failedPings: number;
  readonly discovered: number;
  readonly lost: number;
  readonly recovered: number;
  /** Attempts sent to a worker. */
  readonly tasksDistributed: number;
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
}

/** Something that keeps the master from doing all it should, shown until it is over. */
export interface Problem {
  /** One problem an id: raising it again replaces it. */
  readonly id:
    | 'state-file'
    | 'log-file'
    | 'task-database'
    | 'embedded-workers'
    | 'configuration'
    | 'attach'
    | 'connection';
  /** What is wrong, where, what to do: English, plain text. */
  readonly message: string;
  readonly since: number;
}

interface At {
  /** Unix milliseconds. */
  readonly at: number;
}

/** Everything that can happen. Past tense; carries all that `reduce` needs. */
export type Event = At &
  (
    | {
        readonly type: 'master-started';
        readonly version: string;
        readonly settings: Settings;
        readonly counters: Counters | null;
        /** The last hour and day as an earlier master left them; missing where it left nothing. */
        readonly history?: History;
      }
    | {
        /** The files say something else than before, and it is in force from now on. */
        readonly type: 'settings-changed';
        readonly settings: Settings;
        readonly changes: readonly SettingChange[];
      }
    | {
        readonly type: 'worker-configured';
        readonly config: WorkerConfig;
        readonly restored: RestoredWorker | null;
      }
    /** They are not configured any more: no new tasks for them, and each goes when those that it has have ended. */
    | { readonly type: 'workers-leaving'; readonly workerIds: readonly string[] }
    /** They have gone: nobody watches them any more. As they were at last. */
    | { readonly type: 'workers-removed'; readonly workers: readonly Worker[] }
    | {
        readonly type: 'worker-pinged';
        readonly workerId: string;
        readonly outcome: PingOutcome;
        /** True for a failure of a worker that is inactive already: nothing new, and nothing for the log. */
        readonly expected?: true;
      }
    | {
        readonly type: 'worker-status-changed';
        readonly workerId: string;
        readonly from: WorkerStatus;
        readonly to: WorkerStatus;
        readonly milestone: Milestone | null;
        /** The failure that caused it; null for a change to active. */
        readonly failure: CallFailure | null;
        readonly failures: number;
        readonly maxFailures: number;
      }
    | {
        readonly type: 'worker-health-checked';
        readonly workerId: string;
        readonly health: Health;
        readonly medianMs: number | null;
        /** Null where /status was not asked or did not answer: the last one known stays. */
        readonly statusReport: StatusReport | null;
      }
    | {
        readonly type: 'worker-performance-restored';
        readonly workerId: string;
        readonly performance: Readonly<Record<string, Performance>>;
      }
    | {
        readonly type: 'task-changed';
        readonly change: TaskChange;
        /** The task as it is now. */
        readonly task: Task;
        /** The state it had; null where the screen did not know of it. */
        readonly from: TaskState | null;
        /** The number of the attempt that it is about, where that is not the last. */
        readonly attempt?: number;
        /** What else there is to say. Plain text, English. */
        readonly note?: string;
      }
    /** Waiting and run times of the tasks that ended last. */
    | { readonly type: 'runs-measured'; readonly statistics: RunStatistics }
    /** A batch was committed; its tasks follow in `tasks-added`. */
    | { readonly type: 'batch-submitted'; readonly batch: Batch; readonly tasks: number }
    /** New pending tasks, many at once: no line in the log for each. */
    | { readonly type: 'tasks-added'; readonly tasks: readonly Task[] }
    /** The batches that are not finished, and the last ones that are, in order of submission. */
    | { readonly type: 'batches-restored'; readonly batches: readonly Batch[] }
    | {
        /** Old finished tasks were removed from the database, and batches that have none left. */
        readonly type: 'tasks-pruned';
        readonly removed: Readonly<Record<TaskState, number>>;
        readonly batches: readonly string[];
      }
    | {
        /** The operator wants no new tasks for a worker, or wants them again. `restored`: as an earlier run left it. */
        readonly type: 'worker-drained';
        readonly workerId: string;
        readonly drained: boolean;
        readonly restored: boolean;
      }
    | {
        /** A worker answered a task with 401 or 403. */
        readonly type: 'worker-refused';
        readonly workerId: string;
        readonly httpStatus: number;
      }
    /** A worker that fails tasks in which others succeed gets none for a while. */
    | { readonly type: 'worker-set-aside'; readonly workerId: string; readonly aside: SetAside }
    /** It gets another chance. */
    | { readonly type: 'worker-taken-back'; readonly workerId: string }
    | { readonly type: 'task-counts-restored'; readonly counts: Readonly<Record<TaskState, number>> }
    | { readonly type: 'problem-raised'; readonly id: Problem['id']; readonly message: string }
    | { readonly type: 'problem-cleared'; readonly id: Problem['id'] }
    | {
        /** Anything else worth a line in the log. */
        readonly type: 'noticed';
        readonly level: LogLevel;
        readonly message: string;
        readonly fields?: Readonly<Record<string, string | number | boolean>>;
      }
  );

export type EventOf<Type extends Event['type']> = Extract<Event, { type: Type }>;
