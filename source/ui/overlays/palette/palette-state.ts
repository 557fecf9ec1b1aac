import { textOfKey } from '#ui/keys/key-names.ts';
import { charactersOf } from '#ui/lines/line.ts';
import { foundEntries, type PaletteEntry, type PaletteRun } from './palette-entries.ts';

/** The command palette: what was typed, and which of the entries found is chosen. */
export interface PaletteState {
  readonly query: string;
  readonly index: number;
}

export const OPEN_PALETTE: PaletteState = { query: '', index: 0 };

/** Longer than any label. */
const MAX_QUERY = 80;
const PAGE = 10;

/** What a key does to the palette: another state, `closed`, or what is to be run. */
export function pressInPalette(
  state: PaletteState,
  key: string,
  entries: readonly PaletteEntry[],
): PaletteState | 'closed' | PaletteRun {
  switch (key) {
    case 'esc':
      return 'closed';
    case 'enter':
      return foundEntries(entries, state.query)[state.index]?.entry.run ?? state;
    case 'down':
    case 'tab':
      return moved(state, 1, entries);
    case 'up':
    case 'shift-tab':
      return moved(state, -1, entries);
    case 'pagedown':
    case 'ctrl-d':
      return moved(state, PAGE, entries);
    case 'pageup':
      return moved(state, -PAGE, entries);
    case 'ctrl-u':
      return OPEN_PALETTE;
    case 'backspace':
    case 'delete':
      // Back past its beginning is the way out, as in an editor.
      if (state.query === '') return 'closed';
      return { query: charactersOf(state.query).slice(0, -1).join(''), index: 0 };
    default: {
      const query = state.query + textOfKey(key);
      return query === state.query || charactersOf(query).length > MAX_QUERY ? state : { query, index: 0 };
    }
  }
}

function moved(state: PaletteState, by: number, entries: readonly PaletteEntry[]): PaletteState {
  const last = Math.max(0, foundEntries(entries, state.query).length - 1);
  return { ...state, index: Math.min(Math.max(0, state.index + by), last) };
}
