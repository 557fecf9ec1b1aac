import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MasterMessage } from '#attach/messages.ts';
import { assembleSnapshot, snapshotLines } from '#attach/snapshot-lines.ts';
import { fromWire, toWire } from '#attach/wire-value.ts';
import type { Event } from '#model/events.ts';
import { reduce } from '#model/reduce.ts';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import { TASK_STATES } from '#model/task.ts';
import {
  goodPing,
  REFUSED,
  SAMPLE_SETTINGS,
  sampleAttempt,
  sampleConfig,
  sampleTask,
} from '../model/samples.ts';
import { busyHour } from '../ui/busy-hour.ts';
import { busyFleet, exampleFleet } from '../ui/fleet.ts';
import { laidOut } from './laid-out.ts';

type Part = Extract<MasterMessage, { type: 'snapshot' | 'rows' | 'snapshot-end' }>;

function assembled(lines: Iterable<string>): Snapshot | null {
  const assembly = assembleSnapshot();
  let snapshot: Snapshot | null = null;
  for (const line of lines) snapshot = assembly.add(JSON.parse(line) as Part);
  return snapshot;
}

const told = (event: Event) => fromWire(JSON.parse(JSON.stringify(toWire(event)))) as Event;

describe('a snapshot as lines', () => {
  test.each([
    ['of nothing', EMPTY_SNAPSHOT],
    ['of the example fleet', exampleFleet()],
    ['of a busy fleet', busyFleet()],
    ['of a busy hour', busyHour()],
  ])('%s is the same where they arrive', (_, snapshot) => {
    expect(laidOut(assembled(snapshotLines(snapshot, 0)))).toStrictEqual(laidOut(snapshot));
  });

  test('rows come in pieces, and what happens meanwhile changes nothing in them', () => {
    let snapshot = EMPTY_SNAPSHOT;
    const add = (id: string) => {
      snapshot = reduce(snapshot, {
        type: 'worker-configured',
        at: 1,
        config: sampleConfig(id),
        restored: null,
      });
    };
    for (let index = 0; index < 200; index += 1) add(`w-${index}`);
    const before = laidOut(snapshot);
    const lines: string[] = [];
    for (const line of snapshotLines(snapshot, 0)) {
      lines.push(line);
      add(`later-${lines.length}`);
    }
    expect(lines.length).toBeGreaterThan(4);
    expect(laidOut(assembled(lines))).toStrictEqual(before);
  });

  test('one that begins anew in the middle of another is the whole of it', () => {
    const [first = '', second = ''] = snapshotLines(busyFleet(), 0);
    const snapshot = exampleFleet();
    const lines = [first, second, ...snapshotLines(snapshot, 3)];
    expect(laidOut(assembled(lines))).toStrictEqual(laidOut(snapshot));
  });

  test('whatever happens, a snapshot and the events after it make the picture of the master', () => {
    const worker = fc.constantFrom('w-1', 'w-2', 'w-3');
    const at = fc.integer({ min: 0, max: 60_000 });
    const event: fc.Arbitrary<Event> = fc.oneof(
      fc.record({
        type: fc.constant('worker-configured' as const),
        at,
        config: worker.map((id) => sampleConfig(id)),
        restored: fc.constant(null),
      }),
      fc.record({
        type: fc.constant('worker-pinged' as const),
        at,
        workerId: worker,
        outcome: fc.oneof(
          fc.constant(REFUSED),
          fc.double({ min: 0, max: 1e4, noNaN: true }).map((ms) => goodPing(ms)),
        ),
      }),
      fc
        .record({ at, id: fc.nat(20), state: fc.constantFrom(...TASK_STATES), workerId: worker })
        .map(({ at: when, id, state, workerId }) => ({
          type: 'task-changed' as const,
          at: when,
          change: 'sent' as const,
          task: sampleTask({ id: `t-${id}`, state, attempts: [sampleAttempt({ workerId })] }),
          from: null,
        })),
      fc.record({
        type: fc.constant('noticed' as const),
        at,
        level: fc.constantFrom('error' as const, 'info' as const),
        message: fc.string(),
        fields: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double(), fc.boolean()), {
          noNullPrototype: true,
        }),
      }),
    );
    const started: Event = {
      type: 'master-started',
      at: 0,
      version: '1',
      settings: SAMPLE_SETTINGS,
      counters: null,
    };
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), fc.nat(80), (events, attachedAt) => {
        let here = reduce(EMPTY_SNAPSHOT, started);
        for (const one of events.slice(0, attachedAt)) here = reduce(here, one);
        let there = assembled(snapshotLines(here, 0));
        for (const one of events.slice(attachedAt)) {
          here = reduce(here, one);
          there = there && reduce(there, told(one));
        }
        expect(laidOut(there)).toStrictEqual(laidOut(here));
      }),
      { numRuns: 100 },
    );
  });
});
