import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { type Emulated, type EmulatedOptions, openEmulated } from './emulated.ts';
import {
  exampleFleet,
  failingWorker,
  healthyWorker,
  NOW,
  SETTINGS,
  snapshotOf,
  workerConfig,
} from './fleet.ts';

const WORKER = workerConfig('worker-01', '10.0.0.1');
const WELL = snapshotOf([
  { type: 'master-started', at: NOW - 60_000, version: '1', settings: SETTINGS, counters: null },
  ...healthyWorker(WORKER, NOW),
]);

let screen: Emulated | undefined;
afterEach(() => screen?.close());

function open(snapshot = WELL, over: Partial<EmulatedOptions> = {}): Emulated {
  screen = openEmulated(snapshot, { columns: 100, rows: 30, ...over });
  return screen;
}

const WALL = /healthy workers/;
const WORKERS = /LAST PINGS/;

describe('the wall', () => {
  test('comes and goes with w, and goes with esc', async () => {
    const { type, sees } = open();
    type('w');
    await sees('the wall', WALL);
    type('w');
    await sees('the workers', WORKERS);
    type('w');
    await sees('the wall', WALL);
    type('\u001b');
    await sees('the workers', WORKERS);
  });

  test('changes nothing: no form, not even from the palette', async () => {
    const { type, sees } = open(exampleFleet());
    type('wn');
    await sees('the wall', WALL);
    type(':new task');
    await sees('no such entry', (text) => text.includes(' :new task') && !/ new task +n$/m.test(text));
    type('\u001b');
    await sees('the wall again', WALL);
  });

  test('gives way to a view, to help and to the question before the end', async () => {
    const { type, sees } = open(exampleFleet());
    type('w?');
    await sees('the help', /any key closes|j\/k scroll/);
    type('x');
    await sees('the wall again', WALL);
    type('q');
    await sees('the question', /Tasks still running/);
    type('\r');
    await sees('the wall again', WALL);
    type('3');
    await sees('the tasks', /BENCHMARK/);
  });

  test('is what a wall starts with, and its pages take turns', async () => {
    const { clock, sees, show } = open(WELL, { start: { wall: true, rotateMs: 20_000, readonly: true } });
    await sees('the wall', WALL);
    const later = async (seconds: number) => {
      await clock.advance(seconds * 1_000);
      show({ ...WELL, at: clock.now() });
    };
    await later(20);
    await sees('the workers', WORKERS);
    await later(20);
    await sees('the tasks', /No tasks yet/);
    await later(20);
    await sees('the statistics', /Slots busy/);
    await later(20);
    await sees('the wall', WALL);
  });

  test('moves its pages too by a cell every few minutes', async () => {
    const { clock, lines, sees, show } = open(WELL, { start: { wall: true, rotateMs: 20_000 } });
    await sees('the wall', WALL);
    const seen = new Set<string>();
    for (let turn = 0; turn < 10; turn += 1) {
      // To the next turn of the workers, in another shift.
      await clock.advance(turn === 0 ? 20_000 : 80_000);
      show({ ...WELL, at: clock.now() });
      const time = new Date(clock.now()).toTimeString().slice(0, 8);
      await sees('the workers', (text) => WORKERS.test(text) && text.includes(time));
      const row = lines().findIndex((each) => each.includes('elastic-tui'));
      seen.add(`${row} ${lines()[row]?.indexOf('elastic-tui')}`);
    }
    expect(seen).toEqual(new Set(['0 1', '0 2', '1 1', '1 2']));
  });

  test('goes on taking turns under a warning, which may last for weeks', async () => {
    const warned = snapshotOf(failingWorker(WORKER, 2, NOW), WELL);
    const { clock, sees, show } = open(warned, { start: { wall: true, rotateMs: 20_000 } });
    await sees('the wall', /attention/);
    await clock.advance(20_000);
    show({ ...warned, at: clock.now() });
    await sees('the workers', WORKERS);
  });

  test.each([
    ['en', /w leave the wall +: command +\? help +q quit$/],
    ['es', /w salir del muro +: orden +\? ayuda +q salir$/],
  ] as const)('names on its pages no key that does nothing there, in %s', async (language, footer) => {
    const { clock, sees, show, lines, type } = open(WELL, {
      start: { wall: true, rotateMs: 20_000, language },
    });
    await sees('the wall', /nodos sanos|healthy workers/);
    await clock.advance(20_000);
    show({ ...WELL, at: clock.now() });
    await sees('the workers', /LAST PINGS|ÚLTIMOS PINGS/);
    expect(lines().at(-1)?.trim()).toMatch(footer);
    type('w');
    await sees('the footer of the view', () => !footer.test(lines().at(-1)?.trim() ?? ''));
  });

  test('stays while there is trouble, whosever turn it is', async () => {
    const lost = snapshotOf(failingWorker(WORKER, 5, NOW), WELL);
    const { clock, sees, show } = open(lost, { start: { wall: true, rotateMs: 20_000 } });
    await sees('the wall', WALL);
    await clock.advance(25_000);
    show({ ...lost, at: clock.now() });
    await sees('the wall in the turn of the workers', /trouble[\s\S]*21:42:32/);
  });

  test('draws nothing but what changed: a second costs less than a tenth of the picture', async () => {
    const { clock, output, sees } = open(WELL, { start: { wall: true } });
    await sees('the wall', WALL);
    const first = output().length;
    await clock.advance(1_100);
    await sees('the next second', /21:42:08/);
    expect(output().length - first).toBeLessThan(first / 10);
  });
});

