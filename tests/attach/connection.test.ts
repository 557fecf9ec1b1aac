import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AttachOptions } from '#attach/attached-store.ts';
import { pauseBefore } from '#attach/link.ts';
import { lineOf, PROTOCOL } from '#attach/messages.ts';
import { snapshotLines } from '#attach/snapshot-lines.ts';
import { type SocketPlace, socketPathOf } from '#attach/socket-path.ts';
import type { Command } from '#model/commands.ts';
import type { Event } from '#model/events.ts';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { seededRandom } from '../helpers/random.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { sampleConfig } from '../model/samples.ts';
import { attach, openScene, turning } from './scene.ts';

const CONFIGURED: Event = { type: 'worker-configured', at: 1, config: sampleConfig(), restored: null };
const WANTED = { benchmark: 'b', parameters: {} };

/** Something that listens and answers every line with what it is told to. */
async function listening(place: SocketPlace, answer: string) {
  const lines: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      lines.push(...piece.toString().split('\n').slice(0, -1));
      socket.write(answer);
    });
  }).listen(place.path);
  onTestFinished(() => void server.close());
  await until('listening', () => server.listening);
  return lines;
}

const impatient = (over: Partial<AttachOptions> = {}) => ({ random: () => 0, ...over });

describe('without a master', () => {
  test('a screen that will not wait is told so at once', async () => {
    const place = socketPathOf(await temporaryFolder());
    const screen = attach(place);
    await expect(screen.ready).rejects.toMatchObject({ name: 'UserError', code: 'NO_MASTER' });
  });

  test('one that waits attaches as soon as there is one', async () => {
    const place = socketPathOf(await temporaryFolder());
    const screen = attach(place, { patienceMs: Number.POSITIVE_INFINITY });
    await until('tried in vain', () => screen.connection().reason !== '');
    expect(screen.connection()).toMatchObject({ state: 'reconnecting', master: null });
    await openScene({ place });
    await screen.ready;
    expect(screen.connection()).toMatchObject({
      state: 'connected',
      reason: '',
      master: { pid: process.pid },
    });
  });

  test('one that is closed while it waits does not wait for ever', async () => {
    const place = socketPathOf(await temporaryFolder());
    const screen = attach(place, { patienceMs: Number.POSITIVE_INFINITY });
    await until('tried in vain', () => screen.connection().reason !== '');
    screen.close();
    await expect(screen.ready).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  });

  test('a command is refused, with how long there has been no master, and nothing is sent later', async () => {
    const clock = fakeClock();
    const place = socketPathOf(await temporaryFolder());
    const screen = attach(place, { clock, patienceMs: Number.POSITIVE_INFINITY });
    await clock.advance(12_000);
    const refused = screen.dispatch({ type: 'cancel-tasks', ids: ['t-1'] });
    await expect(refused).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
      message: /for 12 s.*nothing was done/,
    });
  });

  test('the pauses between tries grow to 2 s at most, and are anything up to that', () => {
    const longest = Array.from({ length: 8 }, (_, failures) => pauseBefore(failures, () => 1));
    expect(longest).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
    const random = seededRandom(1);
    const some = Array.from({ length: 1_000 }, () => pauseBefore(9, random));
    expect(Math.min(...some)).toBeLessThan(20);
    expect(Math.max(...some)).toBeGreaterThan(1_980);
  });
});

