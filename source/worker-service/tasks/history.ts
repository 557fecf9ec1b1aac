import type { ParameterValues } from '#worker-service/catalogue/benchmark.ts';

/** One finished task, in the keys of version 1. */
export interface HistoryEntry {
  readonly task_id: string;
  readonly algorithm: string;
  /** Empty where they were refused. */
  readonly parameters: ParameterValues;
  /** Seconds; 0 where nothing ran. */
  readonly execution_time: number;
  readonly success: boolean;
  /** The body that /execute answered, its long texts cut to their ends; null where an older worker kept none. */
  readonly result: object | null;
  readonly error: string | null;
  readonly timestamp: string;
  readonly worker_id: string;
}

/**
 * Counts since the start of the process, in the keys of version 1: they begin at 0 at every start, as in version 1,
 * whatever the history has kept from before; what the crash of an earlier run lost counts as failed in the start that
 * found it. Times are seconds over the tasks that succeeded; 0 before the first.
 */
interface TaskStatistics {
  readonly total_tasks: number;
  readonly successful_tasks: number;
  readonly failed_tasks: number;
  /** Percent; 0 before the first task. */
  readonly success_rate: number;
  readonly avg_execution_time: number;
  readonly min_execution_time: number;
  readonly max_execution_time: number;
}

export interface HistoryQuery {
  /** At most so many, the newest. */
  readonly limit: number;
  /** Null: both. */
  readonly success: boolean | null;
}

/** The last tasks that ended here. */
export interface History {
  add(entry: HistoryEntry): void;
  /** Oldest first. */
  list(query: HistoryQuery): readonly HistoryEntry[];
  statistics(): TaskStatistics;
}

/** How many finished tasks are kept. */
export const KEPT_TASKS = 100;

/** A history that begins with what is `kept` from earlier starts, oldest first. */
export function createHistory(kept: readonly HistoryEntry[] = []): History {
  const entries = kept.slice(-KEPT_TASKS);
  let successful = 0;
  let failed = 0;
  let totalSeconds = 0;
  let minSeconds = Number.POSITIVE_INFINITY;
  let maxSeconds = 0;
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length > KEPT_TASKS) entries.shift();
      if (!entry.success) {
        failed += 1;
        return;
      }
      successful += 1;
      totalSeconds += entry.execution_time;
      minSeconds = Math.min(minSeconds, entry.execution_time);
      maxSeconds = Math.max(maxSeconds, entry.execution_time);
    },
    list({ limit, success }) {
      return entries.filter((entry) => success === null || entry.success === success).slice(-limit);
    },
    statistics() {
      const total = successful + failed;
      return {
        total_tasks: total,
        successful_tasks: successful,
        failed_tasks: failed,
        success_rate: total === 0 ? 0 : (100 * successful) / total,
        avg_execution_time: successful === 0 ? 0 : totalSeconds / successful,
        min_execution_time: successful === 0 ? 0 : minSeconds,
        max_execution_time: maxSeconds,
      };
    },
  };
}

/** The query string of GET /history. What makes no sense is as good as missing, as in version 1. */
export function readHistoryQuery(query: URLSearchParams): HistoryQuery {
  const limit = query.get('limit') ?? '';
  const status = query.get('status');
  return {
    limit: /^0*[1-9]\d{0,8}$/.test(limit) ? Math.min(Number(limit), KEPT_TASKS) : DEFAULT_LIMIT,
    success: status === 'success' ? true : status === 'failed' ? false : null,
  };
}

const DEFAULT_LIMIT = 50;
