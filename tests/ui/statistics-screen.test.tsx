import stringWidth from 'string-width-exact';
import { afterEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '#model/snapshot.ts';
import { exampleFleet, healthyWorker, NOW, SETTINGS, snapshotOf, workerConfig } from './fleet.ts';
import type { Screen } from './screen.tsx';
import { openSized } from './view-context.ts';

let screen: Screen | undefined;
afterEach(() => screen?.close());

/** As many workers as asked, each with one result. */
function fleetOf(count: number): Snapshot {
  const ids = Array.from({ length: count }, (_, index) => `node-${String(index + 1).padStart(3, '0')}`);
  return snapshotOf(
    ids.flatMap((id, index) => [
      ...healthyWorker(workerConfig(id, '10.0.0.1'), NOW),
      {
        type: 'worker-performance-restored' as const,
        at: NOW,
        workerId: id,
        performance: { 'benchmark.py': { runs: index + 1, meanSeconds: 1.5 } },
      },
    ]),
  );
}

async function open(snapshot: Snapshot, columns: number, rows: number): Promise<Screen> {
  screen = await openSized(snapshot, { columns, rows });
  await screen.press('2');
  await screen.frame('the statistics', (text) => text.includes('Uptime'));
  return screen;
}

/** The rows between the two rules. */
function body({ lines }: Screen): string[] {
  const all = lines();
  return all.slice(
    3,
    all.findLastIndex((line) => line.startsWith('────')),
  );
}

describe('statistics that do not fit', () => {
  test('scroll to the last result, below titles that stay', async () => {
    const opened = await open(fleetOf(100), 80, 24);
    const { press, frame, text } = opened;
    expect(text()).toMatch(/↓ \d+/);
    expect(text()).not.toMatch(/↑/);
    await press('G');
    await frame('the end', () => /node-100/.test(body(opened).join()));
    const rows = body(opened);
    expect(rows[0]).toMatch(/^ WORKER +BENCHMARK +RUNS +MEAN$/);
    expect(rows.at(-1)).toMatch(/^ node-100 +benchmark\.py +100 +1\.50 s$/);
    expect(rows).toHaveLength(17);
    await press('k');
    await frame('one row up', (each) => /↑ \d+ {2}↓ 1\n/.test(each));
    expect(body(opened).at(-1)).toContain('node-099');
    await press('g');
    await frame('the beginning', (each) => each.includes('Uptime') && !each.includes('↑'));
  });

  test('go row by row from the charts into the results', async () => {
    const opened = await open(fleetOf(100), 80, 24);
    let before = body(opened);
    for (let step = 0; step < 20; step += 1) {
      await opened.press('j');
      await opened.frame('the next row', () => body(opened).join() !== before.join());
      const now = body(opened);
      const heading = now.findIndex((line) => line.startsWith(' WORKER'));
      // Until the titles are at the top everything moves by one; then the results do, below them.
      const moved = heading > 0 || before[0] === '' ? 0 : heading + 1;
      expect(now.slice(moved, -1)).toEqual(before.slice(moved + 1));
      before = now;
    }
  });

  test('scroll beside the charts in a wide window, which stay', async () => {
    const opened = await open(fleetOf(100), 200, 40);
    await opened.press('G');
    await opened.frame('the end', () => /node-100/.test(body(opened).join()));
    const rows = body(opened);
    expect(rows[0]).toMatch(/^ System .* WORKER +BENCHMARK +RUNS +MEAN$/);
    expect(rows.at(-1)).toContain('node-100');
  });
});

describe('statistics of a fleet that has done nothing', () => {
  test.each([
    [80, 24],
    [120, 32],
    [200, 60],
  ])('say so at %i × %i', async (columns, rows) => {
    const started = {
      type: 'master-started',
      at: NOW - 90_000,
      version: '1',
      settings: SETTINGS,
      counters: null,
    } as const;
    const idle = snapshotOf([started, ...healthyWorker(workerConfig('node-1', '10.0.0.1'), NOW, [12, 12])]);
    const { text, lines, press, frame } = await open(idle, columns, rows);
    expect(text()).toMatch(/max +0\/min/);
    for (const line of lines()) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    // Below the charts: in a small window it is scrolled to.
    await press('G');
    await frame('the results', (each) => each.includes('No task has completed yet.'));
  });
});

test('a name of any length leaves the numbers of the results straight', async () => {
  const ids = ['a'.repeat(60), '計算ノード東京第一', '🐙', 'b'];
  const events = ids.flatMap((id) => [
    ...healthyWorker(workerConfig(id, '10.0.0.1'), NOW),
    {
      type: 'worker-performance-restored' as const,
      at: NOW,
      workerId: id,
      performance: { 'benchmark.py': { runs: 7, meanSeconds: 2.25 } },
    },
  ]);
  const { lines, press, frame } = await open(snapshotOf(events, exampleFleet()), 120, 32);
  await press('G');
  await frame('the end', (text) => text.includes('2.25 s'));
  const ends = lines()
    .filter((line) => line.endsWith('2.25 s'))
    .map((line) => stringWidth(line));
  expect(ends).toHaveLength(ids.length);
  expect(new Set(ends).size).toBe(1);
});
