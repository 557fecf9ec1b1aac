import type { Keymap } from '#ui/keys/keymap.ts';

/** How a list is looked at. The selection holds to an id, never to a row number. */
export interface ListState {
  readonly selected: string | null;
  /** First row on the screen. */
  readonly top: number;
  readonly filter: string;
  /** True while the filter is being typed. */
  readonly editing: boolean;
  /** Key of the column sorted by; null: the list's own order. */
  readonly sort: Sort | null;
  /** True while the details of the selected row fill the view. */
  readonly open: boolean;
  /** True while keys scroll the details beside the list, where they stand there. */
  readonly aside: boolean;
  /** First line of the details, open or beside the list. */
  readonly detailTop: number;
}

export interface Sort {
  readonly column: string;
  /** The other way round than the column is sorted at first. */
  readonly descending: boolean;
}

export type ListAction =
  | 'down'
  | 'up'
  | 'top'
  | 'bottom'
  | 'page-down'
  | 'page-up'
  | 'enter'
  | 'pane'
  | 'back'
  | 'filter'
  | 'sort'
  | 'reverse';

/** What a list looks like at the moment a key is pressed. */
export interface ListContext {
  /** Ids in the order shown. */
  readonly ids: readonly string[];
  /** Rows of the list on the screen. */
  readonly page: number;
  readonly sortColumns: readonly string[];
  /** Whether the details of the selected row stand beside the list. */
  readonly beside?: boolean;
  /** The largest `detailTop` that leaves no row of the details blank; without it there is no end. */
  readonly detailEnd?: number;
}

export const INITIAL_LIST: ListState = {
  selected: null,
  top: 0,
  filter: '',
  editing: false,
  sort: null,
  open: false,
  aside: false,
  detailTop: 0,
};

/** The keys of every list. */
export const LIST_KEYMAP: Keymap<ListAction> = [
  { action: 'enter', keys: ['enter'], label: 'key.enter', footer: 10, footerShort: 'key.enter-short' },
  {
    action: 'pane',
    keys: ['tab'],
    label: 'key.pane',
    footer: 11,
    footerLabel: 'key.pane-short',
    claims: true,
  },
  { action: 'back', keys: ['esc'], label: 'key.back', detailsFooter: 10 },
  { action: 'down', keys: ['j', 'down'], label: 'key.down' },
  { action: 'up', keys: ['k', 'up'], label: 'key.up' },
  { action: 'top', keys: ['g', 'home'], label: 'key.top' },
  { action: 'bottom', keys: ['G', 'end'], label: 'key.bottom' },
  { action: 'page-down', keys: ['ctrl-d', 'pagedown'], label: 'key.page-down' },
  { action: 'page-up', keys: ['ctrl-u', 'pageup'], label: 'key.page-up' },
  { action: 'filter', keys: ['/'], label: 'key.filter', footer: 40, footerKept: true },
  { action: 'sort', keys: ['o'], label: 'key.sort', footer: 41, footerLabel: 'key.sort-short' },
  { action: 'reverse', keys: ['O'], label: 'key.reverse' },
];

/** Where the selection stands: its own row, else the first; -1 in an empty list. */
export function selectedIndex(state: ListState, ids: readonly string[]): number {
  if (ids.length === 0) return -1;
  return Math.max(0, state.selected === null ? 0 : ids.indexOf(state.selected));
}

/** The first row to show so that the selected one is on the screen and the page is full where it can be. */
export function visibleTop(state: ListState, ids: readonly string[], page: number): number {
  const index = Math.max(0, selectedIndex(state, ids));
  const lowest = Math.max(0, index - page + 1);
  const highest = Math.min(index, Math.max(0, ids.length - page));
  return Math.min(Math.max(state.top, lowest), Math.max(lowest, highest));
}

/** Whether keys are for the details: they are open, or stand beside the list and have the focus. */
export function inDetails({ open, aside }: Pick<ListState, 'open' | 'aside'>, beside: boolean): boolean {
  return open || (aside && beside);
}

