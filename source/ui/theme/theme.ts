import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import type { WorkerStatus } from '#model/worker.ts';
import type { Line } from '#ui/lines/line.ts';

/** What a stretch of text means; the theme decides how that looks. */
export type Style =
  | 'title'
  | 'accent'
  | 'muted'
  | 'rule'
  | 'strong'
  | 'good'
  | 'warning'
  | 'bad'
  | 'info'
  | 'selected'
  | 'selected-muted'
  | 'match'
  | 'field'
  | 'cursor';

/** Turns meaning into colours and glyphs. The 16 ANSI colours follow the terminal's own palette, light or dark. */
export interface Theme {
  /** The line as text with SGR sequences, each span reset at its end. */
  paint(line: Line): string;
  /** One stretch of text. */
  style(text: string, style: Style | undefined): string;
}

/** State is shown by glyph and by colour, so that either alone is enough. */
export const STATUS_GLYPHS: Readonly<Record<WorkerStatus, string>> = {
  active: '●',
  unstable: '◐',
  inactive: '○',
  unknown: '◌',
};

export const STATUS_STYLES: Readonly<Record<WorkerStatus, Style>> = {
  active: 'good',
  unstable: 'warning',
  inactive: 'bad',
  unknown: 'muted',
};

export function createTheme({ colorLevel }: { readonly colorLevel: ColorSupportLevel }): Theme {
  const chalk = new Chalk({ level: colorLevel });
  const styles: Record<Style, ChalkInstance> = {
    title: chalk.bold.cyan,
    accent: chalk.cyan,
    muted: chalk.dim,
    rule: chalk.dim,
    strong: chalk.bold,
    good: chalk.green,
    warning: chalk.yellow,
    bad: chalk.red,
    info: chalk.blue,
    selected: chalk.bold.inverse,
    'selected-muted': chalk.inverse,
    match: chalk.black.bgYellow,
    field: chalk.underline,
    cursor: chalk.inverse,
  };
  const style = (text: string, name: Style | undefined) => (name === undefined ? text : styles[name](text));
  return {
    style,
    paint: (line) => line.map(({ text, style: name }) => style(text, name)).join(''),
  };
}
