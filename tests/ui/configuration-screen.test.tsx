import stringWidth from 'string-width-exact';
import { afterEach, describe, expect, test } from 'vitest';
import type { Settings } from '#model/settings.ts';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import { busyHour } from './busy-hour.ts';
import { NOW, SETTINGS } from './fleet.ts';
import type { Screen } from './screen.tsx';
import { openSized } from './view-context.ts';

let screen: Screen | undefined;
afterEach(() => screen?.close());

const shows = (part: string) => (text: string) => text.includes(part);

async function open(snapshot: Snapshot, columns = 80, rows = 24): Promise<Screen> {
  screen = await openSized(snapshot, { columns, rows });
  await screen.press('4');
  await screen.frame('the configuration', (text) => /KEY|configured/.test(text));
  return screen;
}

const withSettings = (over: Partial<Settings>): Snapshot => ({
  ...busyHour(),
  settings: { ...SETTINGS, ...over },
});

describe('the configuration', () => {
  test('keeps its columns and its height while the list scrolls', async () => {
    const { press, frame, lines } = await open(busyHour());
    const heading = lines().find((line) => line.includes('KEY'));
    const keys = busyHour().settings?.entries.map(({ key }) => key) ?? [];
    for (const key of keys.slice(1)) {
      await press('j');
      await frame(key, shows(`▸ ${key}`));
      expect(lines().find((line) => line.includes('KEY'))).toBe(heading);
      expect(lines()).toHaveLength(24);
      expect(lines().filter((line) => line.includes('▸'))).toHaveLength(1);
    }
  });

  test('says below the table what the selected key means, where the table has no room for it', async () => {
    const { press, frame, text } = await open(busyHour());
    expect(text()).toContain('   workers to start on this machine when none is configured');
    await press('j');
    await frame('the next meaning', shows('   seconds from one ping of a worker to its next'));
  });

  test('says it in the table alone where there is room', async () => {
    const { text } = await open(busyHour(), 200, 60);
    expect(text().split('seconds from one ping of a worker to its next')).toHaveLength(2);
    expect(text()).toMatch(/MEANING/);
  });

  test.each([
    [20, 5],
    [30, 12],
  ])('says at %i × %i what the selected value is and where it came from', async (columns, rows) => {
    const { press, frame, lines } = await open(busyHour(), columns, rows);
    expect(lines().map((line) => line.trim())).toContain('2  default');
    await press('j');
    await frame('the next', (text) => /^ {3}2\.5 {2}\.env/m.test(text) && text.includes('▸ ELASTIC_PING_'));
    expect(lines()).toHaveLength(rows);
  });

  test('says a value once where the table has room for it', async () => {
    const { text } = await open(busyHour(), 40, 12);
    expect(text().match(/\b2 +default/g)).toBeNull();
    expect(text()).toMatch(/▸ ELASTIC_EMBEDD\S* +2/);
  });

  test('is filtered, and says so', async () => {
    const { press, frame } = await open(busyHour());
    await press('/', 'docker', 'enter');
    const text = await frame('the filtered list', shows('/docker  2 of 34'));
    expect(text).toMatch(/▸ DOCKER_IMAGE_NAME[\s\S]+DOCKER_IMAGE_TAG/);
    expect(text).not.toContain('HTTP_TIMEOUT');
    await press('esc', '/', 'nothing at all', 'enter');
    await frame('nothing', shows('No key matches “nothing at all”.'));
  });

  test('shows a long value whole in its details', async () => {
    const dir = `/srv/${'deep/'.repeat(30)}`;
    const { press, frame } = await open(withSettings({ dir, entries: [] }));
    await press('enter');
    const text = await frame('the details', shows('esc back'));
    expect(text.replaceAll(/\s/g, '')).toContain(`Value${dir}`);
  });

  test('says that nothing is known before the master has started', async () => {
    const { text } = await open(EMPTY_SNAPSHOT);
    expect(text()).toContain('Nothing is configured yet.');
  });
});

describe('warnings', () => {
  const many = Array.from({ length: 20 }, (_, index) => `ELASTIC_X_${index} is not a key`);

  test('stand above the table, in a third of the rows at most, and say how many are left out', async () => {
    const { text, lines } = await open(withSettings({ warnings: many }));
    expect(text()).toContain(' ! ELASTIC_X_0 is not a key');
    expect(text()).toContain(' ! and 16 more, see Logs');
    expect(lines().filter((line) => line.startsWith(' !'))).toHaveLength(5);
    expect(text()).toContain('▸ ELASTIC_PING_INTERVAL');
  });

  test('are wrapped, and all there where they fit', async () => {
    const long = `in /srv/prod/.env: ${'word '.repeat(20)}end`;
    const { text, lines } = await open(withSettings({ warnings: [long, 'second'] }));
    expect(text()).toContain(' ! second');
    expect(text()).not.toContain('more, see Logs');
    for (const line of lines()) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test('have all that is wrong in the files above them, where the row of the frame is too short for it', async () => {
    const place = 'config_workers.json: workers[0].port is "x"; expected a whole number from 1 to 65535. ';
    const message = `${place}.env: ELASTIC_PING_INTERVAL is "fast"; expected a number of seconds`;
    const wrong = (text: string) => ({
      ...withSettings({ warnings: ['second'] }),
      problems: [{ id: 'configuration', message: text, since: NOW }] as const,
    });
    const { text, lines, show, frame } = await open(wrong(message));
    const words = text().replaceAll(/\s+/g, ' ');
    expect(words).toContain(`! ${message} ! second`);
    // What was in force still is.
    expect(words).toContain('ELASTIC_PING_INTERVAL 5 default');
    show(wrong('.env: a short one'));
    await frame('it once', (each) => each.includes('a short one') && !each.includes('fast'));
    expect(lines().filter((line) => line.includes('a short one'))).toHaveLength(1);
  });

  test('leave room for a key in the smallest window', async () => {
    const { text } = await open(withSettings({ warnings: many }), 30, 6);
    expect(text()).toContain('▸ ELASTIC_PING_');
    // None of them is there for others to be more.
    expect(text()).toContain(' ! 20 warnings, see Logs');
  });
});
