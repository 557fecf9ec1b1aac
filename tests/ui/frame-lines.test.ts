import stringWidth from 'string-width-exact';
import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { NO_TASKS, type Snapshot } from '#model/snapshot.ts';
import {
  footerLine,
  headerLine,
  incidentLines,
  problemLines,
  summaryLine,
  tabsLine,
} from '#ui/frame/frame-lines.ts';
import { LANGUAGES, type Language } from '#ui/i18n/translate.ts';
import { GLOBAL_KEYMAP } from '#ui/keys/global-keymap.ts';
import { line } from '#ui/lines/line.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import { LIST_KEYMAP } from '#ui/list/list-state.ts';
import { VIEW_IDS } from '#ui/views/view.ts';
import { INITIAL_VIEWS, presentKeymapOf } from '#ui/views/views.ts';
import {
  exampleFleet,
  failingWorker,
  healthyWorker,
  NOW,
  pingReport,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const FLEET = exampleFleet();
const PINGED: Event = {
  type: 'worker-pinged',
  at: NOW,
  workerId: 'worker-01',
  outcome: { ok: true, latencyMs: 12, report: pingReport('worker-01') },
};
const at = (columns: number, snapshot: Snapshot = FLEET, now = NOW) =>
  contextOf(snapshot, { columns, rows: 24, now });
const header = (columns: number, snapshot = FLEET, now = NOW) =>
  textOf(headerLine(at(columns, snapshot, now), { readonly: false }));

describe('the line at the top', () => {
  test('says who is there, what runs, how well, since when, and the time', () => {
    expect(header(130)).toBe(
      ' elastic-tui  prod  1/4 active  1 healthy  1 running    1 queued  1 done in 21 s  pings 53.3 %  up 01:00:00              21:42:07 ',
    );
  });

  test('has a rate once a minute was watched, of the tasks that completed in it', () => {
    const watched = Array.from({ length: 14 }, (_, index) => NOW + 1_000 + index * 5_000).map(
      (time): Event => ({ ...PINGED, at: time }),
    );
    const later = snapshotOf(watched, FLEET);
    expect(header(120, later, NOW + 67_000)).toContain('1 queued    0/min');
    const done = { type: 'task-changed', change: 'completed', from: 'pending' } as const;
    const busy = ['a', 'b', 'c'].map(
      (id): Event => ({ ...done, at: NOW + 66_000, task: task({ id, state: 'completed' }) }),
    );
    expect(header(120, snapshotOf(busy, later), NOW + 67_000)).toContain('queued    3/min');
    // Who has done nothing yet has no rate to tell.
    expect(header(120, snapshotOf([{ ...PINGED, at: NOW }]), NOW)).not.toMatch(/min|done/);
  });

  test('drops the least important first where it gets narrow, and never the name, the fleet or the time', () => {
    const order = ['prod', 'up 01:00:00', 'pings 53.3 %', '1 done', '1 healthy', '1 running'];
    const gone = order.map((part) => {
      let columns = 140;
      while (header(columns).includes(part) && columns > 0) columns -= 1;
      return columns;
    });
    expect(gone).toEqual([...gone].sort((a, b) => b - a));
    for (let columns = 60; columns <= 140; columns += 1) {
      const text = header(columns);
      expect(stringWidth(text)).toBe(columns);
      expect(text).toContain('elastic-tui');
      expect(text).toContain('1/4 active');
      expect(text.endsWith(' 21:42:07 ')).toBe(true);
      expect(text).not.toContain('…');
    }
  });

  test('gives up one part at a time, no more than it must', () => {
    const parts = (columns: number) => {
      const { length } = textOf(headerLine(at(columns), { readonly: true }))
        .trim()
        .split(/ {2,}/);
      return length;
    };
    for (let columns = 61; columns <= 140; columns += 1) {
      expect(parts(columns) - parts(columns - 1)).toBeLessThanOrEqual(1);
    }
  });

  test('moves nothing when a number becomes longer, or its word', () => {
    const configs = Array.from({ length: 12 }, (_, index) => workerConfig(`node-${index}`, '10.0.0.1'));
    const fleet = snapshotOf(configs.flatMap((config) => healthyWorker(config, NOW)));
    const endsAt = (active: number, language: Language) => {
      const lost = configs.slice(active).flatMap((config) => failingWorker(config, 5, NOW));
      const { tasks, ...rest } = snapshotOf(lost, fleet);
      const counts = { ...NO_TASKS, running: active, pending: active * 80 };
      const context = contextOf(
        { ...rest, tasks: { ...tasks, counts } },
        { columns: 140, rows: 24, language },
      );
      const text = textOf(headerLine(context, { readonly: false }));
      return [...text.matchAll(/(?<!ping)[\p{L}\d%](?= {2})/gu)].map(({ index }) => index);
    };
    for (const language of LANGUAGES) {
      const [first, ...others] = [0, 1, 9, 12].map((active) => endsAt(active, language));
      expect(first).toHaveLength(6);
      for (const other of others) expect(other).toEqual(first);
    }
  });

  test('says how old the picture is once it is old', () => {
    expect(header(120, FLEET, NOW + 14_000)).not.toContain('ago');
    expect(header(120, FLEET, NOW + 60_000)).toContain('as of 1 min ago');
    expect(header(60, FLEET, NOW + 60_000)).toContain('as of 1 min ago');
  });

  test('says that actions are off', () => {
    expect(textOf(headerLine(at(80), { readonly: true }))).toContain('read-only');
    expect(header(80)).not.toContain('read-only');
  });

  test('never calls a fleet good in which somebody is missing', () => {
    const styleOf = (part: string) =>
      headerLine(at(120), { readonly: false }).find(({ text }) => text === part)?.style;
    expect(styleOf('1/4 active')).toBe('warning');
    expect(styleOf('1 healthy')).toBe('warning');
  });

  test('shows no rate, no age and no uptime before anything is known', () => {
    expect(header(140, snapshotOf([]))).not.toContain(' up ');
    expect(header(120, snapshotOf([]))).toContain('0/0 active');
    expect(header(120, snapshotOf([]))).toContain('pings      –');
    expect(header(120, snapshotOf([]))).not.toContain('ago');
  });
});

describe('the tabs', () => {
  test('name every view, and the one shown stands out', () => {
    const tabs = tabsLine('logs', [], at(120));
    expect(textOf(tabs).trim()).toBe('1 Workers    2 Statistics    3 Tasks    4 Configuration    5 Logs');
    expect(tabs.filter(({ style }) => style === 'selected').map(({ text }) => text)).toEqual([' 5 Logs ']);
  });

  test('stand closer in a narrow window, and whole in both languages', () => {
    for (const language of ['en', 'es'] as const) {
      const context = contextOf(FLEET, { columns: 80, rows: 24, language });
      for (const id of VIEW_IDS)
        expect(textOf(tabsLine('workers', [], context))).toContain(context.t(`view.${id}`));
    }
  });

  test('have at the right what the view says of itself', () => {
    expect(textOf(tabsLine('logs', line('following'), at(80)))).toMatch(
      /^ {2}1 Workers .* 5 Logs +following $/,
    );
  });

  test('keep their numbers whatever a status has to say, whose end goes before them', () => {
    for (const id of VIEW_IDS) {
      const text = textOf(tabsLine(id, line('x'.repeat(100)), at(80)));
      expect(stringWidth(text)).toBe(80);
      for (const number of [1, 2, 3, 4, 5]) expect(text).toContain(` ${number} `);
      expect(text).toContain(at(80).t(`view.${id}`));
      expect(text).toMatch(/ x{30,}…$/);
    }
  });

  test('have the end of a long filter, which is where it is written, and how much it lets through', () => {
    const filter = `${'word '.repeat(30)}the end`;
    const status = filterStatus({ filter, editing: true }, { shown: 3, total: 12, t: at(80).t });
    expect(textOf(tabsLine('workers', status, at(80)))).toMatch(
      /^ {2}1 Workers {2}2 {2}3 {2}4 {2}5 {2}\/….*word the end {3}3 of 12 $/,
    );
    for (const columns of [20, 24, 40, 59]) {
      const text = textOf(summaryLine(status, at(columns)));
      expect(stringWidth(text)).toBe(columns);
      expect(text).toMatch(/^1\/4… \/….*end {3}3 of 12$/);
    }
  });

  test('give a long status the room of names, but never of the one that is shown', () => {
    for (const id of VIEW_IDS) {
      const status = line('x'.repeat(30));
      const text = textOf(tabsLine(id, status, at(80)));
      expect(stringWidth(text)).toBe(80);
      expect(text).toContain(` ${VIEW_IDS.indexOf(id) + 1} ${at(80).t(`view.${id}`)} `);
      expect(text).toContain('x'.repeat(30));
      for (const number of [1, 2, 3, 4, 5]) expect(text).toContain(` ${number} `);
    }
  });
});

describe('the keys at the bottom', () => {
  const bindings = [...LIST_KEYMAP.filter(({ claims }) => !claims), ...GLOBAL_KEYMAP];
  const footer = (columns: number) => textOf(footerLine(bindings, at(columns)));

  test('are those that the keymaps put there, in their order', () => {
    expect(footer(120).trim()).toBe(
      'enter details   n new task   / filter   o sort   : command   ? help   q quit',
    );
  });

  test('stand closer together, and in shorter words, before one of them goes', () => {
    expect(footer(75).trim()).toBe('enter details  n new task  / filter  o sort  : command  ? help  q quit');
    expect(footer(64).trim()).toBe('enter open  n new  / filter  o sort  : command  ? help  q quit');
  });

  test('are as many as fit, each whole; the filter, help and the way out longest', () => {
    expect(footer(52).trim()).toBe('enter details  / filter  : command  ? help  q quit');
    expect(footer(42).trim()).toBe('/ filter   : command   ? help   q quit');
    expect(footer(32).trim()).toBe(': command   ? help   q quit');
    expect(footer(26).trim()).toBe(': command  ? help  q quit');
    expect(footer(18).trim()).toBe('? help   q quit');
    expect(footer(10).trim()).toBe('? help');
    const whole = [...footer(120).trim().split('   '), 'n new', 'enter open'];
    for (let columns = 1; columns <= 120; columns += 1) {
      expect(stringWidth(footer(columns))).toBeLessThanOrEqual(columns);
      for (const entry of footer(columns)
        .trim()
        .split(/ {2,}/)
        .filter((text) => text !== ''))
        expect(whole).toContain(entry);
    }
  });

  test.each([
    ['workers', 'en', 'enter n d s / : ? q'],
    ['workers', 'es', 'enter n d / : ? q'],
    ['statistics', 'en', 'j k t n : ? q'],
    ['statistics', 'es', 'j k t n : ? q'],
    ['tasks', 'en', 'enter n c r / : ? q'],
    ['tasks', 'es', 'enter n c r / : ? q'],
    ['configuration', 'en', 'enter n e / : ? q'],
    ['configuration', 'es', 'enter n e / : ? q'],
    ['logs', 'en', 'enter G / l n : ? q'],
    ['logs', 'es', 'enter G / l n : ? q'],
  ] as const)('at 80 columns are, in %s in %s, those that are needed most', (view, language, keys) => {
    const context = contextOf(FLEET, { columns: 80, rows: 24, language });
    const text = textOf(
      footerLine([...presentKeymapOf(view, INITIAL_VIEWS, context), ...GLOBAL_KEYMAP], context),
    );
    const shown = text.trim().split(/ {2,}/);
    expect(shown.map((entry) => entry.split(' ')[0]).join(' ')).toBe(keys);
    expect(stringWidth(text)).toBeLessThanOrEqual(80);
  });
});

describe('incidents and problems', () => {
  test('stand newest first', () => {
    expect(incidentLines(at(80), 2).map(textOf)).toEqual([
      ' 21:42:06  task 7f3a91c2 completed on worker-01 in 1.92 s',
      ' 21:42:04  task broken-1 failed: no result within 60 s',
    ]);
  });

  test('tell the tasks of one sweep apart', () => {
    const failed = (id: string, batch: string) =>
      [
        {
          type: 'task-changed',
          at: NOW,
          change: 'cancelled',
          task: task({ id, batch, state: 'cancelled' }),
          from: null,
        },
      ] as const;
    const seen = snapshotOf([...failed('night-sweep-17', 'night-sweep'), ...failed('short-3', 'short')]);
    expect(incidentLines(at(80, seen), 2).map(textOf)).toEqual([
      ' 21:42:07  task short-3 cancelled',
      ' 21:42:07  task night-sw…-17 cancelled',
    ]);
  });

  test('are told until they are over', () => {
    const raised = snapshotOf([
      { type: 'problem-raised', at: NOW, id: 'log-file', message: 'disk full' },
      { type: 'problem-raised', at: NOW, id: 'state-file', message: 'read-only' },
    ]);
    expect(problemLines(at(80, raised), 2).map(textOf)).toEqual([
      ' ! state file: read-only',
      ' ! log file: disk full',
    ]);
    const over = snapshotOf([{ type: 'problem-cleared', at: NOW, id: 'log-file' }], raised);
    expect(problemLines(at(80, over), 2).map(textOf)).toEqual([' ! state file: read-only']);
    expect(incidentLines(at(80, over), 1).map(textOf)).toEqual([' 21:42:07  problem over: log file']);
  });
});

describe('the frame in one line', () => {
  test('counts the fleet and its work', () => {
    expect(textOf(summaryLine([], at(50))).trim()).toBe('1/4 active · 1 running · 1 queued');
  });

  test('keeps what the view says of itself apart', () => {
    expect(textOf(summaryLine(line('paused'), at(20)))).toBe('1/4 active ·… paused');
  });

  test('is bad while there is a problem, whatever the fleet does', () => {
    const problem = { id: 'log-file', message: 'disk full', since: NOW } as const;
    expect(summaryLine([], at(50, { ...FLEET, problems: [problem] }))[0]?.style).toBe('bad');
  });
});
