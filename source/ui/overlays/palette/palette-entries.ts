import type { Translate } from '#ui/i18n/translate.ts';
import { COMMAND_KEYMAP, type CommandAction } from '#ui/keys/command-keymap.ts';
import { GLOBAL_KEYMAP } from '#ui/keys/global-keymap.ts';
import { type Binding, type Keymap, shownKeys } from '#ui/keys/keymap.ts';
import { VIEW_IDS, type ViewId } from '#ui/views/view.ts';
import { fuzzyMatch } from './fuzzy.ts';

/** What happens when an entry is chosen: a key is pressed in a view, or a command of the palette's own is run. */
export type PaletteRun =
  | { readonly key: string; readonly view: ViewId | null }
  | { readonly command: CommandAction };

export interface PaletteEntry {
  readonly label: string;
  /** The name of the view in which it happens; empty where it means the same everywhere. */
  readonly where: string;
  /** The keys that do the same; empty where there are none. */
  readonly keys: string;
  readonly run: PaletteRun;
}

/** Keymaps of the views, and what may be done just now. */
export interface PaletteOf {
  readonly view: ViewId;
  readonly keymapOf: (view: ViewId) => Keymap;
  readonly readonly: boolean;
  readonly t: Translate;
}

const KEPT_FOR_LAST = 100;

/** What only moves about is quicker by its key. */
const MOVEMENTS: ReadonlySet<string> = new Set([
  'down',
  'up',
  'top',
  'bottom',
  'page-down',
  'page-up',
  'back',
  'pane',
  'next-tab',
  'previous-tab',
  'next-view',
  'previous-view',
]);

/**
 * Every action there is, from the keymaps: those of the view first, as the footer has them, then what works everywhere,
 * then the other views; movements last.
 */
export function paletteEntries({ view, keymapOf, readonly, t }: PaletteOf): PaletteEntry[] {
  const allowed = ({ changes }: Binding) => !(changes && readonly);
  const own = keymapOf(view)
    .filter(allowed)
    .toSorted((a, b) => (a.footer ?? KEPT_FOR_LAST) - (b.footer ?? KEPT_FOR_LAST));
  const seen = new Set(own.map(({ action }) => action));
  const others = VIEW_IDS.filter((id) => id !== view).flatMap((id) =>
    keymapOf(id)
      .filter((binding) => allowed(binding) && !seen.has(binding.action))
      .map((binding) => ({ binding, entry: viewEntry(binding, id, t) })),
  );
  const everywhere = GLOBAL_KEYMAP.filter((binding) => allowed(binding) && binding.action !== 'palette');
  const all = [
    ...own.map((binding) => ({ binding, entry: viewEntry(binding, view, t) })),
    ...everywhere.map((binding) => ({ binding, entry: globalEntry(binding, t) })),
    ...COMMAND_KEYMAP.map((binding) => ({
      binding,
      entry: entryOf(binding, '', t, { command: binding.action }),
    })),
    ...others,
  ];
  const moves = ({ binding }: { readonly binding: Binding }) => MOVEMENTS.has(binding.action);
  return [...all.filter((each) => !moves(each)), ...all.filter(moves)].map(({ entry }) => entry);
}

function globalEntry(binding: Binding, t: Translate): PaletteEntry {
  return entryOf(binding, '', t, { key: binding.keys[0] ?? '', view: null });
}

function viewEntry(binding: Binding, view: ViewId, t: Translate): PaletteEntry {
  return entryOf(binding, t(`view.${view}`), t, { key: binding.keys[0] ?? '', view });
}

function entryOf(binding: Binding, where: string, t: Translate, run: PaletteRun): PaletteEntry {
  return { label: t(binding.label), where, keys: shownKeys(binding, t), run };
}

/** An entry that the query lets through, with the positions of the letters found in its label. */
export interface FoundEntry {
  readonly entry: PaletteEntry;
  readonly positions: ReadonlySet<number>;
}

/** The entries that the query finds, the best first; without a query all of them. */
export function foundEntries(entries: readonly PaletteEntry[], query: string): FoundEntry[] {
  return entries
    .flatMap((each) => {
      // The name of the view may be part of what somebody looks for.
      const match = fuzzyMatch(query, `${each.label} ${each.where}`);
      return match === null ? [] : [{ entry: each, ...match }];
    })
    .sort((a, b) => b.score - a.score);
}
