import type { Batch } from '#model/batch.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { isFinal, type Task } from '#model/task.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { matches } from '#ui/list/list-state.ts';
import { taskRows } from './rows.ts';
import type { TasksState } from './tasks-state.ts';

/** A row of the Tasks view. Ids of batches and of tasks may be the same text: those of rows are not. */
export type TaskRow =
  | { readonly kind: 'task'; readonly id: string; readonly task: Task }
  | { readonly kind: 'batch'; readonly id: string; readonly batch: Batch; readonly expanded: boolean };

/** The id of a batch's row: no task's can be the same, since a task's id has no colon. */
export function batchRowId(batch: string): string {
  return `batch:${batch}`;
}

/** The batch whose row has this id; null for the row of a task. */
export function batchIdOf(rowId: string): string | null {
  const prefix = batchRowId('');
  return rowId.startsWith(prefix) ? rowId.slice(prefix.length) : null;
}

/**
 * The rows as they are shown: batches under way, the newest first; what runs and waits; then what is finished, batches
 * and tasks, the newest first. The tasks of a batch stand under it once it is opened, those that failed first. A filter, or the tab of one state,
 * looks into all batches.
 */
export function listRows(
  { tasks, older }: Pick<Snapshot, 'tasks'> & { readonly older: readonly Task[] },
  { filter, sort, tab, expanded }: Pick<TasksState, 'filter' | 'sort' | 'tab' | 'expanded'>,
  t: Translate,
): TaskRow[] {
  const { known, batches } = tasks;
  const flat = tab !== null || filter !== '';
  const isOpen = (task: Task) => task.batch !== null && expanded.includes(task.batch);
  const isShown = (task: Task) => {
    if (flat) return tab === null || task.state === tab;
    return task.batch === null || !batches.has(task.batch) || isOpen(task);
  };
  const all = [...known, ...older.filter(({ id }) => !known.has(id))];
  const shown = taskRows(all.filter(isShown), { filter, sort }, t);
  if (tab !== null) return shown.map(rowOf);
  const rows = [...batches]
    .reverse()
    .filter((batch) => filter === '' || matches(filter, [batch.id, batch.description, batch.benchmark]))
    .map(
      (batch): TaskRow => ({
        kind: 'batch',
        id: batchRowId(batch.id),
        batch,
        expanded: !flat && expanded.includes(batch.id),
      }),
    );
  if (flat) return [...rows, ...shown.map(rowOf)];
  const under = Map.groupBy(shown.filter(isOpen), ({ batch }) => batch);
  const opened = rows.flatMap((row) =>
    row.kind === 'batch' && row.expanded
      ? [row, ...failuresFirst(under.get(row.batch.id) ?? [], sort).map(rowOf)]
      : [row],
  );
  const single = shown.filter((task) => !isOpen(task));
  return sort === null ? merged(opened, single) : [...opened, ...single.map(rowOf)];
}

/** A batch is opened for what went wrong: it must not lie beneath thousands that wait. */
function failuresFirst(tasks: readonly Task[], sort: TasksState['sort']): readonly Task[] {
  if (sort !== null) return tasks;
  const hasFailed = ({ state }: Task) => state === 'failed';
  return [...tasks.filter(hasFailed), ...tasks.filter((task) => !hasFailed(task))];
}

function rowOf(task: Task): TaskRow {
  return { kind: 'task', id: task.id, task };
}

/** Finished batches stand among the finished tasks, each with its own tasks behind it. */
function merged(opened: readonly TaskRow[], single: readonly Task[]): TaskRow[] {
  const groups: TaskRow[][] = [];
  for (const row of opened) {
    if (row.kind === 'batch') groups.push([row]);
    else groups.at(-1)?.push(row);
  }
  const endOf = ([first]: readonly TaskRow[]) => (first?.kind === 'batch' ? first.batch.endedAt : null);
  const running = groups.filter((group) => endOf(group) === null);
  const finished = groups.filter((group) => endOf(group) !== null);
  const going = single.filter(({ state }) => !isFinal(state)).map(rowOf);
  const ended = [
    ...finished.map((rows) => ({ at: endOf(rows) ?? 0, rows })),
    ...single
      .filter(({ state }) => isFinal(state))
      .map((task) => ({ at: task.updatedAt, rows: [rowOf(task)] })),
  ].sort((a, b) => b.at - a.at);
  return [...running.flat(), ...going, ...ended.flatMap(({ rows }) => rows)];
}
