import stringWidth from 'string-width-exact';
import { afterEach, describe, expect, test } from 'vitest';
import { busyHour } from './busy-hour.ts';
import type { Screen } from './screen.tsx';
import { openSized, sized } from './view-context.ts';

let screen: Screen | undefined;
afterEach(() => screen?.close());

function fits(columns: number, rows: number): void {
  const lines = screen?.lines() ?? [];
  expect(lines.length).toBe(rows);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
}

describe('a very small window', () => {
  test('has something true of every view', async () => {
    screen = await openSized(busyHour(), { columns: 20, rows: 5 });
    const first = [
      '▸ worker-01   ● ac',
      'Uptime     01:00:00',
      'b2c4d6e8',
      '▸ ELASTIC_EMBEDD',
      '▸ I task completed',
    ];
    for (const [index, expected] of first.entries()) {
      await screen.press(String(index + 1));
      await screen.frame(`view ${index + 1}`, (text) => text.includes(expected));
      expect(screen.lines()[0]).toMatch(/^1\/4 active/);
      fits(20, 5);
    }
  });

  test.each([
    [1, 1],
    [2, 2],
    [5, 3],
    [59, 14],
    [300, 4],
    [8, 60],
  ])('of %i × %i holds every view without a line too wide', async (columns, rows) => {
    screen = await openSized(busyHour(), { columns, rows });
    for (const key of ['1', '2', '3', '4', '5', '?', 'x', 'q', 'n']) {
      await screen.press(key);
      fits(columns, rows);
    }
  });
});

describe('a window that changes its size', () => {
  test('is drawn as if it had always had it', async () => {
    screen = await openSized(busyHour(), { columns: 120, rows: 32 });
    for (const [columns, rows] of [
      [80, 24],
      [20, 5],
      [200, 60],
      [120, 32],
    ] as const) {
      screen.resize(columns, rows);
      await sized(screen, columns, rows);
      const fresh = await openSized(busyHour(), { columns, rows });
      try {
        for (const key of ['2', '4', '5', '1']) {
          const before = fresh.text();
          await screen.press(key);
          await fresh.press(key);
          await fresh.frame('the next view', (text) => text !== before);
          await screen.frame('the same frame', (text) => text === fresh.text());
        }
      } finally {
        fresh.close();
      }
    }
  });
});
