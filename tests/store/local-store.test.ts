import { describe, expect, test } from 'vitest';
import { createBus } from '#bus/bus.ts';
import type { Event } from '#model/events.ts';
import { createLocalStore } from '#store/local-store.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { goodPing, sampleConfig } from '../model/samples.ts';

function openStore() {
  const bus = createBus();
  // On the turn of a second, so that the times below are easy to follow.
  const clock = fakeClock(Date.UTC(2026, 10, 23, 21, 42, 7));
  const unanswered = () => Promise.reject(new Error('not asked in these tests'));
  const store = createLocalStore({ bus, clock, dispatch: unanswered, query: unanswered });
  const notified: number[] = [];
  store.subscribe(() => notified.push(clock.monotonic()));
  return { bus, clock, store, notified };
}

const CONFIGURED: Event = { type: 'worker-configured', at: 0, config: sampleConfig(), restored: null };
const PINGED: Event = { type: 'worker-pinged', at: 0, workerId: 'worker-01', outcome: goodPing() };
const NOTICED: Event = { type: 'noticed', at: 0, level: 'info', message: 'hello' };

describe('the store of a screen', () => {
  test('current() is as of the last event, getSnapshot() as of the last notification', () => {
    const { bus, clock, store } = openStore();
    const before = store.getSnapshot();
    bus.publish(CONFIGURED);
    expect(store.current().workers.has('worker-01')).toBe(true);
    expect(store.getSnapshot()).toBe(before);
    clock.advanceSync(250);
    expect(store.getSnapshot()).toBe(store.current());
  });

  test('the first event is shown at once, then at most four times a second', () => {
    const { bus, clock, notified } = openStore();
    for (let ms = 0; ms < 1_000; ms += 10) {
      bus.publish(NOTICED);
      clock.advanceSync(10);
    }
    expect(notified).toEqual([0, 250, 500, 750, 1_000]);
  });

  test('single pings are shown once a second', () => {
    const { bus, clock, notified } = openStore();
    for (let ms = 0; ms < 10_100; ms += 10) {
      bus.publish(PINGED);
      clock.advanceSync(10);
    }
    const seconds = notified.map((ms) => Math.floor(ms / 1_000));
    expect(seconds).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('something notable takes the pings that wait along', () => {
    const { bus, clock, store, notified } = openStore();
    bus.publish(NOTICED);
    clock.advanceSync(100);
    bus.publish(PINGED);
    bus.publish(NOTICED);
    clock.advanceSync(10_000);
    expect(notified).toEqual([0, 250]);
    expect(store.getSnapshot().counters.totalPings).toBe(1);
  });

  test('where nothing happens nobody is told, and no timer waits', () => {
    const { bus, clock, notified } = openStore();
    bus.publish(NOTICED);
    clock.advanceSync(60_000);
    expect(notified).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('whoever leaves is told no more', () => {
    const { bus, clock, store, notified } = openStore();
    const heard: number[] = [];
    const leave = store.subscribe(() => heard.push(clock.monotonic()));
    leave();
    bus.publish(NOTICED);
    clock.advanceSync(1_000);
    expect([heard.length, notified.length]).toEqual([0, 1]);
  });

  test('closed, it hears nothing and leaves no timer behind', () => {
    const { bus, clock, store, notified } = openStore();
    bus.publish(NOTICED);
    store.close();
    bus.publish(CONFIGURED);
    clock.advanceSync(10_000);
    expect(notified).toEqual([]);
    expect(clock.pending).toBe(0);
    expect(store.current().workers.size).toBe(0);
  });
});