/** The state after an action. */
export function reduceList(state: ListState, action: ListAction, context: ListContext): ListState {
  const { ids, page, beside = false } = context;
  if (inDetails(state, beside) && isScroll(action)) return scrollDetails(state, action, context);
  const half = Math.max(1, Math.floor(page / 2));
  switch (action) {
    case 'down':
      return moveSelection(state, 1, context);
    case 'up':
      return moveSelection(state, -1, context);
    case 'page-down':
      return moveSelection(state, half, context);
    case 'page-up':
      return moveSelection(state, -half, context);
    case 'top':
      return moveSelection(state, -ids.length, context);
    case 'bottom':
      return moveSelection(state, ids.length, context);
    case 'enter':
      return ids.length === 0 ? state : { ...moveSelection(state, 0, context), open: true, detailTop: 0 };
    case 'pane':
      return beside && !state.open && ids.length > 0 ? { ...state, aside: !state.aside } : state;
    case 'back':
      if (state.open) return { ...state, open: false, detailTop: 0 };
      return inDetails(state, beside) ? { ...state, aside: false } : { ...state, filter: '' };
    case 'filter':
      return { ...state, open: false, editing: true };
    case 'sort':
      return { ...state, sort: nextSort(state.sort, context.sortColumns) };
    case 'reverse':
      return state.sort === null
        ? state
        : { ...state, sort: { ...state.sort, descending: !state.sort.descending } };
  }
}

/** Texts that a filter finds only under their name: `state:unstable`. */
export type FilterFields = Readonly<Record<string, readonly string[]>>;

interface Term {
  readonly isInverse: boolean;
  readonly text: string;
  /** What stands before its colon; null where there is none. */
  readonly field: string | null;
}

/**
 * A filter, ready for many rows: every word must occur in a row's texts, `!word` must not; `field:text` looks only at
 * what is called so, and for its beginning. Case is ignored. `fields` is asked only where a word has a colon.
 */
export function rowFilter(
  filter: string,
): (texts: readonly string[], fields?: () => FilterFields) => boolean {
  const terms = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!')
    .map((word): Term => {
      const isInverse = word.startsWith('!');
      const text = isInverse ? word.slice(1) : word;
      const colon = text.indexOf(':');
      return { isInverse, text, field: colon > 0 ? text.slice(0, colon) : null };
    });
  return (texts, fields) => {
    const haystack = texts.join('\n').toLowerCase();
    return terms.every((term) => term.isInverse !== contains(term, haystack, fields));
  };
}

/** Whether one row passes the filter. */
export function matches(filter: string, texts: readonly string[], fields: FilterFields = {}): boolean {
  return rowFilter(filter)(texts, () => fields);
}

function contains(
  { text, field }: Term,
  haystack: string,
  fields: (() => FilterFields) | undefined,
): boolean {
  const named = field === null ? undefined : fields?.()[field];
  if (field === null || named === undefined) return haystack.includes(text);
  const wanted = text.slice(field.length + 1);
  return wanted === '' || named.some((each) => each.toLowerCase().startsWith(wanted));
}

/** The list with the row of this id selected, its details from their beginning; the same object where it is so already. */
export function selectId<State extends ListState>(state: State, id: string | null): State {
  return id === state.selected ? state : { ...state, selected: id, detailTop: 0 };
}

/** The list with another row selected, `by` rows further down. */
export function moveSelection(state: ListState, by: number, { ids, page }: ListContext): ListState {
  const index = Math.min(Math.max(selectedIndex(state, ids) + by, 0), ids.length - 1);
  const moved = selectId(state, ids[index] ?? null);
  return { ...moved, top: visibleTop(moved, ids, page) };
}

function isScroll(action: ListAction): boolean {
  return ['down', 'up', 'page-down', 'page-up', 'top', 'bottom'].includes(action);
}

/** Stops at both ends, so that the first key back moves again. Who went to the end stays there when more comes. */
function scrollDetails(
  state: ListState,
  action: ListAction,
  { page, detailEnd = Number.MAX_SAFE_INTEGER }: ListContext,
): ListState {
  const half = Math.max(1, Math.floor(page / 2));
  const steps: Partial<Record<ListAction, number>> = {
    down: 1,
    up: -1,
    'page-down': half,
    'page-up': -half,
    top: Number.NEGATIVE_INFINITY,
  };
  if (action === 'bottom') return { ...state, detailTop: Number.MAX_SAFE_INTEGER };
  const wanted = Math.min(state.detailTop, detailEnd) + (steps[action] ?? 0);
  return { ...state, detailTop: Math.max(0, Math.min(wanted, detailEnd)) };
}

function nextSort(sort: Sort | null, columns: readonly string[]): Sort | null {
  const next = columns[sort === null ? 0 : columns.indexOf(sort.column) + 1];
  return next === undefined ? null : { column: next, descending: false };
}
