import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editFilter } from '#ui/list/filter-edit.ts';
import {
  INITIAL_LIST,
  type ListAction,
  type ListContext,
  type ListState,
  matches,
  reduceList,
  selectedIndex,
  visibleTop,
} from '#ui/list/list-state.ts';

const IDS = Array.from({ length: 20 }, (_, index) => `id-${index}`);
const CONTEXT: ListContext = { ids: IDS, page: 5, sortColumns: ['name', 'ping'] };

function reached(actions: readonly ListAction[], context = CONTEXT, from = INITIAL_LIST): ListState {
  return actions.reduce((state, action) => reduceList(state, action, context), from);
}

describe('the selection', () => {
  test('begins at the first row and moves by rows and half pages', () => {
    expect(selectedIndex(INITIAL_LIST, IDS)).toBe(0);
    expect(reached(['down', 'down']).selected).toBe('id-2');
    expect(reached(['down', 'down', 'up']).selected).toBe('id-1');
    expect(reached(['page-down']).selected).toBe('id-2');
    expect(reached(['page-down', 'page-down', 'page-up']).selected).toBe('id-2');
    expect(reached(['bottom']).selected).toBe('id-19');
    expect(reached(['bottom', 'top']).selected).toBe('id-0');
  });

  test('stays inside the list', () => {
    expect(reached(['up']).selected).toBe('id-0');
    expect(reached(['bottom', 'down']).selected).toBe('id-19');
  });

  test('holds to its id when rows come, go and change places', () => {
    const state = reached(['down', 'down', 'down']);
    const turned = [...IDS].reverse();
    expect(selectedIndex(state, turned)).toBe(16);
    expect(reduceList(state, 'down', { ...CONTEXT, ids: turned }).selected).toBe('id-2');
    expect(selectedIndex(state, ['new', ...IDS])).toBe(4);
  });

  test('falls back to the first row once its id is gone, and is found again when that returns', () => {
    const state = reached(['down', 'down']);
    const without = IDS.filter((id) => id !== 'id-2');
    expect(selectedIndex(state, without)).toBe(0);
    expect(selectedIndex(state, IDS)).toBe(2);
  });

  test('is nowhere in an empty list, and no key fails there', () => {
    const empty = { ...CONTEXT, ids: [] };
    const actions: ListAction[] = ['down', 'up', 'top', 'bottom', 'page-down', 'page-up', 'enter', 'sort'];
    for (const action of actions) {
      const state = reduceList(INITIAL_LIST, action, empty);
      expect(selectedIndex(state, [])).toBe(-1);
      expect(state.open).toBe(false);
      expect(visibleTop(state, [], 5)).toBe(0);
    }
  });

  test('is always on the screen, on a page as full as it can be', () => {
    const anyActions = fc.array(
      fc.constantFrom<ListAction>('down', 'up', 'top', 'bottom', 'page-down', 'page-up'),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        anyActions,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (actions, page, count) => {
          const ids = Array.from({ length: count }, (_, index) => String(index));
          const state = reached(actions, { ids, page, sortColumns: [] });
          const top = visibleTop(state, ids, page);
          const index = selectedIndex(state, ids);
          expect(index).toBeGreaterThanOrEqual(top);
          expect(index).toBeLessThan(top + page);
          expect(top).toBeLessThanOrEqual(Math.max(0, count - page));
        },
      ),
    );
  });
});

describe('scrolling', () => {
  test('moves the rows only when the selection would leave the screen', () => {
    const state = reached(['down', 'down', 'down', 'down']);
    expect(state.top).toBe(0);
    expect(reached(['down'], CONTEXT, state).top).toBe(1);
    const low = reached(['bottom', 'up', 'up', 'up', 'up']);
    expect(low.top).toBe(15);
    expect(reached(['up'], CONTEXT, low).top).toBe(14);
  });

  test('shows more of the list when the window grows', () => {
    const state = reached(['bottom']);
    expect(visibleTop(state, IDS, 5)).toBe(15);
    expect(visibleTop(state, IDS, 12)).toBe(8);
    expect(visibleTop(state, IDS, 50)).toBe(0);
  });
});

