import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Bus, createBus } from '#bus/bus.ts';
import type { Event, RestoredWorker } from '#model/events.ts';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import { Table } from '#model/table.ts';
import { newWorker, type Worker } from '#model/worker.ts';
import { readStateFile } from '#persistence/worker-state-file.ts';
import { createStateFileWriter, type StateFileWriterOptions } from '#persistence/worker-state-writer.ts';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { exampleFleet, healthyWorker, NOW, SETTINGS, snapshotOf, workerConfig } from '../ui/fleet.ts';

const INTERVAL_MS = 10_000;

interface Scene {
  readonly bus: Bus;
  readonly clock: FakeClock;
  readonly writer: ReturnType<typeof createStateFileWriter>;
  readonly events: Event[];
  /** How many writes were begun. */
  readonly writes: () => number;
  /** Tells of a transition. What it changed is up to `current`. */
  transition(): void;
}

function scene(options: Pick<StateFileWriterOptions, 'path'> & Partial<StateFileWriterOptions>): Scene {
  const bus = createBus();
  const clock = fakeClock(NOW);
  const events: Event[] = [];
  let writes = 0;
  bus.subscribe((event) => events.push(event));
  const { current = exampleFleet } = options;
  const writer = createStateFileWriter({
    bus,
    clock,
    settings: { healthCheckIntervalMs: INTERVAL_MS },
    ...options,
    current() {
      writes += 1;
      return current();
    },
  });
  onTestFinished(() => writer.close());
  return {
    bus,
    clock,
    writer,
    events,
    writes: () => writes,
    transition: () =>
      bus.publish({
        type: 'worker-status-changed',
        at: clock.now(),
        workerId: 'worker-01',
        from: 'active',
        to: 'unstable',
        milestone: null,
        failure: null,
        failures: 1,
        maxFailures: 5,
      }),
  };
}

async function read(path: string): Promise<{ timestamp_ms: number; workers: Record<string, unknown> }> {
  return JSON.parse(await readFile(path, 'utf8'));
}

const ofType = (events: readonly Event[], type: Event['type']) =>
  events.filter((event) => event.type === type);

test('a transition is in the file within 100 ms, the folder being made, readable for everybody', async () => {
  const path = join(await temporaryFolder(), 'logs', 'worker_state.json');
  const { clock, transition } = scene({ path });
  transition();
  await clock.advance(50);
  const document = await until('the file', () => read(path));
  expect(document.timestamp_ms).toBeLessThan(NOW + 100);
  expect(Object.keys(document.workers)).toHaveLength(4);
  expect((await stat(path)).mode & 0o777).toBe(0o644);
});

test('transitions of the same moment share a write', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  const { clock, transition, writer, writes } = scene({ path });
  for (let ms = 0; ms < 50; ms += 1) {
    transition();
    await clock.advance(1);
  }
  await until('the write', () => read(path));
  await writer.close();
  expect(writes()).toBe(2);
});

test('a transition during a write is written right after it', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  const { clock, transition, writes } = scene({ path });
  transition();
  await clock.advance(50);
  await until('the first write', () => writes() === 1);
  transition();
  clock.advanceSync(50);
  await until('the second write', async () => (await read(path)).timestamp_ms === NOW + 100);
  expect(writes()).toBe(2);
});

test('pings and tasks alone write nothing before the interval, then it is written at each interval', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  const { bus, clock, writes } = scene({ path });
  for (let count = 0; count < 1_000; count += 1) {
    for (const event of healthyWorker(workerConfig('worker-01', '10.0.0.1'), clock.now())) {
      if (event.type !== 'worker-status-changed') bus.publish(event);
    }
  }
  await clock.advance(INTERVAL_MS - 1);
  expect(writes()).toBe(0);
  await clock.advance(1);
  await until('the write', async () => (await read(path)).timestamp_ms === NOW + INTERVAL_MS);
  for (const round of [2, 3]) {
    await until('the next interval', () => clock.pending === 1);
    await clock.advance(INTERVAL_MS);
    await until('its write', async () => (await read(path)).timestamp_ms === NOW + round * INTERVAL_MS);
  }
});

