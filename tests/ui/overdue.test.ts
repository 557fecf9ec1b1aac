import { afterEach, describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { headerLine } from '#ui/frame/frame-lines.ts';
import { withOverdue } from '#ui/overdue.ts';
import { alarmOf } from '#ui/wall/alarm.ts';
import { wallLines } from '#ui/wall/wall-lines.ts';
import { type Emulated, openEmulated } from './emulated.ts';
import {
  failingWorker,
  healthyWorker,
  NOW,
  pingReport,
  SETTINGS,
  snapshotOf,
  workerConfig,
} from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const HOUR = 3_600_000;
const IDS = ['worker-01', 'worker-02', 'worker-03'];
const CONFIGS = IDS.map((id) => workerConfig(id, '10.0.0.1'));
const FLEET = snapshotOf([
  { type: 'master-started', at: NOW - 60_000, version: '1', settings: SETTINGS, counters: null },
  ...CONFIGS.flatMap((config) => healthyWorker(config, NOW)),
]);

function answered(workerId: string, at: number): Event {
  const outcome = { ok: true, latencyMs: 12, report: pingReport(workerId) } as const;
  return { type: 'worker-pinged', at, workerId, outcome };
}

const states = ({ workers }: Snapshot) => [...workers].map(({ status }) => status);

let screen: Emulated | undefined;
afterEach(() => screen?.close());

describe('a worker that nobody has asked for long', () => {
  const later = NOW + HOUR;
  /** The machine slept for an hour, and one worker has answered since. */
  const woken = snapshotOf([answered('worker-02', later)], FLEET);

  test('is not active, whatever it was: unknown since it was last asked', () => {
    const shown = withOverdue(woken, later);
    expect(states(shown)).toEqual(['unknown', 'active', 'unknown']);
    expect(shown.workers.get('worker-01')?.since).toBe(NOW - 1_000);
    expect(
      states(
        withOverdue(
          snapshotOf(
            IDS.map((id) => answered(id, later)),
            woken,
          ),
          later,
        ),
      ),
    ).toEqual(['active', 'active', 'active']);
  });

  test('is the same picture for a fleet as it is, made once', () => {
    expect(withOverdue(FLEET, NOW)).toBe(FLEET);
    expect(withOverdue(woken, later).workers).toBe(withOverdue(woken, later + 1_000).workers);
  });

  test('stays as it was in a picture that is stale as a whole, and where it is known to be away', () => {
    expect(withOverdue(FLEET, later)).toBe(FLEET);
    const away = snapshotOf(
      [...failingWorker(workerConfig('worker-01', '10.0.0.1'), 5, NOW), answered('worker-02', later)],
      FLEET,
    );
    expect(states(withOverdue(away, later))).toEqual(['inactive', 'active', 'unknown']);
  });

  test('is counted nowhere as healthy: not in the header, not on the wall', () => {
    const context = contextOf(withOverdue(woken, later), { columns: 160, rows: 40, now: later });
    expect(textOf(headerLine(context, { readonly: false }))).toMatch(/1\/3 active {2}1 healthy/);
    expect(alarmOf(context.snapshot, later)).toBe('warning');
    const tiles = wallLines(context)
      .flat()
      .filter(({ text }) => /^[●◌]/.test(text));
    expect(tiles.map(({ text, style }) => [text[0], style])).toEqual([
      ['◌', 'muted'],
      ['◌', 'muted'],
      ['●', 'good'],
    ]);
  });

  test.each([
    ['en', /worker-01 +◌ unknown +no ping 1 h 00 min/],
    ['es', /worker-01 +◌ desconocido +de hace 1 h 00 min/],
  ] as const)('says in its row since when, in %s', async (language, row) => {
    screen = openEmulated(FLEET, { columns: 80, rows: 24, start: { language } });
    await screen.sees('the workers', /worker-01 +● activ/);
    await screen.clock.advance(HOUR);
    screen.show(woken);
    await screen.sees('what is not known any more', row);
    await screen.sees('what is', /worker-02 +● activ/);
  });
});
