import stringWidth from 'string-width-exact';
import { afterEach, describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { busyHour } from './busy-hour.ts';
import { attempt, failingWorker, healthyWorker, NOW, snapshotOf, task, workerConfig } from './fleet.ts';
import type { Screen } from './screen.tsx';
import { openSized, sized } from './view-context.ts';

const NAMES = [
  '計算ノード東京第一',
  'a-name-of-sixty-characters-that-somebody-thought-was-useful-1',
  '👩‍🔬-lab',
  'é',
  'w',
];

/** Workers whose names take two cells a character, or sixty, in every state, with tasks on them. */
function strangeFleet(): Snapshot {
  const events = NAMES.flatMap((name, index): Event[] => {
    const config = { ...workerConfig(name, `10.0.0.${index + 1}`), labels: ['実験', 'gpu'] };
    return [
      ...healthyWorker(config, NOW - 60_000, [12, 900, 3_000]),
      ...(index % 2 === 0 ? [] : failingWorker(config, 2 + 2 * index, NOW)),
      {
        type: 'task-changed',
        at: NOW,
        change: 'failed',
        task: task({
          id: `実験-${index}`,
          benchmark: 'ベンチマーク.py',
          state: 'failed',
          attempts: [
            attempt({ workerId: name, outcome: 'failed', error: 'メモリ不足 '.repeat(20), endedAt: NOW }),
          ],
        }),
        from: 'running',
      },
    ];
  });
  return snapshotOf(events, busyHour());
}

/** Those between the ones of the golden screens, and beyond them. */
const SIZES: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [5, 3],
  [8, 60],
  [300, 4],
  [21, 6],
  [33, 9],
  [40, 12],
  [59, 40],
  [60, 14],
  [60, 15],
  [79, 20],
  [100, 24],
  [139, 33],
  [140, 33],
  [320, 80],
];

/** Every view, its details, every overlay, and the wall. */
const WALK = [
  '1',
  ' ',
  'p',
  '\r',
  '2',
  '3',
  '\r',
  '4',
  '\r',
  '5',
  'k',
  '\r',
  '?',
  'x',
  ':',
  'w',
  '\r',
  'w',
  'q',
  '\r',
  'n',
];

let screen: Screen | undefined;
afterEach(() => screen?.close());

describe('a window of any size', () => {
  test.each(SIZES)('%i × %i holds every screen, whatever the workers are called', async (columns, rows) => {
    screen = await openSized(strangeFleet(), { columns, rows });
    for (const key of WALK) {
      await screen.press(key);
      const lines = screen.lines();
      expect(lines.length, `rows after ${key}`).toBe(rows);
      for (const line of lines)
        expect(stringWidth(line), `${line} after ${key}`).toBeLessThanOrEqual(columns);
    }
  });

  test('says something true of the fleet in its first line, however small', async () => {
    screen = await openSized(busyHour(), { columns: 20, rows: 5 });
    expect(screen.lines()[0]).toMatch(/^1\/4 active/);
    for (const [columns, rows] of SIZES.filter(([width]) => width >= 20)) {
      screen.resize(columns, rows);
      await sized(screen, columns, rows);
      expect(screen.lines()[0]).toContain('1/4 active');
    }
  });
});
