import { describe, expect, test } from 'vitest';
import { spanish } from '#ui/i18n/said.ts';
import { saidEs } from '#ui/i18n/said-es.ts';
import { saidEsFiles } from '#ui/i18n/said-es-files.ts';
import { saidEsTasks } from '#ui/i18n/said-es-tasks.ts';
import { saidSentences, sourceFiles, sourceText } from './said-sentences.ts';

const placesOf = (text: string) => [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();

describe('sentences that the program says beside its own texts', () => {
  const marked = [...new Set(saidSentences().map(({ text }) => text))].sort();

  test('are all there in Spanish, and no other', () => {
    expect(Object.keys(saidEs).sort()).toEqual(marked);
  });

  test('stand in one of the two tables', () => {
    expect(Object.keys(saidEsFiles).filter((english) => Object.hasOwn(saidEsTasks, english))).toEqual([]);
  });

  test.each(Object.entries(saidEs))('%s: the same values are in both languages', (english, translation) => {
    expect(placesOf(translation)).toEqual(placesOf(english));
  });

  test.each(Object.keys(saidEs))('%s: what others say is not taken for it', (english) => {
    const own = english.replaceAll(/\{\d\}/g, '');
    expect(own).toMatch(/[a-z]{2,}/);
    // Words at an end, or many between the values.
    if (own.length < 15) expect(english).toMatch(/^[^{]*[a-z]{2,}|[a-z]{2,}[^}]*$/);
  });

  test.each(Object.entries(saidEs))(
    '%s: is found by its words, whatever the values',
    (english, translation) => {
      const values = (text: string) => text.replaceAll(/\{(\d)\}/g, (_, index: string) => `«${index}»`);
      expect(spanish()(values(english))).toBe(values(translation));
    },
  );

  // The command line is in English, and so is the worker (docs/decisions/0017-command-line.md).
  test.each(
    sourceFiles().filter((file) => !/^(?:cli|worker-service|ui)\//.test(file) && file !== 'model/errors.ts'),
  )('%s marks what it says of an error', (file) => {
    for (const [whole] of sourceText(file).matchAll(
      /new UserError\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g,
    )) {
      // What comes from elsewhere is marked there.
      if (/\bmessage\b/.test(whole) && !/['"`] /.test(whole)) continue;
      expect(whole, whole).toContain('said`');
    }
  });
});

test('a sentence within another is said as well', () => {
  const say = spanish();
  expect(say('.env: X is there is no task a; expected b')).toBe(
    '.env: X es no hay ninguna tarea a; se esperaba b',
  );
});

test('what is none of ours stays as it is', () => {
  const say = spanish();
  for (const text of ['', 'Traceback (most recent call last)', 'x'.repeat(100_000)])
    expect(say(text)).toBe(text);
});
