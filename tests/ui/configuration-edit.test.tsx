import { afterEach, describe, expect, test } from 'vitest';
import { UserError } from '#model/errors.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { busyHour } from './busy-hour.ts';
import type { Screen, ScreenOptions } from './screen.tsx';
import { openSized } from './view-context.ts';

let screen: Screen | undefined;
afterEach(() => screen?.close());

const shows = (part: string) => (text: string) => text.includes(part);

/** The Configuration view with one key in it. */
async function openAt(key: string, options: Partial<ScreenOptions> = {}, snapshot: Snapshot = busyHour()) {
  screen = await openSized(snapshot, { columns: 120, rows: 32, ...options });
  await screen.press('4', '/', key, 'enter');
  await screen.frame(key, shows(`▸ ${key}`));
  return screen;
}

describe('a value that may be changed from the screen', () => {
  test('is written in a field that begins with it, and goes to the master with what it was', async () => {
    const { press, frame, dispatched, text } = await openAt('ELASTIC_PING_INTERVAL');
    await press('e');
    const opened = await frame('the field', shows('2.5▏'));
    expect(opened).toContain('seconds, from 0.01 to 86400; empty: not set');
    expect(opened).toContain('enter writes it into .env, esc leaves it as it is');
    await press('backspace', 'backspace', 'backspace', '1', '0', ' ');
    await frame('what was typed', shows('10 ▏'));
    await press('enter');
    await frame('the list again', shows('KEY'));
    expect(dispatched).toEqual([
      { type: 'edit-setting', key: 'ELASTIC_PING_INTERVAL', value: '10', was: '2.5' },
    ]);
    expect(text()).not.toContain('▏');
  });

  test('is judged as in the file while it is typed: what is wrong is said beside it, and not sent', async () => {
    const { press, frame, dispatched } = await openAt('ELASTIC_PING_INTERVAL');
    await press('e', 'x');
    const wrong = await frame('the mistake', shows('not possible'));
    expect(wrong).toMatch(/Value {2}2\.5x▏ +not possible: seconds, from 0\.01 to 86400/);
    await press('enter', 'backspace');
    await frame('the field as it was', (text) => text.includes('2.5▏') && !text.includes('not possible'));
    expect(dispatched).toEqual([]);
    await press('esc');
    await frame('the list', shows('KEY'));
  });

  test('that was only looked at is not written', async () => {
    const { press, frame, dispatched } = await openAt('ELASTIC_HEALTH_TIMEOUT');
    await press('e', 'enter');
    await frame('the list', shows('KEY'));
    expect(dispatched).toEqual([]);
  });

  test('may be taken out, so that what goes after .env counts', async () => {
    const { press, frame, dispatched } = await openAt('ELASTIC_PING_INTERVAL');
    await press('e', 'ctrl-u', 'enter');
    await frame('the list', shows('KEY'));
    expect(dispatched).toMatchObject([{ value: '' }]);
  });

  test('keeps its field with the reason where the master refuses it', async () => {
    const refusal = new UserError('SETTING_CHANGED', 'LOG_LEVEL has been set to "warn" meanwhile');
    const { press, frame } = await openAt('LOG_LEVEL', { dispatch: () => Promise.reject(refusal) });
    await press('e');
    await frame('what may be written', shows('one of error, warn, info, debug'));
    await press('ctrl-u', 'd', 'e', 'b', 'u', 'g', 'enter');
    await frame('the reason', shows('LOG_LEVEL has been set to "warn" meanwhile'));
    await press('x');
    await frame('the reason gone with the next key', shows('not possible: one of'));
  });

  test('tells of a refusal also where the field was closed before it came', async () => {
    const answer = Promise.withResolvers<never>();
    const { press, frame } = await openAt('LOG_LEVEL', { dispatch: () => answer.promise });
    await press('e', 'ctrl-u', 'enter');
    await frame('that it is being written', shows('writing …'));
    await press('x', 'esc');
    await frame('the list', shows('KEY'));
    answer.reject(new UserError('SETTING_NOT_WRITTEN', '.env cannot be written: EROFS'));
    await frame('the reason', shows('.env cannot be written: EROFS'));
  });

  test('takes every key as text while it is written, and pasted text', async () => {
    const { press, frame, isOpen } = await openAt('LOG_LEVEL');
    await press('e', 'ctrl-u', 'q', '1', ':', 'w', '?');
    await frame('the letters', shows('q1:w?▏'));
    await press('ctrl-u', '\u001b[200~de\nbug\u001b[201~');
    await frame('what was pasted', shows('de bug▏'));
    expect(isOpen()).toBe(true);
    // More than any value has is not taken, of a paste neither.
    await press('ctrl-u', `\u001b[200~${'a'.repeat(35)}\u001b[201~`, ...'0123456789');
    await frame('its first 40 characters', shows('a01234▏'));
  });

  test('is changed from its details too, and shows there when that counts', async () => {
    const { press, frame } = await openAt('ELASTIC_PING_INTERVAL');
    await press('enter');
    await frame('the details', (text) => /Takes effect +at once/.test(text));
    await press('e');
    await frame('the field', shows('2.5▏'));
    await press('esc');
    await frame('the details again', shows('Takes effect'));
  });
});

describe('a value that may not', () => {
  test('says that the environment sets it', async () => {
    const { press, frame, dispatched } = await openAt('TASK_TIMEOUT');
    await press('e');
    await frame('why', shows('TASK_TIMEOUT cannot be changed here: it is set in the environment'));
    await press('enter');
    await frame('the same in its details', shows('cannot be changed here: it is set in the environment'));
    expect(dispatched).toEqual([]);
  });

  test.each(['ELASTIC_SSH_COMMAND', 'ELASTIC_LOG_FILE', 'TASK_RETENTION_DAYS', 'WORKER worker-01'])(
    '%s is changed in its file alone',
    async (key) => {
      const { press, frame } = await openAt(key);
      await press('e');
      await frame('why', shows(`${key} cannot be changed here, only in its file`));
    },
  );

  test('is any of them with --readonly', async () => {
    const { press, text, dispatched, frame } = await openAt('LOG_LEVEL', { readonly: true });
    expect(text()).not.toContain('e edit');
    await press('e', 'enter');
    await frame('the details alone', shows('Takes effect'));
    expect(text()).not.toContain('▏');
    expect(dispatched).toEqual([]);
  });

  test('has changed in its file and counts only from the next start on says so in the list and in its details', async () => {
    const busy = busyHour();
    const { settings } = busy;
    if (settings === null) throw new Error('the example has settings');
    const entries = settings.entries.map((entry) =>
      entry.key === 'WORKER_STATE_FILE' ? { ...entry, pending: 'logs/new.json' } : entry,
    );
    const snapshot = { ...busy, settings: { ...settings, entries } };
    const { press, frame } = await openAt('WORKER_STATE_FILE', { columns: 200 }, snapshot);
    await frame('it in the list', shows('the file says logs/new.json, which counts from the next start on'));
    await press('enter');
    const details = await frame('the details', shows('at the next start of this program'));
    expect(details).toContain('the file says logs/new.json');
    expect(details).toContain('file that tells other programs how the fleet is');
  });
});
