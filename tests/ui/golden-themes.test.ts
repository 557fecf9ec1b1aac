import type xterm from '@xterm/headless';
import { afterEach, expect, test } from 'vitest';
import { translator } from '#ui/i18n/translate.ts';
import type { ThemeName } from '#ui/theme/palettes.ts';
import { until } from '../helpers/until.ts';
import { type Emulated, openEmulated } from './emulated.ts';
import { goldenFleet } from './golden-fleet.ts';
import { WALK } from './golden-walk.ts';

interface Shown {
  readonly title: string;
  readonly theme: ThemeName;
  /** What the terminal says of its background where it is asked. */
  readonly answer?: string;
}

const LIGHT = '\u001b]11;rgb:ffff/ffff/ffff\u001b\\';
const THEMES: readonly Shown[] = [
  { title: 'dark', theme: 'dark' },
  { title: 'light', theme: 'light' },
  { title: 'high-contrast', theme: 'high-contrast' },
  { title: 'colour-blind', theme: 'colour-blind' },
  { title: 'on light', theme: 'colour-blind', answer: LIGHT },
  { title: '16-colours', theme: '16-colours' },
  { title: 'mono, NO_COLOR', theme: 'mono' },
];

/** These steps of the walk have everything that is coloured. */
const SCENES = new Set([
  'workers',
  'workers-marked',
  'confirm',
  'tasks',
  'form-mistake',
  'configuration',
  'logs-paused',
  'palette-query',
  'wall',
]);

let screens: Emulated[] = [];
afterEach(async () => {
  await Promise.all(screens.map((screen) => screen.close()));
  screens = [];
});

// A letter stands for one meaning: the table says how it looks in each theme, the screens below where it is.
test('every theme gives each meaning the look that was reviewed', async () => {
  const walks: Cell[][][][] = [];
  for (const theme of THEMES) walks.push(await walk(theme));
  const [first = []] = walks;
  const letters = new Map<string, string>();
  const examples = new Map<string, string>();
  const scenes = first.map((lines, scene) =>
    lines.map((cells, row) => {
      const text = cells.map(({ text }) => text).join('');
      const marks = cells.map((cell, column) => {
        const looks = walks.map((walked) => walked[scene]?.[row]?.[column]);
        // The themes differ in colours and in nothing else.
        expect(looks.map((look) => look?.text)).toEqual(looks.map(() => cell.text));
        const key = looks.map((look) => look?.look).join('\n');
        if (looks.every((look) => look?.look === '')) return ' '.repeat(cell.width);
        const letter = letters.get(key) ?? String.fromCharCode(97 + letters.size);
        letters.set(key, letter);
        return letter.repeat(cell.width);
      });
      collect(examples, cells, marks);
      return [text.trimEnd(), marks.join('').trimEnd()];
    }),
  );
  const table = [...letters].map(([key, letter]) => [letter, examples.get(letter) ?? '', ...key.split('\n')]);
  const names = [...SCENES];
  const drawn = scenes.map((lines, scene) =>
    [`═══ ${names[scene]} ═══`, ...lines.flatMap(shownLine)].join('\n'),
  );
  await expect(
    `${tableText([['', 'such as', ...THEMES.map(({ title }) => title)], ...table])}\n\n${drawn.join('\n\n')}\n`,
  ).toMatchFileSnapshot('golden/themes.txt');
});

/** A row with the letters of its looks below it, where it has any. */
function shownLine([text = '', marks = '']: string[]): string[] {
  if (text === '' && marks === '') return [];
  return marks === '' ? [text] : [text, marks];
}

/** The first few words in each look. */
function collect(examples: Map<string, string>, cells: readonly Cell[], marks: readonly string[]): void {
  let start = 0;
  for (let column = 1; column <= cells.length; column += 1) {
    const letter = marks[start]?.[0] ?? ' ';
    if (marks[column]?.[0] === letter) continue;
    const text = cells
      .slice(start, column)
      .map((cell) => cell.text)
      .join('')
      .trim();
    if (letter !== ' ' && text !== '' && !examples.has(letter)) examples.set(letter, text.slice(0, 14));
    start = column;
  }
}

function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function walk({ theme, answer }: Shown): Promise<Cell[][][]> {
  const t = translator('en');
  const screen = openEmulated(goldenFleet(), {
    columns: 80,
    rows: 24,
    start: { theme },
    ...(answer === undefined ? {} : { term: 'xterm-256color' }),
  });
  screens.push(screen);
  await screen.sees('the dashboard', /1 Workers/);
  const title = () => cellsOf(screen)[0]?.[1]?.look;
  const before = title();
  if (answer !== undefined) {
    await until('the question', () => screen.output().includes('\u001b]11;?'));
    screen.type(answer);
    await until('the colours for that background', () => title() !== before);
  }
  const scenes: Cell[][][] = [];
  for (const { name, keys, shows } of WALK) {
    screen.type(keys);
    await screen.sees(name, (frame) => shows(frame, t));
    if (SCENES.has(name)) scenes.push(cellsOf(screen));
  }
  return scenes;
}

interface Cell {
  readonly text: string;
  readonly width: number;
  /** Colours and attributes; empty where it has none. */
  readonly look: string;
}

function cellsOf({ emulator }: Emulated): Cell[][] {
  return Array.from({ length: emulator.rows }, (_, row) => {
    const line = emulator.buffer.active.getLine(row);
    return Array.from({ length: emulator.cols }, (__, column) => line?.getCell(column))
      .filter((cell) => cell !== undefined && cell.getWidth() > 0)
      .map((cell) => cell as xterm.IBufferCell)
      .map((cell) => ({ text: cell.getChars() || ' ', width: cell.getWidth(), look: lookOf(cell) }));
  });
}

const NAMED = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

function lookOf(cell: xterm.IBufferCell): string {
  const colour = (number: number) => NAMED[number] ?? String(number);
  return [
    cell.isFgDefault() ? '' : colour(cell.getFgColor()),
    cell.isBgDefault() ? '' : `on ${colour(cell.getBgColor())}`,
    cell.isBold() ? 'bold' : '',
    cell.isDim() ? 'dim' : '',
    cell.isUnderline() ? 'underline' : '',
    cell.isInverse() ? 'inverse' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