describe('when the master goes and comes back', () => {
  test('the screen says since when its picture is old, then has the new one by itself', async () => {
    const first = await openScene();
    first.bus.publish(CONFIGURED);
    const screen = attach(first.place);
    await screen.ready;
    const gaps: (number | null)[] = [];
    screen.onGap((missed) => gaps.push(missed));
    let told = 0;
    screen.subscribe(() => {
      told += 1;
    });
    await first.server.close('restart');
    await until('noticed', () => screen.connection().state === 'reconnecting');
    expect(told).toBeGreaterThan(0);
    // What it knew is still to be seen.
    expect(screen.getSnapshot().workers.size).toBe(1);
    const second = await openScene({ place: first.place });
    second.bus.publish({ ...CONFIGURED, config: sampleConfig('worker-02') });
    await until('back', () => screen.connection().state === 'connected');
    await until('the new picture', () => [...screen.getSnapshot().workers.entries()][0]?.[0] === 'worker-02');
    expect(gaps).toEqual([null]);
  });

  test('the picture is as old as what was last heard of its master, whoever else answers meanwhile', async () => {
    const clock = fakeClock();
    const first = await openScene({ clock });
    const screen = attach(first.place, { clock, random: () => 0.5 });
    await turning(clock, screen.ready);
    await first.server.close();
    await until('noticed', () => screen.connection().state === 'reconnecting');
    const { since } = screen.connection();
    expect(clock.now() - since).toBeLessThan(1_000);
    await listening(first.place, lineOf({ type: 'hello', protocol: PROTOCOL + 1, version: '2', pid: 2 }));
    await until('refused', async () => {
      await clock.advance(500);
      return screen.connection().state === 'refused';
    });
    await clock.advance(60_000);
    expect(screen.connection().since).toBe(since);
  });

  test('of a command whose answer was lost nobody knows whether it was carried out', async () => {
    let asked = 0;
    const never = () => {
      asked += 1;
      return new Promise<never>(() => {});
    };
    const { attach: open, server } = await openScene({ dispatch: never, query: never });
    const screen = open();
    await screen.ready;
    const command = screen.dispatch({ type: 'retry-tasks', ids: ['t-1'] });
    const query = screen.query({ type: 'task', id: 't-1' });
    const told = Promise.allSettled([command, query]);
    await until('both asked', () => asked === 2);
    await server.close();
    expect(await told).toMatchObject([
      {
        reason: { name: 'UserError', code: 'ANSWER_LOST', message: /not known whether this was carried out/ },
      },
      { reason: { name: 'UserError', code: 'CONNECTION_LOST' } },
    ]);
  });

  test('a submission whose answer was lost is repeated under the same ids', async () => {
    const asked: Command[] = [];
    const first = await openScene({
      dispatch(command) {
        asked.push(command);
        return new Promise<never>(() => {});
      },
    });
    const screen = attach(first.place);
    await screen.ready;
    const submitted = screen.dispatch({ type: 'submit-tasks', tasks: [WANTED, { ...WANTED, id: 'own' }] });
    await until('asked', () => asked.length === 1);
    await first.server.close();
    await openScene({
      place: first.place,
      async dispatch(command) {
        asked.push(command);
        return { ids: ['made-1', 'own'], batches: [] } as never;
      },
    });
    expect(await submitted).toEqual({ ids: ['made-1', 'own'], batches: [] });
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[0]).toMatchObject({ tasks: [{ id: 'made-1' }, { id: 'own' }] });
  });

  test('a submission is given up after 30 s without a master', async () => {
    const clock = fakeClock();
    let asked = 0;
    const { place, server } = await openScene({
      dispatch() {
        asked += 1;
        return new Promise<never>(() => {});
      },
    });
    const screen = attach(place, impatient({ clock }));
    await turning(clock, screen.ready);
    const told = Promise.allSettled([screen.dispatch({ type: 'submit-tasks', tasks: [WANTED] })]);
    await until('asked', () => asked === 1);
    await server.close();
    await until('noticed', () => screen.connection().state === 'reconnecting');
    await clock.advance(29_000);
    let isOver = false;
    void told.then(() => {
      isOver = true;
    });
    await clock.advance(900);
    expect(isOver).toBe(false);
    await clock.advance(200);
    expect(await told).toMatchObject([
      { reason: { code: 'ANSWER_LOST', message: /its tasks are in the list if it was/ } },
    ]);
  });

  test('its end on demand is over once it is gone', async () => {
    const order: string[] = [];
    const scene = await openScene({
      onStop({ pid }) {
        order.push(`asked by ${pid}`);
        setImmediate(() => void scene.server.close('stopped').then(() => order.push('gone')));
      },
    });
    const screen = attach(scene.place, { follow: false });
    await screen.ready;
    await screen.stopMaster();
    order.push('told');
    expect(order[0]).toBe(`asked by ${process.pid}`);
    expect(screen.connection()).toMatchObject({
      state: 'reconnecting',
      reason: 'the master has ended: stopped',
    });
  });

  test('a master that was not told how to end says so', async () => {
    const { attach: open } = await openScene();
    const screen = open({ follow: false });
    await screen.ready;
    await expect(screen.stopMaster()).rejects.toMatchObject({ code: 'STOP_UNAVAILABLE' });
  });

  test('one that is there but says nothing any more counts as gone after 15 s', async () => {
    const clock = fakeClock();
    const place = socketPathOf(await temporaryFolder());
    await listening(place, lineOf({ type: 'hello', protocol: PROTOCOL, version: '1.0.0', pid: 1 }));
    const screen = attach(place, { clock, follow: false, random: () => 0.5 });
    await turning(clock, screen.ready);
    const before = clock.now();
    await until('given up', async () => {
      await clock.advance(1_000);
      return screen.connection().state === 'reconnecting';
    });
    expect(clock.now() - before).toBeGreaterThanOrEqual(15_000);
    expect(screen.connection().reason).toBe('the master does not answer');
  });
});

