import { expect, test } from 'vitest';
import { Table } from '#model/table.ts';
import type { Worker } from '#model/worker.ts';
import { createOccupancy } from '#task-monitor/occupancy.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { activeWorker, NOW, sampleConfig, sampleReport } from '../model/samples.ts';

function healthy(over: Partial<Worker> = {}): Worker {
  return activeWorker({ health: { state: 'healthy', reasons: [], warnings: [], checkedAt: NOW }, ...over });
}

function newOccupancy(clock = fakeClock()) {
  return createOccupancy(clock, () => ({ since: clock.monotonic(), expectedSeconds: null }));
}

function freeOf(occupancy: ReturnType<typeof createOccupancy>, worker: Worker): number | undefined {
  return occupancy.candidates(Table.from([[worker.id, worker]]))[0]?.free;
}

test('a slot is taken from the decision on, before any snapshot shows it, until it is released', () => {
  const occupancy = newOccupancy();
  const worker = healthy({ config: sampleConfig('worker-01', { slots: 2 }) });
  expect(freeOf(occupancy, worker)).toBe(2);
  occupancy.take('worker-01', 't-1');
  occupancy.take('worker-01', 't-1');
  occupancy.take('worker-01', 't-2');
  expect(freeOf(occupancy, worker)).toBe(0);
  expect(occupancy.total).toBe(2);
  occupancy.release('worker-01', 't-1');
  occupancy.release('worker-01', 't-1');
  expect(freeOf(occupancy, worker)).toBe(1);
  expect(occupancy.total).toBe(1);
});

test('a task of somebody else takes a slot', () => {
  const report = sampleReport({ currentTask: { taskId: 'theirs', benchmark: 'x' } });
  expect(freeOf(newOccupancy(), healthy({ report }))).toBe(0);
});

test('tasks of others that have slots or wait for one take them', () => {
  expect(
    freeOf(newOccupancy(), healthy({ config: sampleConfig('worker-01', { slots: 4 }), foreign: 3 })),
  ).toBe(1);
  expect(
    freeOf(newOccupancy(), healthy({ config: sampleConfig('worker-01', { slots: 4 }), foreign: 6 })),
  ).toBe(0);
});

test.each<[string, Partial<Worker>]>([
  ['unstable', { status: 'unstable' }],
  ['of unknown health', { health: { state: 'unknown', reasons: [], warnings: [], checkedAt: null } }],
])('a worker that is %s is no candidate', (_, over) => {
  expect(freeOf(newOccupancy(), healthy(over))).toBeUndefined();
});

test('a worker that was not reached rests until its next good ping, and longer each time in a row', async () => {
  const clock = fakeClock();
  const occupancy = newOccupancy(clock);
  let pings = 0;
  async function pingAfter(ms: number): Promise<number | undefined> {
    await clock.advance(ms);
    pings += 1;
    return freeOf(occupancy, healthy({ lastGoodPingAt: NOW + pings }));
  }
  const before = healthy({ lastGoodPingAt: NOW });

  occupancy.rest(before);
  await clock.advance(600_000);
  expect(freeOf(occupancy, before)).toBeUndefined();
  expect(await pingAfter(0)).toBe(1);

  occupancy.rest(healthy({ lastGoodPingAt: NOW + pings }));
  expect(await pingAfter(1_999)).toBeUndefined();
  expect(await pingAfter(1)).toBe(1);

  for (let time = 0; time < 20; time += 1) occupancy.rest(healthy({ lastGoodPingAt: NOW + pings }));
  expect(await pingAfter(59_999)).toBeUndefined();
  expect(await pingAfter(1)).toBe(1);

  occupancy.reached('worker-01');
  occupancy.rest(healthy({ lastGoodPingAt: NOW + pings }));
  expect(await pingAfter(0)).toBe(1);
});

test('a worker in place of another is noticed though there are as many as before', () => {
  const occupancy = newOccupancy();
  const [one, two, three] = ['one', 'two', 'three'].map((id) =>
    healthy({ id, config: sampleConfig(id, { slots: 1 }) }),
  );
  const idsOf = (...workers: readonly (Worker | undefined)[]) => {
    const entries = workers.flatMap((worker) => (worker ? [[worker.id, worker] as const] : []));
    return occupancy.candidates(Table.from(entries)).map(({ worker }) => worker.id);
  };
  expect(idsOf(one, two)).toEqual(['one', 'two']);
  // It takes no tasks: nothing else tells that the fleet has changed.
  const idle = three && { ...three, status: 'unknown' as const };
  expect(idsOf(one, idle)).toEqual(['one']);
  // One that was there before comes back in the place of the other.
  expect(idsOf(two, idle)).toEqual(['two']);
});
