import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import type { WorkerStatus } from '#model/worker.ts';
import type { Line } from '#ui/lines/line.ts';
import { toAscii } from './glyphs.ts';
import { type Background, type Look, paletteOf, type ThemeName } from './palettes.ts';

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

/** Turns meaning into colours and glyphs, at the last moment: whoever draws knows neither. */
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

export interface ThemeOptions {
  readonly colorLevel: ColorSupportLevel;
  /** Without it, the terminal's 16 colours. */
  readonly name?: ThemeName;
  readonly background?: Background;
  /** Every glyph and letter in ASCII, in as many cells. */
  readonly ascii?: boolean;
  /** For a picture that proves nothing: what was good is muted. */
  readonly stale?: boolean;
}

/** Chosen for 256 colours: the nearest of 16 would be no better than the terminal's own. */
const FINE: ReadonlySet<ThemeName> = new Set(['auto', 'dark', 'light']);

/** The theme of this name, as far as the terminal's colours go; without any there is no escape sequence at all. */
export function createTheme({
  colorLevel,
  name = '16-colours',
  background = null,
  ascii = false,
  stale = false,
}: ThemeOptions): Theme {
  const chalk = new Chalk({ level: colorLevel });
  const palette = paletteOf(colorLevel < 2 && FINE.has(name) ? '16-colours' : name, background);
  const styles = new Map<string, ChalkInstance>();
  for (const [style, look] of Object.entries(palette)) styles.set(style, instanceOf(chalk, look));
  const muted = styles.get('muted');
  if (stale && muted !== undefined) styles.set('good', muted);
  const style = (text: string, styleName: Style | undefined) => {
    const shown = ascii ? toAscii(text) : text;
    return (styleName && styles.get(styleName)?.(shown)) ?? shown;
  };
  return {
    style,
    paint: (line) => painted(line, style),
  };
}

/** Neighbours of one style are painted as one: every change of colour costs in each frame, here and in Ink. */
function painted(line: Line, style: Theme['style']): string {
  let text = '';
  let run = '';
  let current: Style | undefined;
  for (const next of line) {
    if (next.text === '') continue;
    if (run !== '' && next.style !== current) {
      text += style(run, current);
      run = '';
    }
    current = next.style;
    run += next.text;
  }
  return run === '' ? text : text + style(run, current);
}

const FIRST_OF_256 = 16;
const COLOURS_OF_16 = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const BACKGROUNDS_OF_16 = [
  'bgBlack',
  'bgRed',
  'bgGreen',
  'bgYellow',
  'bgBlue',
  'bgMagenta',
  'bgCyan',
  'bgWhite',
] as const;

function instanceOf(chalk: ChalkInstance, { foreground, background, attributes = [] }: Look): ChalkInstance {
  let instance = chalk;
  for (const attribute of attributes) instance = instance[attribute];
  if (foreground !== undefined) {
    const own = foreground < FIRST_OF_256 ? COLOURS_OF_16[foreground] : undefined;
    instance = own === undefined ? instance.ansi256(foreground) : instance[own];
  }
  if (background !== undefined) {
    const own = background < FIRST_OF_256 ? BACKGROUNDS_OF_16[background] : undefined;
    instance = own === undefined ? instance.bgAnsi256(background) : instance[own];
  }
  return instance;
}