test('close writes once more, and nothing after it', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  const { clock, transition, writer, writes } = scene({ path });
  await clock.advance(1_234);
  await writer.close();
  expect((await read(path)).timestamp_ms).toBe(NOW + 1_234);
  transition();
  await clock.advance(INTERVAL_MS);
  expect(writes()).toBe(1);
  expect(clock.pending).toBe(0);
});

test('what an earlier master left is not replaced before this one has started', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  await writeFile(path, '{"stats": {"total_pings": 7}}');
  const { writer } = scene({ path, current: () => EMPTY_SNAPSHOT });
  await writer.close();
  expect(await readFile(path, 'utf8')).toBe('{"stats": {"total_pings": 7}}');
});

test('a worker that is no longer configured is remembered, so that it is not discovered twice', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  const gone: RestoredWorker = {
    discovered: true,
    lost: false,
    lastPingAt: NOW - 5,
    lastGoodPingAt: NOW - 5,
    recentPings: [1, null],
    answered: [1],
    tasksCompleted: 3,
    tasksFailed: 1,
  };
  const known: RestoredWorker = { ...gone, tasksCompleted: 99 };
  const { writer } = scene({
    path,
    former: new Map([
      ['worker-09', gone],
      ['worker-01', known],
    ]),
  });
  await writer.close();
  expect(Object.keys((await read(path)).workers)).not.toContain('worker-09');
  const { state } = await readStateFile(path, fakeClock(NOW));
  expect(state?.workers.get('worker-09')).toEqual(gone);
  expect(state?.workers.get('worker-01')?.tasksCompleted).toBe(1);
});

test.each([
  ['a folder stands in place of the file', 'worker_state.json'],
  ['a file stands in place of the folder', ''],
])('where %s it is one problem, tried again at the interval, until it is gone', async (_, obstacle) => {
  const logs = join(await temporaryFolder(), 'logs');
  const path = join(logs, 'worker_state.json');
  if (obstacle === '') await writeFile(logs, '');
  else await mkdir(path, { recursive: true });
  const { clock, events, transition, writer, writes } = scene({ path });
  transition();
  await clock.advance(50);
  await until('the problem', () => ofType(events, 'problem-raised').length === 1);
  expect(events.at(-1)).toMatchObject({
    id: 'state-file',
    message: expect.stringContaining(`Cannot write ${path}: E`),
  });
  await clock.advance(INTERVAL_MS);
  await until('the next try', () => clock.pending === 1);
  expect(ofType(events, 'problem-cleared')).toHaveLength(0);
  await rm(obstacle === '' ? logs : path, { recursive: true });
  await until('the end of the problem', async () => {
    await clock.advance(INTERVAL_MS);
    return ofType(events, 'problem-cleared').length === 1;
  });
  await writer.close();
  expect((await read(path)).timestamp_ms).toBe(clock.now());
  expect(ofType(events, 'problem-raised')).toHaveLength(1);
  expect(await readdir(logs)).toEqual(['worker_state.json']);
  expect(writes()).toBeGreaterThan(0);
});

test('what a killed master left half written is gone with the first write', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'worker_state.json.3817265491'), '{');
  const { writer } = scene({ path: join(folder, 'worker_state.json') });
  await writer.close();
  expect(await readdir(folder)).toEqual(['worker_state.json']);
});

test('close survives a file that cannot be written', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  await mkdir(path);
  const { events, writer } = scene({ path });
  await writer.close();
  expect(ofType(events, 'problem-raised')).toHaveLength(1);
});

test('a pipe, and so a device such as /dev/null, is never replaced by a file', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', path]);
  const { events, writer } = scene({ path });
  await writer.close();
  expect(events.at(-1)).toMatchObject({
    type: 'problem-raised',
    message: expect.stringContaining(`Cannot write ${path}: a device or a pipe stands there`),
  });
  expect((await stat(path)).isFIFO()).toBe(true);
  expect(await readdir(dirname(path))).toEqual(['worker_state.json']);
});

