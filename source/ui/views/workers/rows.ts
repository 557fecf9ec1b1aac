import type { Snapshot } from '#model/snapshot.ts';
import type { WORKER_STATUSES, Worker } from '#model/worker.ts';
import { fleetCounts } from '#ui/fleet-counts.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { type FilterFields, rowFilter } from '#ui/list/list-state.ts';
import { compareNaturally } from '#ui/list/natural-order.ts';
import { type Alarm, workerAlarm } from '#ui/wall/alarm.ts';
import { pingOf } from './ping.ts';
import type { WorkersState } from './workers-state.ts';

/** The columns that `o` goes through. */
export const WORKER_SORTS = ['worker', 'state', 'ping', 'done'] as const;

/** An outage of this length has been seen by everybody who looks: it makes room for what is alive. */
const AGED_MS = 300_000;

/** Trouble first: this is the order in which a person wants to see states. */
const STATE_ORDER = [
  'inactive',
  'unstable',
  'unknown',
  'active',
] satisfies (typeof WORKER_STATUSES)[number][];
const ALARM_ORDER: readonly Alarm[] = ['bad', 'warning', 'good'];

/** What a worker is sorted by; null: it has none, and stands behind all that have. */
type Key = (worker: Worker) => number | string | null;

const SORT_KEYS: Readonly<Record<(typeof WORKER_SORTS)[number], Key>> = {
  worker: ({ id }) => id,
  state: ({ status }) => STATE_ORDER.indexOf(status),
  ping: pingOf,
  done: ({ tasksCompleted }) => -tasksCompleted,
};

interface Look {
  readonly t: Translate;
  readonly now: number;
}

/** Workers in the order of a list, and their ids in the same order. */
export interface WorkerRows {
  readonly workers: readonly Worker[];
  readonly ids: readonly string[];
}

/**
 * The workers that are to be seen, in the order asked for; without one as configured. Those that have been inactive for
 * long are at the end, unless trouble is asked for first. Computed once for a fleet as it is and a way to look at it: each key asks for them several times.
 */
export function workerRows(snapshot: Snapshot, state: WorkersState, look: Look): WorkerRows {
  const { t, now } = look;
  const { filter, sort, problemsFirst, hidesInactive } = state;
  const { inactive } = fleetCounts(snapshot);
  // Time only makes an outage older: how many have aged says which.
  const aged = inactive.filter((worker) => hasAged(worker, now)).length;
  const alarming = inactive.filter((worker) => workerAlarm(worker, now) === 'bad').length;
  const key = JSON.stringify([filter, sort, problemsFirst, hidesInactive, aged, alarming]);
  const looks = snapshot.workers.derived(newLooks);
  const known = looks.get(t) ?? new Map<string, WorkerRows>();
  looks.set(t, known);
  const rows = known.get(key) ?? withIds(orderedWorkers(snapshot, state, look));
  known.set(key, rows);
  return rows;
}

/** The rows of a fleet by language and by what else decides on them. */
function newLooks(): WeakMap<Translate, Map<string, WorkerRows>> {
  return new WeakMap();
}

function withIds(workers: readonly Worker[]): WorkerRows {
  return { workers, ids: workers.map(({ id }) => id) };
}

function orderedWorkers(snapshot: Snapshot, state: WorkersState, { t, now }: Look): Worker[] {
  const { filter, sort, problemsFirst, hidesInactive } = state;
  const passes = rowFilter(filter);
  const all = [...snapshot.workers];
  const shown =
    filter === '' && !hidesInactive
      ? all
      : all.filter(
          (worker) =>
            !(hidesInactive && worker.status === 'inactive') &&
            (filter === '' || passes(textsOf(worker, t), () => fieldsOf(worker, t))),
        );
  const key = SORT_KEYS[sort?.column as keyof typeof SORT_KEYS];
  // The usual look costs no sorting.
  if (key === undefined && !problemsFirst) {
    if (!fleetCounts(snapshot).inactive.some((worker) => hasAged(worker, now))) return shown;
    const aged = shown.filter((worker) => hasAged(worker, now));
    return [...shown.filter((worker) => !hasAged(worker, now)), ...aged];
  }
  const groupOf = (worker: Worker) => {
    if (problemsFirst) return ALARM_ORDER.indexOf(workerAlarm(worker, now));
    return sort?.column !== 'state' && hasAged(worker, now) ? 1 : 0;
  };
  const direction = sort?.descending ? -1 : 1;
  const rows = shown.map((worker) => ({ worker, group: groupOf(worker), value: key?.(worker) ?? null }));
  rows.sort(
    (a, b) =>
      a.group - b.group ||
      (key === undefined
        ? 0
        : compare(a.value, b.value, direction) || compareNaturally(a.worker.id, b.worker.id)),
  );
  return rows.map(({ worker }) => worker);
}

function hasAged({ status, since }: Worker, now: number): boolean {
  return status === 'inactive' && now - since > AGED_MS;
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

/** By their English names in every language, since they are what scripts and logs say; and by the reader's own. */
function fieldsOf({ config, status, health }: Worker, t: Translate): FilterFields {
  const state = [status, t(`status.${status}`)];
  const verdict = [health.state, t(`health.${health.state}`)];
  return {
    state,
    [t('filter.state')]: state,
    health: verdict,
    [t('filter.health')]: verdict,
    label: config.labels,
    [t('filter.label')]: config.labels,
  };
}

function compare(a: ReturnType<Key>, b: ReturnType<Key>, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'string' && typeof b === 'string') return direction * compareNaturally(a, b);
  return a === b ? 0 : a < b ? -direction : direction;
}
