import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { KEYS } from '#configuration/keys.ts';
import { plainLine } from '#model/text.ts';
import { en, type MessageKey } from '#ui/i18n/en.ts';
import { es } from '#ui/i18n/es.ts';
import { languageOf, translator } from '#ui/i18n/translate.ts';
import { keyMeaning } from '#ui/views/configuration/meanings.ts';

const keys = Object.keys(en) as MessageKey[];
/** The values that a text shows; that it only counts with is a matter of its language. */
const placeholdersIn = (text: string) => [
  ...new Set([...text.matchAll(/\{(\w+)(?:\}|\|[^}]*#)/g)].map(([, name]) => name).sort()),
];

describe('the texts of the screen', () => {
  test('have the same keys in both languages', () => {
    expect(Object.keys(es).sort()).toEqual([...keys].sort());
  });

  test('are there in both languages, without blanks at their ends', () => {
    const bad = keys.filter((key) => [en[key], es[key]].some((text) => text === '' || text !== text.trim()));
    expect(bad).toEqual([]);
  });

  test('have the same places for values in both languages', () => {
    const different = keys.filter((key) => `${placeholdersIn(en[key])}` !== `${placeholdersIn(es[key])}`);
    expect(different).toEqual([]);
  });

  test('are one line each, without control characters', () => {
    expect(keys.filter((key) => plainLine(en[key] + es[key]) !== en[key] + es[key])).toEqual([]);
  });
});

test('every text is asked for somewhere, by its name or by the beginning of it', async () => {
  const folder = new URL('../../source/ui/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => /\.tsx?$/.test(file) && !/i18n\/e[ns]/.test(file),
  );
  const code = (await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')))).join('\n');
  const beginnings = [...code.matchAll(/`([\w.-]+\.)\$\{/g)].map(([, beginning = '']) => beginning);
  const unused = keys.filter(
    (key) => !code.includes(`'${key}'`) && !beginnings.some((beginning) => key.startsWith(beginning)),
  );
  expect(unused).toEqual([]);
});

describe('a translation', () => {
  test('has its values in their places, each as often as it is named', () => {
    expect(translator('en')('header.active', { active: 3, total: 4 })).toBe('3/4 active');
    expect(translator('es')('header.active', { active: 3, total: 4 })).toBe('3/4 activos');
  });

  test('has words of its own for exactly one', () => {
    const healthy = (count: number) => translator('es')('header.healthy', { count });
    expect([0, 1, 2].map(healthy)).toEqual(['0 sanos', '1 sano', '2 sanos']);
    const times = (count: string) => translator('en')('detail.times', { count });
    expect(['1', '21', '$&'].map(times)).toEqual(['once', '21 times', '$& times']);
  });

  test('keeps the name of a value that is missing, so that the mistake is seen', () => {
    expect(translator('en')('header.active', { active: 3 })).toBe('3/{total} active');
  });

  test('takes values as they are, whatever characters are in them', () => {
    expect(translator('en')('workers.none-match', { filter: '{filter} $& $1' })).toBe(
      'No worker matches “{filter} $& $1”. esc clears the filter.',
    );
  });
});

describe('the language', () => {
  test('is that of the locale, the most specific variable first', () => {
    expect(languageOf({ LANG: 'es_PE.UTF-8' })).toBe('es');
    expect(languageOf({ LANG: 'en_US.UTF-8' })).toBe('en');
    expect(languageOf({ LC_ALL: 'en_GB', LANG: 'es_ES' })).toBe('en');
    expect(languageOf({ LC_ALL: '', LC_MESSAGES: 'es', LANG: 'en_US' })).toBe('es');
  });

  test('is English where there is none that we have', () => {
    expect(languageOf({})).toBe('en');
    expect(languageOf({ LANG: 'C.UTF-8' })).toBe('en');
    expect(languageOf({ LANG: 'de_DE.UTF-8' })).toBe('en');
  });
});

describe('the meaning of a key of .env', () => {
  test('is told for every key that the configuration knows', () => {
    const names = Object.values(KEYS).map(({ name }) => name);
    expect(names.filter((name) => keyMeaning(name) === null)).toEqual([]);
    expect(new Set(names.map(keyMeaning)).size).toBe(names.length);
  });

  test('is told for a worker, as a whole and by its numbered keys', () => {
    expect(keyMeaning('WORKER worker-01')).toBe('meaning.WORKER');
    expect(keyMeaning('WORKER_01_IP')).toBe('meaning.WORKER_NN_IP');
    expect(keyMeaning('WORKER_112_PORT')).toBe('meaning.WORKER_NN_PORT');
    expect(keyMeaning('WORKER_7_ID')).toBe('meaning.WORKER_NN_ID');
  });

  test('is not made up for others', () => {
    expect(keyMeaning('WORKER_01_COLOUR')).toBeNull();
    expect(keyMeaning('ELASTIC_PNG_INTERVAL')).toBeNull();
    expect(keyMeaning('toString')).toBeNull();
  });
});
