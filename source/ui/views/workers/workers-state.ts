import { INITIAL_LIST, type ListContext, type ListState, reduceList } from '#ui/list/list-state.ts';
import { backDropsMarks, type Marks, markAndAdvance, NO_MARKS } from '#ui/list/marks.ts';
import type { WorkersAction } from './keymap.ts';

/** How the fleet is looked at. */
export interface WorkersState extends ListState {
  readonly marks: Marks;
  /** Workers with something wrong stand above the others. */
  readonly problemsFirst: boolean;
  /** Inactive workers are left out; how many is always told. */
  readonly hidesInactive: boolean;
}

export const INITIAL_WORKERS: WorkersState = {
  ...INITIAL_LIST,
  marks: NO_MARKS,
  problemsFirst: false,
  hidesInactive: false,
};

/** The state after an action. */
export function reduceWorkers(
  state: WorkersState,
  action: WorkersAction,
  context: ListContext,
): WorkersState {
  switch (action) {
    case 'mark':
      return markAndAdvance(state, context);
    case 'problems':
      return { ...state, problemsFirst: !state.problemsFirst, top: 0 };
    case 'drain':
    case 'shell':
      return state;
    case 'inactive':
      return { ...state, hidesInactive: !state.hidesInactive };
    case 'back':
      return backDropsMarks(state, context.beside ?? false)
        ? { ...state, marks: NO_MARKS }
        : { ...state, ...reduceList(state, action, context) };
    default:
      return { ...state, ...reduceList(state, action, context) };
  }
}
