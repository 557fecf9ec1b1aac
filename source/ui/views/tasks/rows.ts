import { inQueueOrder } from '#model/aging.ts';
import { isFinal, lastError, lastWorker, type Task } from '#model/task.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { type ListState, rowFilter } from '#ui/list/list-state.ts';
import { compareNaturally } from '#ui/list/natural-order.ts';
import { runMilliseconds } from './task-text.ts';

/** The columns that `o` goes through. */
export const TASK_SORTS = ['state', 'benchmark', 'priority', 'worker', 'attempts', 'time'] as const;

type SortColumn = (typeof TASK_SORTS)[number];

/**
 * The tasks that pass the filter. Without another order: those in flight, the longest first; then the queue in the
 * order in which it will run; then what is finished, newest first.
 */
export function taskRows(
  tasks: Iterable<Task>,
  { filter, sort }: Pick<ListState, 'filter' | 'sort'>,
  t: Translate,
): Task[] {
  const passes = rowFilter(filter);
  const shown = [...tasks].filter((task) => filter === '' || passes(textsOf(task, t)));
  const column = TASK_SORTS.find((name) => name === sort?.column);
  if (column === undefined) return shown.sort(byTurn);
  const direction = sort?.descending ? -1 : 1;
  const compare = COMPARE[column];
  return shown.sort((a, b) => direction * compare(a, b) || byTurn(a, b));
}

/** How many pending tasks the queue takes before `task`, and how many there are. */
export function queuePosition(
  task: Task,
  tasks: Iterable<Task>,
): { readonly ahead: number; readonly total: number } {
  let ahead = 0;
  let total = 0;
  for (const other of tasks) {
    if (other.state !== 'pending') continue;
    total += 1;
    if (byTurn(other, task) < 0) ahead += 1;
  }
  return { ahead, total };
}

function byTurn(a: Task, b: Task): number {
  const stage = stageOf(a);
  const difference = stage - stageOf(b);
  if (difference !== 0) return difference;
  switch (stage) {
    case IN_FLIGHT:
      return (
        (a.attempts.at(-1)?.assignedAt ?? 0) - (b.attempts.at(-1)?.assignedAt ?? 0) || a.sequence - b.sequence
      );
    case QUEUED:
      return inQueueOrder(a, b);
    default:
      return b.updatedAt - a.updatedAt || b.sequence - a.sequence;
  }
}

const IN_FLIGHT = 0;
const QUEUED = 1;
const FINISHED = 2;

function stageOf({ state }: Task): number {
  if (isFinal(state)) return FINISHED;
  return state === 'pending' ? QUEUED : IN_FLIGHT;
}

/** What a person sorts for comes first: trouble, high priorities, many attempts, long runs. */
const STATE_ORDER = [
  'failed',
  'running',
  'assigned',
  'pending',
  'cancelled',
  'completed',
] satisfies Task['state'][];

const COMPARE: Readonly<Record<SortColumn, (a: Task, b: Task) => number>> = {
  state: (a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state),
  benchmark: (a, b) => compareNaturally(a.benchmark, b.benchmark),
  priority: (a, b) => b.priority - a.priority,
  worker: (a, b) => compareNaturally(workerOf(a), workerOf(b)),
  attempts: (a, b) => b.attempts.length - a.attempts.length,
  // What is not finished goes on growing: it stands before all that is, so that no row overtakes another by itself.
  time: (a, b) =>
    isFinal(a.state) && isFinal(b.state) ? runMilliseconds(b) - runMilliseconds(a) : byTurn(a, b),
};

function workerOf(task: Task): string {
  return (task.state === 'pending' ? task.wantedWorker : lastWorker(task)) ?? '';
}

/** An error as it is seen, and as the log has it. */
function textsOf(task: Task, t: Translate): string[] {
  const error = lastError(task) ?? '';
  return [
    task.id,
    t(`task-state.${task.state}`),
    task.benchmark,
    task.description,
    ...Object.entries(task.parameters).map(([name, value]) => `${name}=${value}`),
    workerOf(task),
    t.say(error),
    error,
  ];
}
