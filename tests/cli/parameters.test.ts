import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addParameter } from '#cli/parameters.ts';
import { parseLogText } from '#logging/log-line-reader.ts';
import { logText } from '#logging/log-text.ts';
import { expansionOf } from '#model/sweep.ts';

test.each([
  ['SEMILLA=7', 7],
  ['A=-0.5', -0.5],
  ['A=1e3', 1000],
  ['A=true', true],
  ['A=text', 'text'],
  ['A=', ''],
  ['A=a=b', 'a=b'],
  ['A=1..20', '1..20'],
  ['A=50,100', [50, 100]],
  ['A=1..3, 7', ['1..3', 7]],
  ['A="a,b"', 'a,b'],
  ['A="7"', '7'],
  ['A=12345678901234567890', '12345678901234567890'],
  ['A=0x10', '0x10'],
  ['A=Infinity', 'Infinity'],
])('%s is understood', (text, value) => {
  expect(Object.values(addParameter(text))).toEqual([value]);
});

test('a parameter may have any name, and several keep their order', () => {
  const parameters = addParameter('__proto__=1', addParameter('B=2'));
  expect(Object.entries(parameters)).toEqual([
    ['B', 2],
    ['__proto__', 1],
  ]);
});

test('a line of the log is read back as it was written', () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/);
  const line = fc.record({
    at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    level: fc.constantFrom('error' as const, 'warn' as const, 'info' as const, 'debug' as const),
    message: fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')),
    fields: fc.dictionary(word, fc.stringMatching(/^[ -~áé“]{1,40}$/)),
  });
  fc.assert(
    fc.property(line, (one) => {
      expect(parseLogText(logText(one))).toEqual({ ...one, fields: { ...one.fields } });
    }),
  );
});

test.each(['', 'hello', '2026-11-23 info x', 'not-a-date info x', '2026-11-23T21:45:48.000Z trace x'])(
  '%j is no line of the log',
  (text) => {
    expect(parseLogText(text)).toBeNull();
  },
);

test('a value in double quotes that looks like a range is that text, not its numbers', () => {
  const quoted = addParameter('PAGES="1..5"');
  expect(expansionOf(addParameter('N=1..5', quoted), 10)).toEqual({
    fixed: { PAGES: '1..5' },
    axes: [{ name: 'N', values: [1, 2, 3, 4, 5] }],
  });
});
