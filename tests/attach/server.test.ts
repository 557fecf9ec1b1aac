import { statSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LONGEST_REQUEST, PROTOCOL } from '#attach/messages.ts';
import { MAX_BACKLOG } from '#attach/outlet.ts';
import { socketPathOf } from '#attach/socket-path.ts';
import type { Event } from '#model/events.ts';
import type { LogFields } from '#model/log-line.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { goodPing, sampleConfig, sampleTask } from '../model/samples.ts';
import { laidOut } from './laid-out.ts';
import { HELLO, openScene, type RawClient, type Scene, turning } from './scene.ts';

const NOTICED: Event = { type: 'noticed', at: 1, level: 'info', message: 'hello' };
const CONFIGURED: Event = { type: 'worker-configured', at: 1, config: sampleConfig(), restored: null };
const SILENT = HELLO.replace('"follow":true', '"follow":false');

/** The lines in the log about clients that were dropped. */
function notices({ events }: Scene): LogFields[] {
  return events.flatMap((event) =>
    event.type === 'noticed' && event.message === 'a client was dropped' ? [event.fields ?? {}] : [],
  );
}

/** Why clients were dropped, as the log has it. */
function dropped(scene: Scene): unknown[] {
  return notices(scene).map(({ why }) => why);
}

/** Of how many the log tells. */
function told(scene: Scene): number {
  return notices(scene).reduce((sum, { more = 0 }) => sum + 1 + Number(more), 0);
}

