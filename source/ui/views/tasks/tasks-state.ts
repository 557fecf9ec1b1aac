import { TASK_STATES, type TaskState } from '#model/task.ts';
import { INITIAL_LIST, type ListState, selectId } from '#ui/list/list-state.ts';
import { type Marks, NO_MARKS } from '#ui/list/marks.ts';
import { NOT_READ, type OutputReading } from './output.ts';

/** How the Tasks view is looked at. */
export interface TasksState extends ListState {
  /** Only tasks of this state; null: all, with batches as rows. */
  readonly tab: TaskState | null;
  /** Ids of the batches whose tasks are shown under them. */
  readonly expanded: readonly string[];
  /** The row of what was just submitted, which may not be there yet: the marker waits for it. */
  readonly awaited: string | null;
  /** By the ids of rows. */
  readonly marks: Marks;
  /** How the output of the task is read whose details have the keys. */
  readonly output: OutputReading;
}

export const INITIAL_TASKS: TasksState = {
  ...INITIAL_LIST,
  tab: null,
  expanded: [],
  awaited: null,
  marks: NO_MARKS,
  output: NOT_READ,
};

const TABS: readonly (TaskState | null)[] = [null, ...TASK_STATES];

/** The next or the previous tab, from its first row. */
export function moveTab(state: TasksState, by: 1 | -1): TasksState {
  const index = (TABS.indexOf(state.tab) + by + TABS.length) % TABS.length;
  return { ...selectId(state, null), tab: TABS[index] ?? null, open: false, top: 0 };
}

/** Opens or closes a batch. */
export function toggleBatch(state: TasksState, id: string): TasksState {
  const expanded = state.expanded.includes(id)
    ? state.expanded.filter((other) => other !== id)
    : [...state.expanded, id];
  return { ...state, expanded };
}
