import { describe, expect, test } from 'vitest';
import type { Connection, Silence } from '#store/store.ts';
import { withConnection } from '#ui/connection.ts';
import { headerLine, problemLines, summaryLine } from '#ui/frame/frame-lines.ts';
import { translator } from '#ui/i18n/translate.ts';
import { press } from '#ui/press.ts';
import { createTheme } from '#ui/theme/theme.ts';
import { alarmOf } from '#ui/wall/alarm.ts';
import { wallLines } from '#ui/wall/wall-lines.ts';
import { PLAIN_STATE } from './desk.ts';
import { busyFleet, exampleFleet, NOW } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const CONNECTED: Connection = {
  state: 'connected',
  since: NOW - 60_000,
  reason: '',
  master: { pid: 4_711, version: '1.0.0' },
};
const LOST: Connection = {
  ...CONNECTED,
  state: 'reconnecting',
  since: NOW - 12_000,
  reason: 'no master listens',
};

const t = translator('en');
const at = (connection: Connection | null, language: 'en' | 'es' = 'en', columns = 160) => ({
  ...contextOf(withConnection(exampleFleet(), connection, translator(language)), {
    columns,
    rows: 40,
    language,
  }),
  connection,
});
const header = (...args: Parameters<typeof at>) => textOf(headerLine(at(...args), { readonly: false }));

describe('the screen of another process', () => {
  test('says whose picture it shows', () => {
    expect(header(CONNECTED)).toContain('attached to pid 4711');
    expect(header(CONNECTED, 'es')).toContain('conectado al pid 4711');
    expect(header(null)).not.toContain('attached');
  });

  test('says how old its picture is as soon as the master is not heard, in any width', () => {
    for (const columns of [60, 80, 160]) {
      expect(header(LOST, 'en', columns)).toContain('as of 12 s ago, reconnecting');
    }
    expect(textOf(summaryLine([], at(LOST, 'en', 30)))).toContain('as of 12 s ago, reconnecting');
    expect(header(LOST, 'es')).toContain('datos de hace 12 s, reconectando');
    expect(header({ ...LOST, state: 'refused' })).toContain('as of 12 s ago, refused');
    // How long it has been up nobody knows then.
    expect(header(CONNECTED)).toContain('up 0');
    expect(header(LOST)).not.toContain('up 0');
  });

  test('before the first master says that there is none yet, on the wall too', () => {
    const waiting = { ...LOST, master: null };
    expect(header(waiting)).toContain('no master yet: waiting for 12 s');
    expect(header(waiting, 'es')).toContain('aún sin maestro: esperando desde hace 12 s');
    const wall = (connection: Connection) => wallLines(at(connection)).map(textOf).join('\n');
    expect(wall(waiting)).toContain('no master yet: waiting for 12 s');
    expect(wall(LOST)).toContain('as of 12 s ago, reconnecting');
    expect(wall(CONNECTED)).toMatch(/as of \S+ s ago {3}/);
    // The first try is under way: nothing has failed yet.
    const fleet = exampleFleet();
    expect(withConnection(fleet, { ...waiting, reason: '' }, t)).toBe(fleet);
  });

  test('says why, before every other problem', () => {
    expect(problemLines(at(LOST), 1).map(textOf)).toEqual([' ! no master: no master listens']);
  });

  test('says it in the reader’s language', () => {
    const silent = (kind: Silence['kind'], detail = '') =>
      problemLines(at({ ...LOST, silence: { kind, detail } }, 'es'), 1).map(textOf);
    expect(silent('nobody', '/srv/logs/elastic.sock')).toEqual([
      ' ! sin maestro: ningún maestro escucha en /srv/logs/elastic.sock',
    ]);
    expect(silent('ended', 'signal 15')).toEqual([' ! sin maestro: el maestro ha terminado: señal 15']);
    expect(silent('silent')).toEqual([' ! sin maestro: el maestro no responde']);
  });

  test('is not well while the master is not heard', () => {
    const calm = exampleFleet();
    expect(alarmOf(withConnection(calm, LOST, t), NOW)).toBe('bad');
    expect(withConnection(calm, CONNECTED, t)).toBe(calm);
  });

  test('draws nothing green that it does not know', () => {
    const live = createTheme({ colorLevel: 3, name: 'dark' });
    const stale = createTheme({ colorLevel: 3, name: 'dark', stale: true });
    expect(stale.style('●', 'good')).toBe(live.style('●', 'muted'));
    expect(stale.style('●', 'good')).not.toBe(live.style('●', 'good'));
    expect(stale.style('○', 'bad')).toBe(live.style('○', 'bad'));
  });

  test('is closed at once, however much runs: nothing ends with it', () => {
    const context = contextOf(busyFleet(), { columns: 120, rows: 40 });
    const quit = (outlives: boolean) =>
      press(PLAIN_STATE, { key: 'q', context: { ...context, outlives }, remembered: { form: {} } });
    expect(quit(true).effects).toEqual([{ type: 'quit' }]);
    expect(quit(false).state.overlay).toMatchObject({ kind: 'quit' });
  });
});
