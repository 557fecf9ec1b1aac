import { readFile } from 'node:fs/promises';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editEnv } from '#configuration/env-edit.ts';
import { KEYS, type Key } from '#configuration/keys.ts';

const FILE = `# The fleet of the second floor
export ELASTIC_PING_INTERVAL=5   # seconds

TASK_TIMEOUT = "60" # one run
HTTP_TIMEOUT: 10
#DEFAULT_SEED=42
LOG_LEVEL='info'
NOTE="two
lines # and no comment"
EMPTY=
`;

describe('a value that is there', () => {
  test.each([
    ['ELASTIC_PING_INTERVAL', '2.5', 'export ELASTIC_PING_INTERVAL=2.5   # seconds'],
    ['TASK_TIMEOUT', '90', 'TASK_TIMEOUT = "90" # one run'],
    ['HTTP_TIMEOUT', '3', 'HTTP_TIMEOUT: 3'],
    ['LOG_LEVEL', 'debug', "LOG_LEVEL='debug'"],
    ['EMPTY', 'full', 'EMPTY=full'],
    ['ELASTIC_PING_INTERVAL', '', 'export ELASTIC_PING_INTERVAL=   # seconds'],
  ])('%s becomes “%s” in its own line, and nothing else changes', (key, value, line) => {
    const edited = editEnv(FILE, key, value)?.split('\n') ?? [];
    const changed = FILE.split('\n').flatMap((before, index) =>
      edited[index] === before ? [] : [[before, edited[index]]],
    );
    expect(changed).toHaveLength(1);
    expect(changed[0]?.[1]).toBe(line);
    expect(edited).toHaveLength(FILE.split('\n').length);
  });

  test('of several lines is the last, which is the one that counts', () => {
    expect(editEnv('A=1\n# again\nA=2\nB=3\n', 'A', '4')).toBe('A=1\n# again\nA=4\nB=3\n');
  });

  test('keeps the ends of its lines, and what is after the last one', () => {
    expect(editEnv('A=1\r\nB=2 # two\r\nC=3', 'B', '9')).toBe('A=1\r\nB=9 # two\r\nC=3');
    expect(editEnv('A=1\r\nB="2"\r\n', 'A', '9')).toBe('A=9\r\nB="2"\r\n');
  });

  test('may go over several lines', () => {
    expect(editEnv('A="x\ny" # why\nB=1\n', 'A', 'z')).toBe('A="z" # why\nB=1\n');
  });

  test('in a comment or inside another value is none', () => {
    const text = 'NOTE="\nA=1\n"\nA=2\n';
    expect(editEnv(text, 'A', '3')).toBe('NOTE="\nA=1\n"\nA=3\n');
  });
});

describe('a value that is not there', () => {
  test('comes to the end, in a line of its own', () => {
    expect(editEnv('A=1\n', 'B', '2')).toBe('A=1\nB=2\n');
    expect(editEnv('A=1', 'B', '2')).toBe('A=1\nB=2\n');
    expect(editEnv('', 'B', '2')).toBe('B=2\n');
    expect(editEnv('A=1\r\n', 'B', '2')).toBe('A=1\r\nB=2\r\n');
  });

  test('and is to be none, stays so', () => {
    expect(editEnv('# B=1\nA=1\n', 'B', '')).toBe('# B=1\nA=1\n');
  });

  test('comes behind its line that is commented out', () => {
    expect(editEnv('# SEED=42\n\nA=1\n', 'SEED', '7')).toBe('# SEED=42\nSEED=7\n\nA=1\n');
    expect(editEnv('# SEED=42\r\n\r\nA=1\r\n', 'SEED', '7')).toBe('# SEED=42\r\nSEED=7\r\n\r\nA=1\r\n');
    // Neither another key whose name begins alike is meant, nor one that is only spoken of.
    expect(editEnv('# see SEED\nA=1\n', 'SEED', '7')).toBe('# see SEED\nA=1\nSEED=7\n');
    expect(editEnv('# SEED_2=42\nA=1\n', 'SEED', '7')).toBe('# SEED_2=42\nA=1\nSEED=7\n');
  });
});

test('each value of the shipped .env that may be changed from the screen comes into its place there', async () => {
  const shipped = await readFile(new URL('../../.env', import.meta.url), 'utf8');
  const safe = Object.values(KEYS).filter((key: Key<unknown>) => key.safe);
  expect(safe.length).toBeGreaterThan(10);
  for (const { name, fallback } of safe) {
    const lines = editEnv(shipped, name, fallback || '7')?.split('\n') ?? [];
    const at = lines.indexOf(`${name}=${fallback || '7'}`);
    expect(lines[at - 1]).toMatch(new RegExp(`^# ${name}=`));
    expect(lines.toSpliced(at, 1).join('\n')).toBe(shipped);
  }
});

describe('a value with special characters', () => {
  test.each([
    ['two words', 'A=two words\n'],
    ['a#b', 'A="a#b"\n'],
    [' space around ', 'A=" space around "\n'],
    ['say "hi"', 'A=say "hi"\n'],
    ['"quoted"', `A='"quoted"'\n`],
    ['back\\nslash # x', "A='back\\nslash # x'\n"],
    ['$HOME and `x` #', 'A="$HOME and `x` #"\n'],
  ])('%s is quoted only as far as it must be', (value, text) => {
    expect(editEnv('A=1\n', 'A', value)).toBe(text);
  });

  test('that dotenv has no way to write is refused', () => {
    expect(editEnv('A=1\n', 'A', `"'\` #`)).toBeNull();
  });

  const value = fc.string({ unit: fc.constantFrom(...`ab0 #'"\`\\n=$:é日${'\u00a0'}`), maxLength: 12 });
  const comment = fc.constantFrom('', ' # why', '#', ' # "quoted"', " # it's");
  const line = fc.oneof(
    fc
      .record({
        key: fc.constantFrom('A', 'B', 'LONG_KEY', 'x.y'),
        sign: fc.constantFrom('=', ' = ', ': '),
        before: fc.constantFrom('', 'export ', '  '),
        written: fc.constantFrom('', '1', '"two words"', "'#'", '`x`', '"a\nb"', 'plain text'),
        comment,
      })
      .map((parts) => `${parts.before}${parts.key}${parts.sign}${parts.written}${parts.comment}`),
    fc.constantFrom('', '# B=2', '   ', 'nonsense', '#', '# A'),
  );
  const file = fc
    .record({
      lines: fc.array(line, { maxLength: 8 }),
      end: fc.constantFrom('\n', '\r\n'),
      last: fc.boolean(),
    })
    .map(({ lines, end, last }) => lines.join(end) + (last ? end : ''));

  test('is read back by dotenv exactly, every other key and every comment as before, or is refused', () => {
    let refused = 0;
    let written = 0;
    fc.assert(
      fc.property(file, fc.constantFrom('A', 'B', 'LONG_KEY'), value, (text, key, wanted) => {
        const edited = editEnv(text, key, wanted);
        if (edited === null) {
          refused += 1;
          return;
        }
        written += 1;
        const before = parse(text);
        expect(parse(edited)).toEqual(
          wanted === '' && !(key in before) ? before : { ...before, [key]: wanted },
        );
        for (const kept of text.split(/\r?\n/).filter((each) => /^\s*#/.test(each))) {
          expect(edited.split(/\r?\n/)).toContain(kept);
        }
      }),
      { numRuns: 3_000 },
    );
    // Only what holds all three quotes, or cannot be told from a line around it, has no way to be written.
    expect(refused).toBeLessThan(written / 10);
  });
});
