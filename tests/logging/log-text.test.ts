import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logText } from '#logging/log-text.ts';
import { type LogFields, logLine } from '#model/log-line.ts';

const AT = Date.UTC(2026, 10, 23, 21, 45, 48, 248);

function textOf(message: string, fields: LogFields = {}): string {
  return logText({ at: AT, level: 'info', message, fields });
}

test('a line has ISO time, level, message and the fields as key=value', () => {
  const line = logLine({
    at: AT,
    type: 'worker-status-changed',
    workerId: 'worker-01',
    from: 'active',
    to: 'unstable',
    milestone: null,
    failure: { reason: 'http-status', detail: '503' },
    failures: 2,
    maxFailures: 5,
  });
  expect(line && logText(line)).toBe(
    '2026-11-23T21:45:48.248Z warn worker unstable worker=worker-01 from=active to=unstable ' +
      'reason="HTTP status 503" failures=2 max_failures=5',
  );
});

test.each([
  ['a value with spaces', 'two words', 'value="two words"'],
  ['an empty value', '', 'value=""'],
  ['a quote', 'say "hi"', 'value="say \\"hi\\""'],
  ['an equals sign', 'a=b', 'value="a=b"'],
  ['a backslash beside a quote', '\\"', 'value="\\\\\\""'],
  ['a newline', 'one\ntwo', 'value="one two"'],
  ['an escape sequence', '\u001b[31mred\u001b[0m', 'value=red'],
  ['letters of other scripts', '粒子', 'value=粒子'],
])('%s is written so that it stays one value', (_, value, expected) => {
  expect(textOf('message', { value })).toBe(`2026-11-23T21:45:48.248Z info message ${expected}`);
});

test('a message or value of any length leaves a line of bounded length that says it was cut', () => {
  const line = textOf('m'.repeat(1_000_000), { output: 'o'.repeat(1_000_000) });
  expect(line.length).toBeLessThan(5_000);
  expect(line).toContain('m… output=');
  expect(line.endsWith('o…')).toBe(true);
});

test('nothing from outside can end a line, control the terminal or forge a field', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      fc.string(),
      (message, value, key) => {
        const line = textOf(message, { [`k${key}`]: value, last: 1 });
        expect(line).not.toMatch(/\p{Cc}|[\u2028\u2029]/u);
        // What follows the message is exactly the two fields, each of them a bare word or a JSON string.
        expect(line).toMatch(/ k[\w.-]*=([^\s"=]+|"([^"\\]|\\.)*") last=1$/u);
      },
    ),
  );
});
