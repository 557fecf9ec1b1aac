import stringWidth from 'string-width-exact';
import type { Snapshot } from '#model/snapshot.ts';
import { formatFor } from '#ui/i18n/format.ts';
import { type Language, translator } from '#ui/i18n/translate.ts';
import type { Line } from '#ui/lines/line.ts';
import { createTheme } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { NOW } from './fleet.ts';
import { openScreen, type Screen, type ScreenOptions } from './screen.tsx';

interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly language?: Language;
  readonly now?: number;
}

/** What a view may look at, without a screen. */
export function contextOf(
  snapshot: Snapshot,
  { columns, rows, language = 'en', now = NOW }: Look,
): ViewContext {
  return {
    snapshot,
    now,
    area: { columns, rows },
    t: translator(language),
    format: formatFor(language),
    theme: createTheme({ colorLevel: 0 }),
    live: null,
    connection: null,
    outlives: false,
    older: [],
  };
}

/** The characters of a line, whatever their style. */
export function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** The dashboard, once it has drawn itself in the size asked for. */
export async function openSized(snapshot: Snapshot, options: ScreenOptions): Promise<Screen> {
  const screen = openScreen(snapshot, options);
  await sized(screen, options.columns, options.rows);
  return screen;
}

/** Waits until the frame has the size of the window; from 60 × 15 on, a rule goes across it. */
export async function sized(screen: Screen, columns: number, rows: number): Promise<void> {
  await screen.frame(`a frame of ${columns}×${rows}`, () => {
    const lines = screen.lines();
    const widest = Math.max(...lines.map((line) => stringWidth(line)));
    return lines.length === rows && (columns < 60 || rows < 15 ? widest <= columns : widest === columns);
  });
}