describe('the bell', () => {
  const bells = (text: string) => text.split('\u0007').length - 1;

  test('rings once when trouble begins, and again only after it was over', async () => {
    const { clock, output, show, sees } = open(WELL, { start: { wall: true, bell: true } });
    await sees('the wall', /all well/);
    expect(bells(output())).toBe(0);
    const lost = snapshotOf(failingWorker(WORKER, 5, NOW), WELL);
    show(lost);
    await sees('the trouble', /trouble/);
    await until('the bell', () => bells(output()) === 1);
    show({ ...lost, counters: { ...lost.counters, totalPings: 99 } });
    await clock.advance(1_100);
    await sees('the next second', /21:42:08/);
    expect(bells(output())).toBe(1);
    show(WELL);
    await sees('the end of it', /all well/);
    show(lost);
    await sees('the trouble', /trouble/);
    await until('the bell', () => bells(output()) === 2);
  });

  test('rings again for each worker that is lost and each problem, and for none that was there already', async () => {
    const ids = ['worker-01', 'worker-02', 'worker-03'];
    const configs = ids.map((id) => workerConfig(id, '10.0.0.1'));
    const lost = (count: number) =>
      snapshotOf(
        configs.slice(0, count).flatMap((config) => failingWorker(config, 5, NOW)),
        snapshotOf(
          configs.flatMap((config) => healthyWorker(config, NOW)),
          WELL,
        ),
      );
    const { output, show, sees } = open(lost(0), { start: { wall: true, bell: true } });
    await sees('the wall', /all well/);
    show(lost(1));
    await until('the first bell', () => bells(output()) === 1);
    show(lost(2));
    await until('the second bell', () => bells(output()) === 2);
    // One is back; the other goes on failing.
    show(lost(1));
    show({ ...lost(1), counters: { ...lost(1).counters, totalPings: 99 } });
    const problem = { id: 'state-file', message: 'full', since: NOW } as const;
    show({ ...lost(1), problems: [problem] });
    await sees('the problem', /state file: full/);
    await until('the third bell', () => bells(output()) === 3);
    show({ ...lost(2), problems: [problem] });
    await until('the fourth bell', () => bells(output()) === 4);
  });

  test('is silent unless it was asked for', async () => {
    const { output, sees } = open(snapshotOf(failingWorker(WORKER, 5, NOW), WELL), { start: { wall: true } });
    await sees('the trouble', /trouble/);
    expect(bells(output())).toBe(0);
  });
});