describe('details', () => {
  test('open on the selected row, close, and leave the selection where it was', () => {
    const open = reached(['down', 'enter']);
    expect(open).toMatchObject({ open: true, selected: 'id-1', detailTop: 0 });
    expect(reached(['back'], CONTEXT, open)).toMatchObject({ open: false, selected: 'id-1' });
  });

  test('of the first row name it, though nothing was selected before', () => {
    expect(reached(['enter']).selected).toBe('id-0');
  });

  test('scroll by the keys that move the selection in the list', () => {
    const open = reached(['enter', 'down', 'down', 'page-down']);
    expect(open).toMatchObject({ selected: 'id-0', detailTop: 4 });
    expect(reached(['up'], CONTEXT, open).detailTop).toBe(3);
    expect(reached(['top'], CONTEXT, open).detailTop).toBe(0);
  });

  test('stop at their end, so that the first key back moves again', () => {
    const context = { ...CONTEXT, detailEnd: 3 };
    const end = reached(['enter', 'bottom', 'down', 'page-down'], context);
    expect(end.detailTop).toBe(3);
    expect(reached(['up'], context, end).detailTop).toBe(2);
  });
});

describe('the order', () => {
  test('goes through the columns and back to that of the list', () => {
    const sorts = [1, 2, 3].map((presses) => reached(Array<ListAction>(presses).fill('sort')).sort);
    expect(sorts).toEqual([
      { column: 'name', descending: false },
      { column: 'ping', descending: false },
      null,
    ]);
  });

  test('is reversed where there is one', () => {
    expect(reached(['sort', 'reverse']).sort).toEqual({ column: 'name', descending: true });
    expect(reached(['sort', 'reverse', 'reverse']).sort).toEqual({ column: 'name', descending: false });
    expect(reached(['reverse']).sort).toBeNull();
  });

  test('begins anew where the remembered column is not one of the list', () => {
    const state = { ...INITIAL_LIST, sort: { column: 'gone', descending: true } };
    expect(reduceList(state, 'sort', CONTEXT).sort).toEqual({ column: 'name', descending: false });
  });
});

describe('the filter', () => {
  const typed = (keys: readonly string[], from: ListState = reduceList(INITIAL_LIST, 'filter', CONTEXT)) =>
    keys.reduce<ListState>(editFilter, from);

  test('takes keys as text until enter', () => {
    expect(typed(['q', 'space', '1', 'ñ'])).toMatchObject({ filter: 'q 1ñ', editing: true });
    expect(typed(['q', 'enter'])).toMatchObject({ filter: 'q', editing: false });
  });

  test('takes no keys that are not text', () => {
    expect(typed(['a', 'up', 'pagedown', 'ctrl-d', 'tab'])).toMatchObject({ filter: 'a', editing: true });
  });

  test('is corrected by whole characters, and emptied at once', () => {
    expect(typed(['a', 'e\u0301', 'backspace']).filter).toBe('a');
    expect(typed(['世', '界', 'backspace']).filter).toBe('世');
    expect(typed(['a', 'b', 'ctrl-u']).filter).toBe('');
    expect(typed(['backspace']).filter).toBe('');
  });

  test('is gone after esc, while it is typed and later', () => {
    expect(typed(['a', 'esc'])).toMatchObject({ filter: '', editing: false });
    const kept = typed(['a', 'enter']);
    expect(reduceList(kept, 'back', CONTEXT).filter).toBe('');
  });

  test('closes open details when it begins', () => {
    expect(reached(['enter', 'filter'])).toMatchObject({ open: false, editing: true });
  });

  test('asks for every word, in any case, and for none of those with an exclamation mark', () => {
    const texts = ['worker-01', '10.0.0.7:8080', 'Active'];
    expect(matches('', texts)).toBe(true);
    expect(matches('active', texts)).toBe(true);
    expect(matches('WORKER 10.0', texts)).toBe(true);
    expect(matches('worker 10.1', texts)).toBe(false);
    expect(matches('!inactive', texts)).toBe(true);
    expect(matches('!active', texts)).toBe(false);
    expect(matches('worker !01', texts)).toBe(false);
  });

  test('lets everything through while only the exclamation mark is typed', () => {
    expect(matches('!', ['anything'])).toBe(true);
  });

  test('does not find what only two texts together would make', () => {
    expect(matches('01active', ['worker-01', 'active'])).toBe(false);
  });
});
