import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { isHole, readableLines } from '#ui/views/logs/log-list.ts';
import {
  INITIAL_LOGS,
  type LogsAction,
  type LogsState,
  reduceLogs,
  selectRow,
  windowOf,
} from '#ui/views/logs/logs-state.ts';
import { NOW } from './fleet.ts';

const PAGE = 5;
const RING = 20;

/** All lines have the same time and, where `message` is the same, the same text: only their identity differs. */
function logLine(message: string, level: LogLevel = 'info'): LogLine {
  return { at: NOW, level, message, fields: {} };
}

function logOf(count: number, from = 0): LogLine[] {
  return Array.from({ length: count }, (_, index) => logLine(`line ${from + index}`));
}

/** The log after `lines` more, the oldest dropped as in the snapshot. */
function grown(log: readonly LogLine[], lines: readonly LogLine[]): LogLine[] {
  return [...log, ...lines].slice(-RING);
}

function pressed(
  log: readonly LogLine[],
  actions: readonly LogsAction[],
  from: LogsState = INITIAL_LOGS,
): LogsState {
  return actions.reduce(
    (state, action) => reduceLogs(state, action, { log, page: PAGE, detailEnd: 2 }),
    from,
  );
}

/** What stands on the screen. */
function seen(state: LogsState, log: readonly LogLine[], page = PAGE): string[] {
  const { lines, top } = windowOf(state, { log, page });
  return lines.slice(top, top + page).map((line) => (isHole(line) ? '(hole)' : line.message));
}

function selected(state: LogsState, log: readonly LogLine[]): string | undefined {
  const { lines, index } = windowOf(state, { log, page: PAGE });
  return lines[index]?.message;
}

const LOG = logOf(12);
const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

describe('following', () => {
  test('shows the newest lines, as they come', () => {
    expect(seen(INITIAL_LOGS, LOG)).toEqual(names(7, 11));
    expect(seen(INITIAL_LOGS, grown(LOG, logOf(3, 12)))).toEqual(names(10, 14));
    expect(selected(INITIAL_LOGS, LOG)).toBe('line 11');
  });

  test('shows all where there are few', () => {
    expect(seen(INITIAL_LOGS, logOf(2))).toEqual(names(0, 1));
    expect(seen(INITIAL_LOGS, [])).toEqual([]);
  });

  test('goes on when down is pressed', () => {
    expect(pressed(LOG, ['down', 'page-down']).reading).toBeNull();
  });
});