describe('the socket of the master', () => {
  test('is for nobody else, whatever the umask is, from its first moment', async () => {
    const before = process.umask(0);
    try {
      const { place } = await openScene();
      expect(statSync(place.path).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  test('takes the place of one that a killed master left', async () => {
    const place = socketPathOf(await temporaryFolder());
    const left = createServer().listen(place.path);
    // What kill -9 leaves: the file without anybody who listens.
    await until('listening', () => left.listening);
    const { promise, resolve } = Promise.withResolvers<void>();
    await rename(place.path, `${place.path}.kept`);
    left.close(() => resolve());
    await promise;
    await rename(`${place.path}.kept`, place.path);
    const { attach } = await openScene({ place });
    await attach().ready;
  });

  test('never takes the place of a file that is no socket', async () => {
    const place = socketPathOf(await temporaryFolder());
    await writeFile(place.path, 'mine');
    await expect(openScene({ place })).rejects.toMatchObject({ code: 'ATTACH_UNAVAILABLE' });
    expect(statSync(place.path).isFile()).toBe(true);
  });

  test('is gone after an orderly end, and whoever was attached knows why', async () => {
    const { server, place, attach } = await openScene();
    const screen = attach();
    await screen.ready;
    await server.close('quit');
    expect(statSync(place.path, { throwIfNoEntry: false })).toBeUndefined();
    await until('the reason', () => screen.connection().reason.includes('the master has ended: quit'));
  });

  test('is made anew where somebody has removed it, and nobody who is attached notices', async () => {
    const clock = fakeClock();
    const { place, attach, bus } = await openScene({ clock });
    const before = attach();
    await turning(clock, before.ready);
    const { since } = before.connection();
    await rm(place.path);
    await clock.advance(5_000);
    await until('there again', () => statSync(place.path, { throwIfNoEntry: false })?.isSocket());
    expect(statSync(place.path).mode & 0o777).toBe(0o600);
    const after = attach();
    await turning(clock, after.ready);
    bus.publish(CONFIGURED);
    await clock.advance(1_000);
    await until('both hear', () =>
      [before, after].every((screen) => screen.getSnapshot().workers.size === 1),
    );
    expect(before.connection().since).toBe(since);
  });

  test('is taken back from another one that somebody has put in its place', async () => {
    const clock = fakeClock();
    const { place, attach, server } = await openScene({ clock });
    const before = attach();
    await turning(clock, before.ready);
    await rm(place.path);
    const other = createServer().listen(place.path);
    await until('the other one listens', () => other.listening);
    await clock.advance(5_000);
    const after = attach({ patienceMs: 60_000 });
    await turning(clock, after.ready);
    expect(server.clients()).toBe(2);
    await new Promise((resolve) => other.close(resolve));
  });

  test('goes without what somebody has put in its place meanwhile, which is a problem as long as it is there', async () => {
    const clock = fakeClock();
    const { place, server, store } = await openScene({ clock });
    await rm(place.path);
    await writeFile(place.path, 'mine');
    await clock.advance(5_000);
    await until('told', () => store.current().problems[0]?.id === 'attach');
    await server.close();
    expect(statSync(place.path).isFile()).toBe(true);
  });

  test('that cannot be made anew is a problem, until it can', async () => {
    const clock = fakeClock();
    const dataDir = join(await temporaryFolder(), 'logs');
    await mkdir(dataDir);
    const scene = await openScene({ clock, place: socketPathOf(dataDir) });
    await rename(dataDir, `${dataDir}.moved`);
    const ids = () => scene.store.current().problems.map(({ id }) => id);
    await clock.advance(5_000);
    await until('told', () => ids().includes('attach'));
    await clock.advance(20_000);
    expect(scene.events.filter(({ type }) => type === 'problem-raised')).toHaveLength(1);
    await mkdir(dataDir);
    await clock.advance(5_000);
    await until('over', () => ids().length === 0);
    await turning(clock, scene.attach().ready);
  });

  test('stands in a folder of its own where its path would be too long, and takes that away too', async () => {
    const place = await longPlace();
    const { server, attach } = await openScene({ place });
    await attach().ready;
    expect(statSync(dirname(place.path)).mode & 0o777).toBe(0o700);
    await server.close();
    expect(statSync(dirname(place.path), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('does not stand in a folder that is open to others', async () => {
    const place = await longPlace();
    await mkdir(dirname(place.path));
    await chmod(dirname(place.path), 0o770);
    await expect(openScene({ place })).rejects.toMatchObject({ code: 'ATTACH_FOLDER_UNSAFE' });
  });
});

/** Of a data folder whose path no socket can have. */
async function longPlace() {
  const temporary = await temporaryFolder();
  return socketPathOf(join(temporary, 'x'.repeat(120)), { temporary });
}

describe('a client that is none', () => {
  test.each([
    [
      'that sends 10 MB of garbage',
      Buffer.alloc(10 * 1_024 * 1_024, 'x'),
      'sent a line of more than 4096 bytes',
    ],
    ['whose first line is JSON of something else', '{"jsonrpc":"2.0"}\n', 'not the greeting of a client'],
    ['whose first line is a web page wanted', 'GET / HTTP/1.1\r\n\r\n', 'not the greeting of a client'],
    ['that sends garbage after its greeting', `${HELLO}nonsense\n`, 'not a request'],
    ['that sends a request without an id', `${HELLO}{"type":"stop"}\n`, 'not a request'],
    [
      'whose request has no end',
      Buffer.concat([Buffer.from(SILENT), Buffer.alloc(LONGEST_REQUEST + 1, '[')]),
      `sent a line of more than ${LONGEST_REQUEST} bytes`,
    ],
  ])('%s is dropped, with a line in the log', async (_, sent, why) => {
    const scene = await openScene();
    const client = await scene.raw();
    client.socket.write(sent);
    await until('dropped', client.isClosed);
    await until('told', () => dropped(scene).length === 1);
    expect(dropped(scene)).toEqual([why]);
    // Everybody else goes on.
    await scene.attach().ready;
  });

  test('that leaves in the middle of a line is dropped', async () => {
    const scene = await openScene();
    const client = await scene.raw();
    client.socket.end('{"type":"hel');
    await until('told', () => dropped(scene).length === 1);
    expect(dropped(scene)).toEqual(['left in the middle of a line']);
  });

  test('that says nothing is dropped after 5 s, and one that stops within a line after 10 s', async () => {
    const clock = fakeClock();
    const scene = await openScene({ clock });
    const silent = await scene.raw();
    const since = clock.monotonic();
    // Nobody knows when the master has heard of it.
    await until('dropped', async () => {
      if (!silent.isClosed()) await clock.advance(100);
      return silent.isClosed();
    });
    expect(clock.monotonic() - since).toBeGreaterThanOrEqual(5_000);
    const half = await scene.raw();
    half.socket.write(`${SILENT}{"type":"com`);
    await until('greeted', () => half.messages().length === 1);
    await until('its line is timed', async () => {
      await clock.advance(1_000);
      return half.isClosed();
    });
    await clock.advance(10_000);
    const other = await scene.raw();
    other.socket.write('nonsense\n');
    await until('told', () => dropped(scene).length === 2);
    expect(dropped(scene)).toEqual(['no greeting in time', 'half a request']);
  });

  test('makes one line in 10 s, however often it comes', async () => {
    const clock = fakeClock();
    const scene = await openScene({ clock });
    for (let index = 0; index < 20; index += 1) {
      const client = await scene.raw();
      client.socket.write('nonsense\n');
      await until('dropped', client.isClosed);
    }
    expect(dropped(scene)).toHaveLength(1);
    // The last of them may be about to be dropped: nobody else has to come for it to be told.
    await until('told of all', async () => {
      await clock.advance(10_000);
      return told(scene) === 20;
    });
    expect(dropped(scene).length).toBeLessThanOrEqual(3);
    const client = await scene.raw();
    client.socket.write('{"type":"command"}\n');
    await until('dropped', client.isClosed);
    await clock.advance(0);
    await scene.server.close();
    expect([dropped(scene).at(-1), told(scene)]).toEqual(['not the greeting of a client', 21]);
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  test('and meets a defect of ours does not end the master', async () => {
    const scene = await openScene();
    let defects = 0;
    const mend = scene.bus.subscribe((event) => {
      if (event.type !== 'noticed') return;
      defects += 1;
      throw new Error('a listener is broken');
    });
    const client = await scene.raw();
    client.socket.write('nonsense\n');
    await until('met', () => defects === 1);
    mend();
    await scene.attach().ready;
    await scene.server.close();
    expect(dropped(scene)).toEqual([
      'not the greeting of a client',
      'a defect of the master (a listener is broken)',
    ]);
  });

  test('of another protocol is told the version, and nothing that it says afterwards is done', async () => {
    const asked: unknown[] = [];
    const scene = await openScene({
      async dispatch(command) {
        asked.push(command);
        return { drained: true } as never;
      },
    });
    const client = await scene.raw();
    const drain = { type: 'drain-worker', workerId: 'w', drained: true };
    client.socket.write(HELLO.replace(`"protocol":${PROTOCOL}`, `"protocol":${PROTOCOL + 1}`));
    client.socket.write(`${JSON.stringify({ type: 'command', id: 1, command: drain })}\n`);
    await until('let go', client.isClosed);
    const hello = { type: 'hello', protocol: PROTOCOL, version: '1.0.0', pid: process.pid };
    expect(client.messages()).toEqual([hello]);
    expect(asked).toEqual([]);
    expect(dropped(scene)).toEqual([]);
  });
});

describe('what a client may ask', () => {
  const request = (type: string, body: object) => `${JSON.stringify({ type, id: 7, ...body })}\n`;

  test.each([
    ['a command that there is not', 'command', { command: { type: 'shell', file: '/bin/sh' } }],
    ['a command named as what objects inherit', 'command', { command: { type: 'toString' } }],
    ['a command whose type cannot be text', 'command', { command: { type: { toString: 1 } } }],
    [
      'an export to a path',
      'command',
      { command: { type: 'export-tasks', format: '../../etc/x', batch: null } },
    ],
    [
      'an export with a folder',
      'command',
      { command: { type: 'export-tasks', format: 'csv', batch: null, folder: '/etc' } },
    ],
    [
      'tasks that are none',
      'command',
      { command: { type: 'submit-tasks', tasks: [{ benchmark: 1, parameters: {} }] } },
    ],
    [
      'a list of millions of mistakes',
      'command',
      { command: { type: 'submit-tasks', tasks: Array(1e6).fill(1) } },
    ],
    ['no command at all', 'command', {}],
    ['a page without end', 'query', { query: { type: 'tasks', states: [], before: null, limit: 1e9 } }],
    [
      'a state that there is not',
      'query',
      { query: { type: 'tasks', states: ['x'], before: null, limit: 1 } },
    ],
    ['a text as long as a book', 'query', { query: { type: 'task', id: 'x'.repeat(5_000) } }],
  ])('%s is refused, and the connection stays', async (_, type, body) => {
    const scene = await openScene();
    const client = await scene.raw();
    client.socket.write(SILENT + request(type, body));
    await until('an answer', () => client.messages().length === 2);
    expect(client.messages()[1]).toMatchObject({ type: 'failure', id: 7, code: 'REQUEST_INVALID' });
    client.socket.write(request('query', { query: { type: 'task', id: 't' } }));
    await until('the next answer', () => client.messages().length === 3);
    expect(client.isClosed()).toBe(false);
  });

  test('one that only looks is refused every command by the master itself, and the end', async () => {
    const asked: unknown[] = [];
    const scene = await openScene({
      async dispatch(command) {
        asked.push(command);
        return { drained: true } as never;
      },
      onStop: () => asked.push('stop'),
    });
    const client = await scene.raw();
    client.socket.write(SILENT.replace('"readonly":false', '"readonly":true'));
    client.socket.write(
      request('command', { command: { type: 'drain-worker', workerId: 'w', drained: true } }),
    );
    client.socket.write(request('stop', {}));
    await until('two answers', () => client.messages().length === 3);
    const refusal = { type: 'failure', code: 'READONLY' };
    expect(client.messages().slice(1)).toMatchObject([refusal, refusal]);
    expect(asked).toEqual([]);
  });

  test('an answer that cannot be sent is a defect that is told, and the connection stays', async () => {
    let reads = 0;
    const answer = {
      get odd() {
        reads += 1;
        if (reads > 1) throw new Error('no text for this');
        return 1;
      },
    };
    const scene = await openScene({ query: async () => answer as never });
    const client = await scene.raw();
    client.socket.write(SILENT + request('query', { query: { type: 'task', id: 't' } }));
    await until('an answer', () => client.messages().length === 2);
    expect(client.messages()[1]).toMatchObject({ type: 'failure', code: null, message: 'no text for this' });
    expect(client.isClosed()).toBe(false);
  });

  test('a client that asks without reading the answers is read no further than a bound', async () => {
    let asked = 0;
    const scene = await openScene({
      async query() {
        asked += 1;
        return { output: 'x'.repeat(100_000) } as never;
      },
    });
    const client = await scene.raw();
    client.socket.pause();
    client.socket.write(SILENT);
    const many = 300;
    const one = request('query', { query: { type: 'task', id: 't' } });
    client.socket.write(one.repeat(many));
    await until('many questions', () => scene.server.waiting() > MAX_BACKLOG);
    const seen = asked;
    expect(scene.server.waiting()).toBeLessThan(MAX_BACKLOG + 17 * 100_100);
    expect(seen).toBeLessThan(many);
    client.socket.resume();
    await until('all answered', () => asked === many);
  });
});

type Told = ReturnType<RawClient['messages']>[number];

function snapshotsOf(client: RawClient): (Told & { readonly missed: number })[] {
  return client
    .messages()
    .filter((one): one is Told & { readonly missed: number } => one.type === 'snapshot');
}

function missedBy(client: RawClient): number {
  return snapshotsOf(client).reduce((sum, { missed }) => sum + missed, 0);
}

function toldTo(client: RawClient): number {
  const counts = client.messages().map((one) => ('events' in one ? (one.events as unknown[]).length : 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

describe('a client that does not read', () => {
  test('costs no more than a bound, holds nobody up, and has a fresh picture when it reads again', async () => {
    const scene = await openScene();
    const { bus, store, server } = scene;
    bus.publish(CONFIGURED);
    const stuck = await scene.raw();
    stuck.socket.pause();
    stuck.socket.write(HELLO);
    const reading = scene.attach();
    await reading.ready;
    await until('both', () => server.clients() === 2);
    let most = 0;
    let at = 1;
    for (let round = 0; round < 100; round += 1) {
      for (let index = 0; index < 1_000; index += 1) {
        at += 1;
        bus.publish({ type: 'worker-pinged', at, workerId: 'worker-01', outcome: goodPing(index) });
      }
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, server.waiting());
    }
    // Two clients, each with its bound and the one batch that reached it.
    expect(most).toBeLessThan(2 * (MAX_BACKLOG + 300 * 1_024));
    await until('the other one is up to date', () => reading.getSnapshot().at === store.current().at);
    expect(laidOut(reading.getSnapshot())).toStrictEqual(laidOut(store.current()));

    stuck.socket.resume();
    await until('all told or missed', () => toldTo(stuck) + missedBy(stuck) === 100_000);
    expect(snapshotsOf(stuck)).toHaveLength(2);
    bus.publish(NOTICED);
    await until('what follows', () => stuck.messages().at(-1)?.type === 'events');
  });

  test('keeps no old picture alive, and none that it has not read yet grows', async () => {
    const scene = await openScene();
    const { bus, server, store } = scene;
    const tasks = Array.from({ length: 20_000 }, (_, index) =>
      sampleTask({ id: `t-${index}`, sequence: index }),
    );
    bus.publish({ type: 'tasks-added', at: 1, tasks });
    const stuck = await scene.raw();
    stuck.socket.pause();
    stuck.socket.write(HELLO);
    await until('begun', () => server.clients() === 1);
    // More than may wait while a snapshot goes out.
    const events = 60_000;
    let most = 0;
    for (let index = 0; index < events; index += 1) {
      bus.publish({ ...NOTICED, at: index, message: 'x'.repeat(400) });
      if (index % 1_000 === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        most = Math.max(most, server.waiting());
      }
    }
    expect(most).toBeLessThan(MAX_BACKLOG + 17 * 1_024 * 1_024);
    stuck.socket.resume();
    await until('all told or missed', () => toldTo(stuck) + missedBy(stuck) === events);
    expect(snapshotsOf(stuck).length).toBeGreaterThan(1);
    expect(store.current().tasks.known.size).toBe(20_000);
  });
});

test('clients that do not read their snapshot keep nobody else from theirs for more than a second', async () => {
  const clock = fakeClock();
  const { bus, raw, attach, server } = await openScene({ clock });
  const tasks = Array.from({ length: 5_000 }, (_, index) => sampleTask({ id: `t-${index}` }));
  bus.publish({ type: 'tasks-added', at: 1, tasks });
  for (let index = 0; index < 2; index += 1) {
    const stuck = await raw();
    stuck.socket.pause();
    stuck.socket.write(HELLO);
  }
  await until('both begun', () => server.clients() === 2);
  await clock.advance(100);
  const since = clock.monotonic();
  const reading = attach();
  await turning(clock, reading.ready, 50);
  expect(clock.monotonic() - since).toBeGreaterThan(500);
  expect(reading.getSnapshot().tasks.known.size).toBe(5_000);
});

test('more screens than there can be are turned away, and whoever wants the master to end is not', async () => {
  let stops = 0;
  const scene = await openScene({
    onStop() {
      stops += 1;
    },
  });
  const following = await Promise.all(Array.from({ length: 256 }, () => scene.raw()));
  for (const { socket } of following) socket.write(HELLO);
  await until('all follow', () => scene.server.clients() === 256);
  const late = await scene.raw();
  late.socket.write(HELLO);
  await until('turned away', late.isClosed);
  expect(dropped(scene)).toEqual(['256 follow already']);
  const asking = scene.attach({ follow: false });
  await asking.ready;
  const stopping = asking.stopMaster();
  await until('told to end', () => stops === 1);
  following[0]?.socket.destroy();
  await until('room for one', () => scene.server.clients() === 255);
  await scene.attach().ready;
  await scene.server.close();
  await stopping;
});

test('connections without end are turned away as they come', async () => {
  const scene = await openScene();
  const first = await Promise.all(Array.from({ length: 288 }, () => scene.raw()));
  const late = [await scene.raw(), await scene.raw()];
  await until('turned away', () => late.every((client) => client.isClosed()));
  expect(first.some((client) => client.isClosed())).toBe(false);
  expect(dropped(scene)).toEqual(['there are 288 already']);
  first[0]?.socket.destroy();
  await until('room for one', async () => {
    const client = await scene.raw();
    client.socket.write(HELLO);
    await until('an answer', () => client.messages().length > 0 || client.isClosed());
    return !client.isClosed();
  });
});

test('whoever has greeted hears every 5 s that the master is there, a script that only asks too', async () => {
  const clock = fakeClock();
  const { raw } = await openScene({ clock });
  const client = await raw();
  client.socket.write(SILENT);
  await until('greeted', () => client.messages().length === 1);
  await clock.advance(5_000);
  await until('a sign of life', () => client.messages().length === 2);
  expect(client.messages()[1]).toEqual({ type: 'alive' });
});

test('events are made into text once for all who follow, and not at all for nobody', async () => {
  const { bus, server, raw, attach } = await openScene();
  let read = 0;
  const counted = {
    ...NOTICED,
    get onlyOnTheWire() {
      read += 1;
      return true;
    },
  };
  const client = await raw();
  client.socket.write(SILENT);
  await until('greeted', () => client.messages().length === 1);
  bus.publish(counted);
  expect([server.clients(), read]).toEqual([0, 0]);
  const first = attach();
  await first.ready;
  bus.publish(counted);
  await until('told', () => first.getSnapshot().log.taken === 2);
  const once = read;
  expect(once).toBeGreaterThan(0);
  const screens = [first, attach(), attach()];
  await Promise.all(screens.map(({ ready }) => ready));
  bus.publish(counted);
  await Promise.all(screens.map((one) => until('told', () => one.getSnapshot().log.taken === 3)));
  expect(read).toBe(2 * once);
});

test('clients are counted as they come and go', async () => {
  const { attach, server } = await openScene();
  const [one, two] = [attach(), attach({ follow: false })];
  await Promise.all([one.ready, two.ready]);
  expect(server.clients()).toBe(1);
  one.close();
  two.close();
  await until('gone', () => server.clients() === 0);
});
