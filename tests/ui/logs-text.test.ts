import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogFields, LogLine } from '#model/log-line.ts';
import { lineWidth, span } from '#ui/lines/line.ts';
import { markWords, wantedWords } from '#ui/list/match-marks.ts';
import { LOG_FIELDS } from '#ui/views/logs/log-list.ts';
import { logDetails, logRow, pagedLog, withShortIds } from '#ui/views/logs/log-text.ts';
import { exampleFleet, NOW } from './fleet.ts';
import { anyLine, anyText } from './line-text.ts';
import { contextOf, textOf } from './view-context.ts';

const at = (columns: number) => contextOf(exampleFleet(), { columns, rows: 24 });

function logLine(message: string, fields: LogFields = {}): LogLine {
  return { at: NOW, level: 'warn', message, fields };
}

describe('a row of the log', () => {
  const line = logLine('ping failed', { worker: 'worker-02', reason: 'connection refused', failures: 2 });

  test('says when, how bad, what, and with which values', () => {
    const row = logRow(line, at(80));
    expect(textOf(row)).toBe(
      '21:42:07  warn   ping failed  worker=worker-02  reason="connection refused"  failures=2',
    );
    expect(row[0]?.style).toBe('muted');
    expect(row.find(({ text }) => text.startsWith('warn'))?.style).toBe('warning');
  });

  test('has the date where there is room, and a letter for the level where there is little', () => {
    expect(textOf(logRow(line, at(140)))).toMatch(/^2026-11-23 21:42:07 {2}warn {3}ping failed/);
    expect(textOf(logRow(line, at(30)))).toMatch(/^W ping failed {2}worker=/);
  });

  test('quotes a value whose end would be in doubt', () => {
    const row = logRow(
      logLine('x', { a: 'two words', b: '', c: 'k=v', d: 'say "hi"', e: true, f: 1.5 }),
      at(80),
    );
    expect(textOf(row)).toMatch(/a="two words" {2}b="" {2}c="k=v" {2}d="say \\"hi\\"" {2}e=true {2}f=1.5$/);
  });

  test('is one line without control characters, whatever the log says', () => {
    const row = textOf(logRow(logLine('a\nb\u001b[31mc', { 'k\ne': 'v\u001b]0;x\u0007w\r\n' }), at(80)));
    expect(row).not.toMatch(/\p{Cc}/u);
    expect(row).toContain('a bc');
  });
});

describe('an id in a row of the log', () => {
  const ID = '6efcb124-f11e-40da-b944-c16182be907e';
  const row = (fields: LogFields, words: readonly string[] = []) =>
    textOf(logRow(withShortIds(logLine('task sent', fields), words), at(80)));

  test('has its first 8 characters and its place in a sweep, so that the rest of the line is seen', () => {
    expect(row({ task: `${ID}-31`, worker: 'worker-02' })).toMatch(/task=6efcb124…-31 {2}worker=worker-02$/);
    expect(row({ batch: ID, tasks: 41 })).toMatch(/batch=6efcb124 {2}tasks=41$/);
  });

  test('is whole where somebody gave it a name, and where what is looked for would be cut out', () => {
    expect(row({ task: 'night-sweep-of-particles-0001' })).toMatch(/task=night-sweep-of-particles-0001$/);
    expect(row({ task: `${ID}-31` }, ['B944'])).toMatch(new RegExp(`task=${ID}-31$`));
    expect(row({ task: `${ID}-31` }, ['6efc'])).toMatch(/task=6efcb124…-31$/);
  });

  test('is whole in the details', () => {
    expect(
      logDetails(logLine('x', { task: `${ID}-31` }), at(80))
        .map(textOf)
        .join(),
    ).toContain(`${ID}-31`);
  });
});

describe('the whole line', () => {
  test('has every value on its own row, wrapped and with its line breaks', () => {
    const error = 'Traceback:\n  File "benchmark.py", line 3\nMemoryError';
    const lines = logDetails(
      logLine('the task failed after its last attempt', { task: 'broken-1', error }),
      at(36),
    ).map(textOf);
    expect(lines).toEqual([
      'the task failed after its last',
      'attempt',
      '',
      'Time   2026-11-23 21:42:07',
      'Level  warn',
      'task   broken-1',
      'error  Traceback:',
      '         File "benchmark.py", line 3',
      '       MemoryError',
    ]);
  });

  test('is never wider than the area', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 20, max: 120 }), (message, error, columns) => {
        const rows = logDetails(logLine(message, { error }), at(columns));
        for (const row of rows) expect(lineWidth(row)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('the marks of a filter', () => {
  test('are its words that a line must contain', () => {
    expect(wantedWords('ping !ok  worker')).toEqual(['ping', 'worker']);
    expect(wantedWords('!')).toEqual([]);
  });

  test('stand on every occurrence, in any case', () => {
    expect(markWords([span('Ping ping')], ['ping'])).toEqual([
      span('Ping', 'match'),
      { text: ' ', style: undefined },
      span('ping', 'match'),
    ]);
  });

  test('go over from one span into the next, which keep their style for the rest', () => {
    expect(markWords([span('worker=', 'muted'), span('worker-02')], ['r=wor'])).toEqual([
      span('worke', 'muted'),
      span('r=', 'match'),
      span('wor', 'match'),
      span('ker-02'),
    ]);
  });

  test('take the longer of two words that begin alike', () => {
    expect(markWords([span('worker')], ['work', 'worker'])).toEqual([span('worker', 'match')]);
  });

  test('take signs as they are', () => {
    expect(markWords([span('a.c abc')], ['a.c'])).toEqual([span('a.c', 'match'), span(' abc')]);
    for (const word of ['(', '[', '\\', '*', '+', '?', '{', '^', '$', '|', '-', '/'])
      expect(markWords([span(`x${word}y`)], [word])[1]).toEqual(span(word, 'match'));
  });

  test('change no character of the line, whatever is searched', () => {
    fc.assert(
      fc.property(anyLine, anyText, (line, filter) => {
        expect(textOf(markWords(line, wantedWords(filter)))).toBe(textOf(line));
      }),
    );
  });
});

test('for a pager every line is whole, with its date, and nothing in it controls the terminal', () => {
  const text = pagedLog([logLine('a\u001b[2Jb', { worker: 'w-1' }), { ...logLine(''), at: -1 }], at(20));
  expect(text).toBe(
    '2026-11-23 21:42:07  warn   ab  worker=w-1\nlines in between are only in the log file\n',
  );
});

test('what a filter names is marked without its name', () => {
  expect(wantedWords('level:warn worker:w-1 !task:x free level:', LOG_FIELDS)).toEqual([
    'warn',
    'w-1',
    'free',
  ]);
});