describe('a master of another version', () => {
  const other = (protocol: number) => lineOf({ type: 'hello', protocol, version: '9.9.9', pid: 77 });

  test.each([
    [
      'a newer one',
      PROTOCOL + 1,
      /pid 77\) is elastic-tui 9\.9\.9, newer than this 1\.0\.0.*start this screen with that version/,
    ],
    [
      'an older one',
      PROTOCOL - 1,
      /pid 77\) is elastic-tui 9\.9\.9, older than this 1\.0\.0.*end it and start it anew with this version/,
    ],
  ])('%s: the screen says which of the two is, and what to do', async (_, protocol, message) => {
    const place = socketPathOf(await temporaryFolder());
    await listening(place, other(protocol));
    // However patient: it will not become another one by itself.
    const screen = attach(place, { patienceMs: 600_000 });
    await expect(screen.ready).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH', message });
  });

  test('one that waits shows it, and attaches when there is one that it understands', async () => {
    const place = socketPathOf(await temporaryFolder());
    const server = createServer((socket) => {
      socket.on('error', () => {}).resume();
      socket.end(other(PROTOCOL + 1));
    }).listen(place.path);
    await until('listening', () => server.listening);
    const screen = attach(place, { patienceMs: Number.POSITIVE_INFINITY });
    await until('refused', () => screen.connection().state === 'refused');
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await openScene({ place });
    await screen.ready;
  });

  test('an event that this version does not know is told, not drawn', async () => {
    const place = socketPathOf(await temporaryFolder());
    const odd = { type: 'events', events: [{ type: 'of-tomorrow', at: 1 }] } as const;
    const hello = lineOf({ type: 'hello', protocol: PROTOCOL, version: '1.0.1', pid: 1 });
    await listening(place, [hello, ...snapshotLines(EMPTY_SNAPSHOT, 0), lineOf(odd)].join(''));
    const screen = attach(place, { random: () => 1 });
    await screen.ready;
    await until('refused', () => screen.connection().state === 'refused');
    expect(screen.connection().reason).toMatch(/does not know \(of-tomorrow\)/);
  });

  test('what listens there and is no master is told', async () => {
    const place = socketPathOf(await temporaryFolder());
    await listening(place, 'HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect(attach(place).ready).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH' });
  });
});

test('a request larger than a master takes is refused before it is sent', async () => {
  const { attach: open } = await openScene();
  const screen = open();
  await screen.ready;
  const tasks = Array.from({ length: 60_000 }, () => ({ ...WANTED, description: 'x'.repeat(100) }));
  await expect(screen.dispatch({ type: 'submit-tasks', tasks })).rejects.toMatchObject({
    code: 'REQUEST_TOO_LONG',
  });
  expect(screen.connection().state).toBe('connected');
});