describe('reading', () => {
  test('begins with the first step up', () => {
    const state = pressed(LOG, ['up']);
    expect(state.reading).not.toBeNull();
    expect(selected(state, LOG)).toBe('line 10');
    expect(seen(state, LOG)).toEqual(names(7, 11));
  });

  test('leaves every line where it is while new ones come', () => {
    const state = pressed(LOG, ['page-up', 'page-up', 'page-up']);
    const before = seen(state, LOG);
    expect(before).toEqual(names(5, 9));
    let log: readonly LogLine[] = LOG;
    for (let round = 0; round < 30; round += 1) {
      log = grown(log, logOf(3, 12 + 3 * round));
      expect(seen(state, log)).toEqual(before);
      expect(selected(state, log)).toBe('line 5');
    }
  });

  test('keeps lines that the log itself no longer has, and says where others are missing', () => {
    const state = pressed(LOG, ['top']);
    const turnedOver = logOf(RING, 500);
    expect(seen(state, turnedOver)).toEqual(names(0, 4));
    const further = pressed(
      turnedOver,
      ['page-down', 'page-down', 'page-down', 'page-down', 'page-down', 'page-down', 'down'],
      state,
    );
    expect(seen(further, turnedOver)).toEqual([...names(9, 11), '(hole)', 'line 500']);
  });

  test('tells lines apart that came at the same moment with the same text', () => {
    const same = Array.from({ length: 10 }, () => logLine('ping failed'));
    const state = pressed(same, ['up', 'up', 'up']);
    const index = (log: readonly LogLine[]) => windowOf(state, { log, page: PAGE }).index;
    expect(index(same)).toBe(6);
    expect(index([...same, ...Array.from({ length: 10 }, () => logLine('ping failed'))])).toBe(6);
  });

  test('ends with a step down past the last line, or at once', () => {
    const state = pressed(LOG, ['up', 'up']);
    expect(pressed(LOG, ['down'], state).reading).not.toBeNull();
    expect(pressed(LOG, ['down', 'down'], state).reading).toBeNull();
    expect(pressed(LOG, ['follow'], pressed(LOG, ['top'])).reading).toBeNull();
  });

  test('counts what came since and is below the screen', () => {
    const state = pressed(LOG, ['up']);
    const unseen = (log: readonly LogLine[]) => windowOf(state, { log, page: PAGE }).unseen;
    expect(unseen(LOG)).toBe(0);
    expect(unseen(grown(LOG, logOf(3, 12)))).toBe(3);
    const log = grown(LOG, logOf(3, 12));
    const lower = pressed(log, ['down', 'down', 'down'], state);
    expect(selected(lower, log)).toBe('line 13');
    expect(windowOf(lower, { log, page: PAGE }).unseen).toBe(1);
    expect(windowOf(pressed(log, ['up'], state), { log, page: PAGE }).unseen).toBe(3);
  });

  test('keeps new lines too, once it has come to them', () => {
    const log = grown(LOG, logOf(8, 12));
    const state = pressed(log, ['down', 'down', 'down'], pressed(LOG, ['up']));
    expect(selected(state, log)).toBe('line 13');
    expect(selected(state, logOf(RING, 500))).toBe('line 13');
    expect(seen(state, logOf(RING, 500))).toEqual(names(9, 13));
  });

  test('holds a bounded number of lines, however long it lasts', () => {
    let log = logOf(RING);
    let state = pressed(log, ['top']);
    for (let round = 1; round <= 300; round += 1) {
      log = logOf(RING, round * RING);
      state = pressed(log, ['down', 'up'], state);
    }
    expect(selected(state, log)).toBe('line 0');
    expect(state.reading?.held.length).toBeLessThanOrEqual(2_000);
    expect(windowOf(state, { log, page: PAGE }).lines.at(-1)?.message).toBe(`line ${301 * RING - 1}`);
  });

  test('counts only new lines that are wanted', () => {
    const state = { ...pressed(LOG, ['up']), level: 'warn' as const };
    const log = grown(LOG, [...logOf(5, 12), ...Array.from({ length: 8 }, () => logLine('bad', 'error'))]);
    expect(windowOf(state, { log, page: PAGE }).unseen).toBe(3);
  });

  test('keeps the selected line on the screen when the window shrinks', () => {
    const state = pressed(LOG, ['up']);
    expect(seen(state, LOG, 2)).toEqual(names(9, 10));
  });

  test('is the same for any keys and any lines that come: nothing moves by itself', () => {
    const anyAction = fc.constantFrom<LogsAction>(
      'up',
      'page-up',
      'top',
      'down',
      'page-down',
      'level',
      'enter',
      'back',
    );
    const anyLevel = fc.constantFrom<LogLevel>('error', 'warn', 'info', 'debug');
    fc.assert(
      fc.property(
        fc.array(anyLevel, { maxLength: RING }),
        fc.array(anyAction, { maxLength: 12 }),
        fc.array(fc.array(anyLevel, { minLength: 1, maxLength: 8 }), { maxLength: 8 }),
        (levels, actions, arrivals) => {
          let log: readonly LogLine[] = levels.map((level, index) => logLine(`line ${index}`, level));
          const state = pressed(log, actions);
          const chosen = selected(state, log);
          fc.pre(state.reading !== null && chosen !== undefined);
          const before = seen(state, log);
          for (const arrival of arrivals) {
            log = grown(
              log,
              arrival.map((level) => logLine('new', level)),
            );
            expect(seen(state, log).slice(0, before.length)).toEqual(before);
            expect(selected(state, log)).toBe(chosen);
          }
        },
      ),
    );
  });
});

describe('what is wanted', () => {
  const mixed = [
    logLine('1', 'debug'),
    logLine('2', 'info'),
    logLine('3', 'warn'),
    logLine('4', 'error'),
    logLine('5', 'info'),
  ];

  test('is chosen by the least level, which goes round', () => {
    let state = INITIAL_LOGS;
    const shown = [0, 1, 2, 3, 4].map(() => {
      const lines = seen(state, mixed).join('');
      state = pressed(mixed, ['level'], state);
      return lines;
    });
    expect(shown).toEqual(['12345', '2345', '34', '4', '12345']);
  });

  test('is chosen by text in message, level and fields, inverse with an exclamation mark', () => {
    const log: LogLine[] = [
      {
        at: NOW,
        level: 'warn',
        message: 'ping failed',
        fields: { worker: 'worker-02', reason: 'connection refused' },
      },
      { at: NOW, level: 'info', message: 'worker active', fields: { worker: 'worker-01', failures: 0 } },
    ];
    const with_ = (filter: string) => seen({ ...INITIAL_LOGS, filter }, log);
    expect(with_('worker-02')).toEqual(['ping failed']);
    expect(with_('reason="connection')).toEqual(['ping failed']);
    expect(with_('failures=0')).toEqual(['worker active']);
    expect(with_('!refused')).toEqual(['worker active']);
    expect(with_('warn')).toEqual(['ping failed']);
    expect(with_('nothing')).toEqual([]);
  });

  test('may leave out the line that was read: the next one takes its place', () => {
    const reading = pressed(mixed, ['up', 'up', 'up']);
    expect(selected(reading, mixed)).toBe('2');
    expect(selected({ ...reading, level: 'warn' }, mixed)).toBe('3');
    expect(selected({ ...reading, level: 'warn', filter: '4' }, mixed)).toBe('4');
    expect(selected({ ...reading, filter: '1' }, mixed)).toBe('1');
    expect(selected({ ...reading, level: 'info' }, mixed)).toBe('2');
  });

  test('may be nothing, and no key fails there', () => {
    const nothing = { ...INITIAL_LOGS, filter: 'nothing' };
    for (const action of ['up', 'down', 'top', 'follow', 'page-up', 'page-down', 'enter'] as const) {
      const state = pressed(mixed, [action], nothing);
      expect(seen(state, mixed)).toEqual([]);
      expect(state.open).toBe(false);
    }
  });
});

