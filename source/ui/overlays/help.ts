import { GLOBAL_KEYMAP } from '#ui/keys/global-keymap.ts';
import { type Binding, type Keymap, shownKeys } from '#ui/keys/keymap.ts';
import { EMPTY_LINE, fitLine, type Line, line, padEnd, span, widthOf } from '#ui/lines/line.ts';
import type { ViewContext, ViewId } from '#ui/views/view.ts';

/** Whose keys are told; those that work everywhere follow. */
interface HelpOf {
  readonly view: ViewId;
  readonly keymap: Keymap;
}

type Context = Pick<ViewContext, 't' | 'area'>;

/** The title and a blank line, which stay while the keys scroll. */
const TITLE_ROWS = 2;

/** From this width on the keys of the view stand beside those that work everywhere. */
const TWO_COLUMNS = 110;
/** Below this width one key of each action is told. */
const ROOM_FOR_ALL = 40;

/** Every key that means something, from the keymaps, as many as fit from `top` on. */
export function helpLines(help: HelpOf, top: number, context: Context): Line[] {
  const { t, area } = context;
  const end = helpEnd(help, context);
  const hint = t(end > 0 ? 'help.scroll' : 'help.close');
  const title = [span(` ${t('help.title')}`, 'title'), span(`   ${hint}`, 'muted')];
  return [title, EMPTY_LINE, ...keyLines(help, context).slice(Math.min(top, end))].slice(0, area.rows);
}

/** How far the keys can be scrolled; 0 where all fit. */
export function helpEnd(help: HelpOf, context: Context): number {
  return Math.max(0, keyLines(help, context).length + TITLE_ROWS - context.area.rows);
}

function keyLines({ view, keymap }: HelpOf, { t, area }: Context): Line[] {
  const roomy = area.columns >= ROOM_FOR_ALL;
  const keysOf = ({ keys }: Binding) => shownKeys({ keys: roomy ? keys : keys.slice(0, 1) });
  const widthOfKeys = (bindings: Keymap) =>
    Math.max(...bindings.map((binding) => widthOf(keysOf(binding)))) + (roomy ? 3 : 1);
  const section = (title: string, bindings: Keymap, width: number): Line[] => [
    line(` ${title}`, 'strong'),
    ...bindings.map((binding) => [
      span(`${roomy ? '   ' : ' '}${padEnd(keysOf(binding), width)}`, 'accent'),
      span(t(binding.label)),
    ]),
  ];
  const [title, everywhereTitle] = [t(`view.${view}`), t('help.global')];
  if (area.columns < TWO_COLUMNS) {
    const width = widthOfKeys([...keymap, ...GLOBAL_KEYMAP]);
    const everywhere = section(everywhereTitle, GLOBAL_KEYMAP, width);
    return [...section(title, keymap, width), EMPTY_LINE, ...everywhere];
  }
  const own = section(title, keymap, widthOfKeys(keymap));
  const everywhere = section(everywhereTitle, GLOBAL_KEYMAP, widthOfKeys(GLOBAL_KEYMAP));
  const half = Math.floor(area.columns / 2);
  return Array.from({ length: Math.max(own.length, everywhere.length) }, (_, row) => [
    ...fitLine(own[row] ?? EMPTY_LINE, half),
    ...(everywhere[row] ?? EMPTY_LINE),
  ]);
}
