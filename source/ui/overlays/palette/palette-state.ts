import { textOfKey } from '#ui/keys/key-names.ts';
import { bindingOf, type Keymap } from '#ui/keys/keymap.ts';
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

type PaletteAction = 'run' | 'close' | 'next' | 'previous' | 'page-down' | 'page-up' | 'clear' | 'erase';

/** The keys of the palette; every other key is text of the query. */
export const PALETTE_KEYMAP: Keymap<PaletteAction> = [
  { action: 'run', keys: ['enter'], label: 'palette.key.run', footer: 10 },
  { action: 'next', keys: ['down', 'tab'], label: 'palette.key.next', footer: 20 },
  { action: 'previous', keys: ['up', 'shift-tab'], label: 'palette.key.previous', footer: 21 },
  { action: 'page-down', keys: ['ctrl-d', 'pagedown'], label: 'palette.key.page-down' },
  { action: 'page-up', keys: ['pageup'], label: 'palette.key.page-up' },
  { action: 'erase', keys: ['backspace', 'delete'], label: 'palette.key.erase' },
  { action: 'clear', keys: ['ctrl-u'], label: 'palette.key.clear' },
  { action: 'close', keys: ['esc'], label: 'palette.key.close', footer: 30 },
];

/** What a key does to the palette: another state, `closed`, or what is to be run. */
export function pressInPalette(
  state: PaletteState,
  key: string,
  entries: readonly PaletteEntry[],
): PaletteState | 'closed' | PaletteRun {
  switch (bindingOf(PALETTE_KEYMAP, key)?.action) {
    case 'close':
      return 'closed';
    case 'run':
      return foundEntries(entries, state.query)[state.index]?.entry.run ?? state;
    case 'next':
      return moved(state, 1, entries);
    case 'previous':
      return moved(state, -1, entries);
    case 'page-down':
      return moved(state, PAGE, entries);
    case 'page-up':
      return moved(state, -PAGE, entries);
    case 'clear':
      return OPEN_PALETTE;
    case 'erase':
      // Back past its beginning is the way out, as in an editor.
      if (state.query === '') return 'closed';
      return { query: charactersOf(state.query).slice(0, -1).join(''), index: 0 };
    case undefined: {
      const query = state.query + textOfKey(key);
      return query === state.query || charactersOf(query).length > MAX_QUERY ? state : { query, index: 0 };
    }
  }
}

function moved(state: PaletteState, by: number, entries: readonly PaletteEntry[]): PaletteState {
  const last = Math.max(0, foundEntries(entries, state.query).length - 1);
  return { ...state, index: Math.min(Math.max(0, state.index + by), last) };
}