test('a link keeps pointing at the file', async () => {
  const folder = await temporaryFolder();
  await symlink(join(folder, 'real.json'), join(folder, 'worker_state.json'));
  await writeFile(join(folder, 'real.json'), '{}');
  const { writer } = scene({ path: join(folder, 'worker_state.json') });
  await writer.close();
  expect((await read(join(folder, 'real.json'))).timestamp_ms).toBe(NOW);
});

test('all else has its turn while a large fleet is written', async () => {
  let turn = 0;
  const written: number[] = [];
  const end = new AbortController();
  onTestFinished(() => end.abort());
  void (async () => {
    for (; !end.signal.aborted; turn += 1) await setImmediate();
  })();
  const worker = newWorker(workerConfig('worker', '10.0.0.1'), NOW);
  /** Tells when it is asked for what the file says of it last. */
  const watched: Worker = Object.defineProperty({ ...worker }, 'performance', {
    get() {
      written[turn] = (written[turn] ?? 0) + 1;
      return {};
    },
  });
  const workers = Table.from(Array.from({ length: 1_000 }, (_, index) => [`worker-${index}`, watched]));
  const path = join(await temporaryFolder(), 'worker_state.json');
  const { writer } = scene({ path, current: () => ({ ...exampleFleet(), workers }) });
  await writer.close();
  expect(written.reduce((sum, count) => sum + count, 0)).toBe(1_000);
  expect(Math.max(...written.filter((count) => count > 0))).toBeLessThanOrEqual(64);
  expect(Object.keys((await read(path)).workers)).toHaveLength(1_000);
});

/** Parses the file again and again until its standard input ends; tells of each document that it had not seen before. */
const READER = `
  const { readFileSync } = require('node:fs');
  const seen = new Set();
  let reading = true;
  process.stdin.on('end', () => { reading = false; }).resume();
  (function look() {
    for (let count = 0; count < 20; count += 1) {
      const { timestamp_ms, workers } = JSON.parse(readFileSync(process.argv[1], 'utf8'));
      if (Object.keys(workers).length !== 150) throw new Error('half a fleet');
      if (!seen.has(timestamp_ms)) process.stdout.write('.');
      seen.add(timestamp_ms);
    }
    if (reading) setImmediate(look);
  })();
`;

function largeFleet(): Snapshot {
  return snapshotOf([
    { type: 'master-started', at: NOW, version: '1', settings: SETTINGS, counters: null },
    ...Array.from({ length: 150 }, (_, index) =>
      healthyWorker(workerConfig(`máquina-€😀-${index}`, '10.0.0.1'), NOW, Array(60).fill(12.345)),
    ).flat(),
  ]);
}

test('characters of several bytes are whole, wherever in a large file they stand', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  const fleet = largeFleet();
  await scene({ path, current: () => fleet }).writer.close();
  expect((await stat(path)).size).toBeGreaterThan(200_000);
  expect(Object.keys((await read(path)).workers)).toEqual([...fleet.workers].map(({ id }) => id));
});

test('a program that reads while it is written never sees half a document', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  const fleet = largeFleet();
  const { clock, transition, writes } = scene({ path, current: () => fleet });
  transition();
  await clock.advance(50);
  await until('the first write', () => read(path));

  const reader = spawn(process.execPath, ['-e', READER, path], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void reader.kill());
  const errors = text(reader.stderr);
  let output = '';
  reader.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await until('the reader', () => output !== '');
  // However seldom the reader has its turn.
  for (let count = 2; count <= 40 || output.length <= 5; count += 1) {
    transition();
    await clock.advance(50);
    await until('the next write', () => writes() === count);
  }
  reader.stdin.end();
  const [code] = await once(reader, 'close');
  expect(await errors).toBe('');
  expect(code).toBe(0);
});
