import type { MessageKey } from '#ui/i18n/en.ts';
import { type Binding, type Keymap, shownKeys } from '#ui/keys/keymap.ts';
import { EMPTY_LINE, fitLine, type Line, line, padEnd, span, widthOf } from '#ui/lines/line.ts';
import { denseLines } from '#ui/list/details-pane.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** Keys that are told together. */
export interface HelpSection {
  readonly title: MessageKey;
  readonly keymap: Keymap;
}

type Context = Pick<ViewContext, 't' | 'area'>;

/** From this width on the second section stands beside the first. */
const TWO_COLUMNS = 110;
/** Below this width one key of each action is told. */
const ROOM_FOR_ALL = 40;

/** Every key that means something, from the keymaps, as many as fit from `top` on. */
export function helpLines(help: readonly HelpSection[], top: number, context: Context): Line[] {
  const end = helpEnd(help, context);
  const keys = keyLines(help, context).slice(Math.min(top, end));
  return [...headLines(end > 0, context), ...keys].slice(0, context.area.rows);
}

/** How far the keys can be scrolled; 0 where all fit. */
export function helpEnd(help: readonly HelpSection[], context: Context): number {
  const head = headLines(true, context).length;
  return Math.max(0, keyLines(help, context).length + head - context.area.rows);
}

/** What stays while the keys scroll: the title, and a blank line where there is room for it. */
function headLines(scrolls: boolean, { t, area }: Context): Line[] {
  const title = ` ${t('help.title')}`;
  const hints = scrolls
    ? [`   ${t('help.scroll')}`, ` ${t('help.scroll-short')}`]
    : [`   ${t('help.close')}`, ` ${t('help.close')}`];
  const hint = hints.find((text) => widthOf(title + text) <= area.columns) ?? hints.at(-1) ?? '';
  return denseLines([[span(title, 'title'), span(hint, 'muted')], EMPTY_LINE], area.rows);
}

function keyLines(help: readonly HelpSection[], { t, area }: Context): Line[] {
  const roomy = area.columns >= ROOM_FOR_ALL;
  const keysOf = ({ keys }: Binding) => shownKeys({ keys: roomy ? keys : keys.slice(0, 1) }, t);
  const isAside = area.columns >= TWO_COLUMNS && help.length > 1;
  const all = help.flatMap(({ keymap }) => keymap);
  const sections = help.map(({ title, keymap }): Line[] => {
    // One below the other they are aligned; side by side each has the room that its keys leave.
    const widest = Math.max(...(isAside ? keymap : all).map((binding) => widthOf(keysOf(binding))));
    const width = widest + (roomy ? 3 : 1);
    return [
      line(` ${t(title)}`, 'strong'),
      ...keymap.map((binding) => [
        span(`${roomy ? '   ' : ' '}${padEnd(keysOf(binding), width)}`, 'accent'),
        span(t(binding.label)),
      ]),
    ];
  });
  if (!isAside) {
    const apart = sections.flatMap((section, index) => (index === 0 ? section : [EMPTY_LINE, ...section]));
    return denseLines(apart, area.rows);
  }
  const half = Math.floor(area.columns / sections.length);
  const rows = Math.max(...sections.map(({ length }) => length));
  return Array.from({ length: rows }, (_, row) =>
    sections.flatMap((section) => fitLine(section[row] ?? EMPTY_LINE, half)),
  );
}
