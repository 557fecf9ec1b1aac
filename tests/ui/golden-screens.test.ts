import stringWidth from 'string-width-exact';
import { afterEach, describe, expect, test } from 'vitest';
import { type Language, type Translate, translator } from '#ui/i18n/translate.ts';
import { toAscii } from '#ui/theme/glyphs.ts';
import { busyHour } from './busy-hour.ts';
import { type Emulated, openEmulated } from './emulated.ts';

const SIZES = [
  [80, 24],
  [120, 32],
  [200, 60],
] as const;
const LANGUAGES: readonly Language[] = ['en', 'es'];
const CASES = SIZES.flatMap(([columns, rows]) => LANGUAGES.map((language) => ({ columns, rows, language })));

interface Step {
  readonly name: string;
  /** As bytes. */
  readonly keys: string;
  /** True for the frame that the keys lead to, and for no frame on the way. */
  readonly shows: (text: string, t: Translate) => boolean;
}

const ERASE = '\u007f';
const CLEAR = '\u0015';
const ESCAPE = '\u001b';

/** A walk through every screen of these views, each step from the one before. */
const WALK: readonly Step[] = [
  { name: 'workers', keys: '', shows: (text, t) => text.includes(t('column.run')) },
  {
    name: 'workers-details',
    keys: 'jj\r',
    shows: (text, t) => !text.includes(t('column.run')) && text.includes(t('detail.address')),
  },
  { name: 'statistics', keys: '2', shows: (text, t) => text.includes(t('statistics.throughput')) },
  { name: 'statistics-day', keys: 't', shows: (text, t) => text.includes(t('statistics-range.day')) },
  { name: 'statistics-end', keys: 'tG', shows: (text, t) => text.includes(t('statistics-range.hour')) },
  { name: 'configuration', keys: '4', shows: (text, t) => text.includes(t('column.key')) },
  {
    name: 'configuration-details',
    keys: `/w2${ERASE}${ERASE}https\r\r`,
    shows: (text, t) => !text.includes(t('column.key')) && text.includes(t('configuration.value')),
  },
  {
    name: 'configuration-edit',
    keys: `/${CLEAR}ping_int\rex`,
    shows: (text) => text.includes('2.5x▏'),
  },
  { name: 'logs', keys: `${ESCAPE}5`, shows: (text, t) => text.includes(t('logs.following')) },
  {
    name: 'logs-paused',
    keys: 'kkkll/worker !03\r',
    shows: (text, t) => text.includes('/worker !03 ') && text.includes(t('key.quit-short')),
  },
  { name: 'logs-details', keys: '\r', shows: (text, t) => text.includes(` ${t('logs.time')} `) },
  { name: 'help', keys: '1?', shows: (text, t) => text.includes(` ${t('help.title')}   `) },
  { name: 'quit', keys: 'xq', shows: (text, t) => text.includes(t('quit.title')) },
  {
    name: 'palette',
    keys: '\r:',
    shows: (text, t) => text.includes(t('palette.hint')),
  },
  {
    name: 'palette-query',
    keys: 'cu',
    shows: (text) => /^ :cu$/m.test(text),
  },
  {
    name: 'wall',
    keys: `${ERASE.repeat(3)}w`,
    shows: (text, t) => text.includes(t('wall.healthy')),
  },
];

/** The same for a window in which there are no headings. */
const TINY_WALK: readonly Step[] = [
  { name: 'workers', keys: '', shows: (text) => text.includes('▸ worker-01') },
  { name: 'workers-details', keys: 'jj\r', shows: (text) => /^ worker-03$/m.test(text) },
  { name: 'statistics', keys: '2', shows: (text, t) => text.includes(t('statistics.system')) },
  { name: 'tasks', keys: '3', shows: (text) => text.includes('b2c4d6e8') },
  {
    name: 'confirm',
    keys: 'c',
    shows: (text, t) => text.includes(t('confirm.cancel')),
  },
  { name: 'task-details', keys: '\r\r', shows: (text, t) => text.includes(t('task.state')) },
  { name: 'form', keys: 'n', shows: (text, t) => text.includes(t('form.benchmark')) },
  { name: 'quit', keys: `${ESCAPE}q`, shows: (text, t) => text.includes(t('quit.confirm')) },
  { name: 'configuration', keys: '\r4', shows: (text) => text.includes('▸ ELASTIC') },
  { name: 'configuration-edit', keys: 'ex', shows: (text) => text.includes('2x▏') },
  { name: 'logs', keys: `${ESCAPE}5`, shows: (text) => text.includes('▸ I') },
  { name: 'help', keys: '?', shows: (text, t) => text.includes(t('help.title')) },
  { name: 'palette', keys: 'x:', shows: (text) => /^ :/m.test(text) },
  { name: 'wall', keys: `${ERASE}w`, shows: (text) => /^[○◐]/m.test(text) },
];

let screens: Emulated[] = [];
afterEach(async () => {
  await Promise.all(screens.map((screen) => screen.close()));
  screens = [];
});

describe.each(CASES)('at $columns × $rows in $language', (look) => {
  test('every screen looks as it was approved, and in ASCII the same', () => walk(WALK, look));
});

describe.each(LANGUAGES)('at 20 × 5 in %s', (language) => {
  test('every screen looks as it was approved, and in ASCII the same', () =>
    walk(TINY_WALK, { columns: 20, rows: 5, language }));
});

interface Case {
  readonly columns: number;
  readonly rows: number;
  readonly language: Language;
}

async function walk(steps: readonly Step[], { columns, rows, language }: Case): Promise<void> {
  const t = translator(language);
  const open = (ascii: boolean) => {
    const screen = openEmulated(busyHour(), { columns, rows, start: { language, ascii } });
    screens.push(screen);
    return screen;
  };
  const [screen, plain] = [open(false), open(true)];
  for (const { name, keys, shows } of steps) {
    for (const each of [screen, plain]) each.type(keys);
    const text = await screen.sees(name, (frame) => shows(frame, t));
    for (const line of screen.lines()) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}-${columns}x${rows}-${language}.txt`);
    const ascii = screen.lines().map((line) => toAscii(line).trimEnd());
    await plain.sees(`${name} in ASCII`, (frame) => frame === ascii.join('\n'));
  }
}
