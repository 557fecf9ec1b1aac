import type { Snapshot } from '#model/snapshot.ts';
import { averageLatencyMs, type WORKER_STATUSES, type Worker } from '#model/worker.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { type ListState, matches } from '#ui/list/list-state.ts';

/** The columns that `o` goes through. */
export const WORKER_SORTS = ['worker', 'state', 'ping', 'done'] as const;

/** Trouble first: this is the order in which a person wants to see states. */
const STATE_ORDER = [
  'inactive',
  'unstable',
  'unknown',
  'active',
] satisfies (typeof WORKER_STATUSES)[number][];

type Key = (worker: Worker) => number | string;

const SORT_KEYS: Readonly<Record<(typeof WORKER_SORTS)[number], Key>> = {
  worker: ({ id }) => id,
  state: ({ status }) => STATE_ORDER.indexOf(status),
  ping: (worker) => averageLatencyMs(worker) ?? Number.POSITIVE_INFINITY,
  done: ({ tasksCompleted }) => -tasksCompleted,
};

/** The workers that pass the filter, in the order asked for; without one, as configured. */
export function workerRows(snapshot: Snapshot, state: ListState, t: Translate): Worker[] {
  const shown = [...snapshot.workers].filter(
    (worker) => state.filter === '' || matches(state.filter, textsOf(worker, t)),
  );
  const key = SORT_KEYS[state.sort?.column as keyof typeof SORT_KEYS];
  if (key === undefined) return shown;
  const direction = state.sort?.descending ? -1 : 1;
  return shown.sort((a, b) => direction * compare(key(a), key(b)) || compare(a.id, b.id));
}

function textsOf({ id, config, status, health }: Worker, t: Translate): string[] {
  return [
    id,
    `${config.host}:${config.port}`,
    ...config.labels,
    t(`status.${status}`),
    t(`health.${health.state}`),
  ];
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b, undefined, { numeric: true });
  return a === b ? 0 : a < b ? -1 : 1;
}
