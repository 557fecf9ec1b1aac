import stringWidth from 'string-width-exact';
import { afterEach, describe, expect, test } from 'vitest';
import { plainLine } from '#model/text.ts';
import { healthyWorker, NOW, snapshotOf, workerConfig } from './fleet.ts';
import type { Screen } from './screen.tsx';
import { openSized } from './view-context.ts';

const NAMES = [
  'worker-01',
  'a-name-of-sixty-characters-that-somebody-thought-was-useful-1',
  '計算ノード東京第一',
  '🐙-octopus',
  '👩‍🔬-lab',
  'e\u0301-accent',
  '\u001b[31mred\u001b[0m',
].map(plainLine);

const FLEET = snapshotOf(
  NAMES.flatMap((name, index) => healthyWorker(workerConfig(name, `10.0.0.${index + 1}`), NOW, [12])),
);

let screen: Screen | undefined;
afterEach(() => screen?.close());

describe('names of every kind', () => {
  test.each([
    [60, 15],
    [80, 24],
    [120, 32],
    [200, 60],
  ])('leave the columns of the workers straight at %i × %i', async (columns, rows) => {
    screen = await openSized(FLEET, { columns, rows });
    const lines = screen.lines();
    const marked = lines.filter((line) => line.includes('●'));
    expect(marked).toHaveLength(NAMES.length);
    const starts = marked.map((line) => stringWidth(line.slice(0, line.indexOf('●'))));
    expect(new Set(starts).size).toBe(1);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  test('are whole in the details, and nothing of them controls the terminal', async () => {
    screen = await openSized(FLEET, { columns: 80, rows: 24 });
    await screen.press('j', 'enter');
    const text = await screen.frame('the details', (frame) => frame.includes('Address'));
    expect(text).toContain(NAMES[1]);
    expect(text).not.toContain('\u001b');
  });
});
