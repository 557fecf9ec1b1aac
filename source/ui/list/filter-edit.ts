import { textOfKey } from '#ui/keys/key-names.ts';
import { bindingOf, type Keymap } from '#ui/keys/keymap.ts';
import { charactersOf } from '#ui/lines/line.ts';
import type { ListState } from './list-state.ts';

type FilterAction = 'keep' | 'drop' | 'erase' | 'clear';

/** The keys while a filter is typed; every other key is text. */
export const FILTER_KEYMAP: Keymap<FilterAction> = [
  { action: 'keep', keys: ['enter'], label: 'filter.key.keep', footer: 10 },
  { action: 'drop', keys: ['esc'], label: 'filter.key.drop', footer: 20 },
  { action: 'erase', keys: ['backspace', 'delete'], label: 'filter.key.erase' },
  { action: 'clear', keys: ['ctrl-u'], label: 'filter.key.clear', footer: 30 },
];

/** The state after a key while the filter is being typed. */
export function editFilter<State extends Pick<ListState, 'filter' | 'editing'>>(
  state: State,
  key: string,
): State {
  switch (bindingOf(FILTER_KEYMAP, key)?.action) {
    case 'keep':
      return { ...state, editing: false };
    case 'drop':
      return { ...state, editing: false, filter: '' };
    case 'erase':
      return { ...state, filter: charactersOf(state.filter).slice(0, -1).join('') };
    case 'clear':
      return { ...state, filter: '' };
    case undefined:
      return { ...state, filter: state.filter + textOfKey(key) };
  }
}
