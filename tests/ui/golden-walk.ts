import type { Language, Translate } from '#ui/i18n/translate.ts';

/** A window and a language in which every screen is looked at. */
export interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly language: Language;
}

const SIZES = [
  [20, 5],
  [80, 24],
  [120, 32],
  [200, 60],
] as const;

export const LOOKS: readonly Look[] = SIZES.flatMap(([columns, rows]) =>
  (['en', 'es'] as const).map((language) => ({ columns, rows, language })),
);

type Shows = (text: string, t: Translate) => boolean;

export interface Step {
  readonly name: string;
  /** As bytes. */
  readonly keys: string;
  /** True for the frame that the keys lead to, and for no frame on the way. */
  readonly shows: Shows;
  /** The same in a window in which there are no headings and most words are cut off. */
  readonly tiny: Shows;
}

const ERASE = '\u007f';
const CLEAR = '\u0015';
const ESCAPE = '\u001b';
const DOWN = '\u001b[B';

const matches =
  (pattern: RegExp): Shows =>
  (text) =>
    pattern.test(text);

/** A walk through every screen, each step from the one before. */
export const WALK: readonly Step[] = [
  {
    name: 'workers',
    keys: '',
    shows: (text, t) => text.includes(t('column.run')),
    tiny: matches(/▸ worker-01/),
  },
  {
    name: 'workers-marked',
    keys: 'pi  ',
    shows: (text, t) => text.includes(t('marks.count', { count: 2 })),
    tiny: (text) => text.split('•').length === 3,
  },
  {
    name: 'confirm',
    keys: 'd',
    shows: (text, t) => text.includes(t('confirm.leave')),
    tiny: (text, t) => text.includes(t('confirm.leave')),
  },
  {
    name: 'workers-details',
    keys: '\r/sixty\r\r',
    shows: (text, t) => !text.includes(t('column.run')) && text.includes(t('detail.failures')),
    tiny: matches(/^ a-name-of-sixty/m),
  },
  {
    name: 'statistics',
    keys: '2',
    shows: (text, t) => text.includes(t('statistics.throughput')),
    tiny: (text, t) => text.includes(t('statistics.system')),
  },
  {
    name: 'statistics-day',
    keys: 't',
    shows: (text, t) => text.includes(t('statistics-range.day')),
    tiny: (text, t) => text.includes(t('statistics.system')),
  },
  {
    name: 'statistics-end',
    keys: 'tG',
    shows: (text, t) => text.includes(t('statistics-range.hour')) && !text.includes('↓'),
    tiny: matches(/↑/),
  },
  {
    name: 'tasks',
    keys: '3',
    shows: (text, t) => text.includes(t('task-column.parameters')),
    tiny: matches(/b2c4d6e8/),
  },
  {
    name: 'tasks-details',
    keys: '/東京\r\r',
    shows: (text, t) => text.includes(t('task.created')) && !text.includes(t('task-column.parameters')),
    tiny: matches(/^ 実験-東京-1$/m),
  },
  {
    name: 'form',
    keys: `${ESCAPE}n`,
    shows: (text, t) => text.includes(t('form.copies')),
    tiny: (text, t) => text.includes(`▸ ${t('form.benchmark')}`),
  },
  {
    name: 'form-mistake',
    keys: `${DOWN}worker-03${DOWN}${DOWN}${CLEAR}1.5\r`,
    shows: matches(/(?:Not sent|Sin enviar)\./),
    tiny: matches(/1\.5/),
  },
  {
    name: 'configuration',
    keys: `${ESCAPE}4`,
    shows: (text, t) => text.includes(t('column.key')),
    tiny: matches(/▸ ELASTIC/),
  },
  {
    name: 'configuration-details',
    keys: `/w2${ERASE}${ERASE}https\r\r`,
    shows: (text, t) => !text.includes(t('column.key')) && text.includes(t('configuration.value')),
    tiny: (text, t) => !text.includes('▸') && text.includes(t('configuration.value')),
  },
  {
    name: 'configuration-edit',
    keys: `/${CLEAR}ping_int\rex`,
    shows: matches(/2\.5x▏/),
    tiny: matches(/2\.5x▏/),
  },
  {
    name: 'logs',
    keys: `${ESCAPE}5`,
    shows: (text, t) => text.includes(t('logs.following')),
    tiny: matches(/▸ [IE] task/),
  },
  {
    name: 'logs-paused',
    keys: 'kkkll/worker !03\r',
    shows: (text, t) => text.includes('/worker !03 ') && text.includes(t('key.quit-short')),
    tiny: matches(/^4\/9.*paus/),
  },
  {
    name: 'logs-details',
    keys: '\r',
    shows: (text, t) => text.includes(` ${t('logs.time')} `),
    tiny: (text, t) => new RegExp(`^ ${t('logs.time')}$`, 'm').test(text),
  },
  {
    name: 'help',
    keys: '1?',
    shows: (text, t) => text.includes(` ${t('help.title')}   `),
    tiny: (text, t) => text.includes(t('help.title')),
  },
  {
    name: 'quit',
    keys: 'xq',
    shows: (text, t) => text.includes(t('quit.title')),
    tiny: (text, t) => text.includes(t('quit.cancel')),
  },
  {
    name: 'palette',
    keys: '\r:',
    shows: (text, t) => text.includes(t('palette.hint')),
    tiny: matches(/^ : /m),
  },
  { name: 'palette-query', keys: 'cu', shows: matches(/^ :cu$/m), tiny: matches(/^ :cu$/m) },
  {
    name: 'wall',
    keys: `${ERASE.repeat(3)}w`,
    shows: (text, t) => text.includes(t('wall.healthy')),
    tiny: matches(/^[○◐].*●/m),
  },
];

/** Rows alike, one below the other, more than these are counted instead of repeated. */
const REPEATED = 3;

/** A screen as text that is read in a review: how large it is, its rows, and long stretches of equal rows in short. */
export function reviewed({ columns, rows, language }: Look, lines: readonly string[]): string {
  const shown: string[] = [];
  for (let row = 0; row < lines.length; ) {
    const line = lines[row] ?? '';
    let count = 1;
    while (row + count < lines.length && lines[row + count] === line) count += 1;
    if (count > REPEATED) shown.push(line, `⋮ ${count} such rows`);
    else shown.push(...Array<string>(count).fill(line));
    row += count;
  }
  return `═══ ${columns} × ${rows}, ${language} ═══\n${shown.join('\n')}\n`;
}
