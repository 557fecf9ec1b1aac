import { expect, test } from 'vitest';
import { follow } from '#cli/follow.ts';
import { codeOf } from '#model/errors.ts';
import type { Connection } from '#store/store.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { silent } from './command-line.ts';

function scene() {
  const clock = fakeClock();
  const listeners = new Set<() => void>();
  let state: Connection['state'] = 'connected';
  const store = {
    connection: () => ({ state, since: 0, reason: 'it has ended', master: null }),
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEvent: () => () => {},
    onGap: () => () => {},
  };
  const ending = new AbortController();
  const telling = { first: async () => {}, take: async () => {} };
  let outcome = 'goes on';
  follow(store, { ...silent(), clock, ended: ending.signal }, telling).then(
    () => {
      outcome = 'ended';
    },
    (error: unknown) => {
      outcome = codeOf(error) ?? 'failed';
    },
  );
  return {
    clock,
    ending,
    listeners,
    outcome: () => outcome,
    become(next: Connection['state']) {
      state = next;
      for (const listener of listeners) listener();
    },
  };
}

test('what follows a master outlives its absence of half a minute, and no more', async () => {
  const { clock, become, outcome } = scene();
  become('reconnecting');
  await clock.advance(29_000);
  become('connected');
  await clock.advance(60_000);
  expect(outcome()).toBe('goes on');
  become('reconnecting');
  await clock.advance(20_000);
  // Another try that failed begins no other wait.
  become('reconnecting');
  await clock.advance(10_000);
  expect(outcome()).toBe('NO_MASTER');
  expect(clock.pending).toBe(0);
});

test('its end leaves no timer and no listener', async () => {
  const { clock, ending, listeners, become, outcome } = scene();
  become('reconnecting');
  ending.abort('interrupt');
  await clock.advance(1);
  expect([outcome(), clock.pending, listeners.size]).toEqual(['ended', 0, 0]);
});