describe('the whole line', () => {
  test('is read from enter to esc, and stays what it was while new ones come', () => {
    const open = pressed(LOG, ['enter']);
    expect(open).toMatchObject({ open: true });
    expect(open.reading?.selected.message).toBe('line 11');
    const closed = pressed(grown(LOG, logOf(9, 12)), ['back'], open);
    expect(closed).toMatchObject({ open: false });
    expect(selected(closed, grown(LOG, logOf(9, 12)))).toBe('line 11');
  });

  test('scrolls between its ends', () => {
    const open = pressed(LOG, ['enter', 'down', 'down', 'down']);
    expect(open.detailTop).toBe(2);
    expect(pressed(LOG, ['up'], open).detailTop).toBe(1);
    expect(pressed(LOG, ['top'], open).detailTop).toBe(0);
    expect(pressed(LOG, ['follow'], open)).toMatchObject({ open: true, detailTop: 2 });
  });

  test('closes when a filter begins; esc in the list empties the filter', () => {
    expect(pressed(LOG, ['enter', 'filter'])).toMatchObject({ open: false, editing: true });
    expect(pressed(LOG, ['back'], { ...INITIAL_LOGS, filter: 'x' }).filter).toBe('');
  });
});

describe('what can be read', () => {
  test('is the log itself while nothing is held or nothing came', () => {
    expect(readableLines(null, LOG)).toBe(LOG);
    expect(readableLines(LOG, LOG)).toBe(LOG);
    expect(readableLines([], LOG)).toBe(LOG);
  });

  test('has no hole where the last line held is still in the log', () => {
    const log = grown(LOG, logOf(10, 12));
    expect(readableLines(LOG, log)).toEqual([...LOG, ...logOf(10, 12)]);
  });
});

describe('the matches of a filter', () => {
  const log = [
    { ...logLine('ping failed', 'warn'), fields: { worker: 'worker-01' } },
    { ...logLine('task failed', 'error'), fields: { worker: 'worker-02', task: '7f3a91c2-5d1e' } },
    logLine('all well'),
    { ...logLine('ping failed again', 'warn'), fields: { worker: 'worker-02' } },
  ];
  const filtered = (filter: string) => ({ ...INITIAL_LOGS, filter });
  const shown = (filter: string) =>
    windowOf(filtered(filter), { log, page: 9 }).lines.map(({ message }) => message);

  test.each([
    ['level:warn', ['ping failed', 'ping failed again']],
    ['worker:worker-02', ['task failed', 'ping failed again']],
    ['task:7f3a', ['task failed']],
    ['!level:info failed', ['ping failed', 'task failed', 'ping failed again']],
    ['level:error !worker:worker-02', []],
  ])('are chosen by level, worker, task and text: %j', (filter, expected) => {
    expect(shown(filter)).toEqual(expected);
  });

  test('are gone through with n and N, and an open line gives way to the next', () => {
    const state = pressed(log, ['previous-match'], filtered('ping'));
    expect(selected(state, log)).toBe('ping failed');
    expect(pressed(log, ['previous-match'], state)).toBe(state);
    const open = pressed(log, ['enter', 'next-match'], state);
    expect([selected(open, log), open.open]).toEqual(['ping failed again', true]);
    expect(pressed(log, ['next-match'], open)).toBe(open);
  });

  test('are none while there is no filter', () => {
    expect(pressed(log, ['next-match', 'previous-match'])).toBe(INITIAL_LOGS);
  });
});

test('a click selects the line that it falls on, and begins to read', () => {
  const context = { log: LOG, page: PAGE, detailEnd: 0 };
  const state = selectRow(INITIAL_LOGS, 1, context);
  expect([selected(state, LOG), state.reading === null]).toEqual(['line 8', false]);
  expect(selectRow(INITIAL_LOGS, 99, context)).toBe(INITIAL_LOGS);
});
