import type { Batch } from './batch.ts';
import type { Counters, Event, EventOf, Problem } from './events.ts';
import type { LogLine } from './log-line.ts';
import { type Ring, ringOf } from './ring.ts';
import type { RunStatistics } from './run-statistics.ts';
import { NO_SERIES, type Series } from './series.ts';
import type { Settings } from './settings.ts';
import { Table } from './table.ts';
import type { Task, TaskState } from './task.ts';
import type { Worker } from './worker.ts';

/** What a person wants to be told without asking: changes of state, ends of tasks, problems, warnings. */
export type Incident = EventOf<
  | 'worker-status-changed'
  | 'worker-drained'
  | 'worker-refused'
  | 'worker-set-aside'
  | 'worker-taken-back'
  | 'workers-leaving'
  | 'workers-removed'
  | 'settings-changed'
  | 'task-changed'
  | 'batch-submitted'
  | 'problem-raised'
  | 'problem-cleared'
  | 'noticed'
>;

/** Everything that can be seen, made from the events by `reduce`. Immutable. */
export interface Snapshot {
  readonly version: string;
  /** Null before the master started. */
  readonly settings: Settings | null;
  /** When this master started, Unix milliseconds. */
  readonly startedAt: number;
  /** When the newest event happened, Unix milliseconds: how old the picture is. */
  readonly at: number;
  /** In the order of configuration. */
  readonly workers: Table<Worker>;
  readonly tasks: {
    readonly counts: Readonly<Record<TaskState, number>>;
    /** All that are not final, and the last ones that are; the database has the rest. In order of first sight. */
    readonly known: Table<Task>;
    /** All that are not finished, and the last ones that are. In order of submission. */
    readonly batches: Table<Batch>;
    /** Times of the runs that ended last; null before they were read. */
    readonly runs: RunStatistics | null;
  };
  readonly counters: Counters;
  /** The last hour and the last day. */
  readonly series: Series;
  readonly incidents: Ring<Incident>;
  /** At or above LOG_LEVEL. */
  readonly log: Ring<LogLine>;
  readonly problems: readonly Problem[];
}

export const NO_TASKS: Readonly<Record<TaskState, number>> = {
  pending: 0,
  assigned: 0,
  running: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
};

export const NO_COUNTS: Counters = {
  totalPings: 0,
  goodPings: 0,
  failedPings: 0,
  discovered: 0,
  lost: 0,
  recovered: 0,
  tasksDistributed: 0,
  tasksCompleted: 0,
  tasksFailed: 0,
};

/** How many of the last incidents and log lines are kept. */
const KEPT_INCIDENTS = 100;
export const KEPT_LOG_LINES = 1_000;

/** What is known before anything happened. */
export const EMPTY_SNAPSHOT: Snapshot = {
  version: '',
  settings: null,
  startedAt: 0,
  at: 0,
  workers: Table.empty(),
  tasks: { counts: NO_TASKS, known: Table.empty(), batches: Table.empty(), runs: null },
  counters: NO_COUNTS,
  series: NO_SERIES,
  incidents: ringOf(KEPT_INCIDENTS),
  log: ringOf(KEPT_LOG_LINES),
  problems: [],
};

/** Whether an event should be shown soon; all else may wait for the next second. */
export function isNotable(event: Event): boolean {
  return event.type !== 'worker-pinged' && event.type !== 'worker-health-checked';
}

/** Good pings among all, 0–1, or null before the first. */
export function pingSuccessRate({ totalPings, goodPings }: Counters): number | null {
  return totalPings === 0 ? null : goodPings / totalPings;
}
