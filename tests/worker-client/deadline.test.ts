import { describe, expect, test } from 'vitest';
import { deadline } from '#worker-client/deadline.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

describe('a deadline', () => {
  test('passes once, when it is time', () => {
    const clock = fakeClock();
    let passed = 0;
    deadline(clock, 1_000, () => {
      passed += 1;
    });
    clock.advanceSync(999);
    expect(passed).toBe(0);
    clock.advanceSync(1);
    expect(passed).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test('called off, it never passes', () => {
    const clock = fakeClock();
    const cancel = deadline(clock, 1_000, () => {
      throw new Error('was called off');
    });
    cancel();
    clock.advanceSync(5_000);
    expect(clock.pending).toBe(0);
  });

  test('after a suspension, what has arrived meanwhile is read first', () => {
    const clock = fakeClock();
    let passed = false;
    deadline(clock, 1_000, () => {
      passed = true;
    });
    clock.suspend(60_000);
    clock.advanceSync(0);
    expect(passed).toBe(false);
    clock.advanceSync(100);
    expect(passed).toBe(true);
  });

  test('an answer that is read then calls it off for good', () => {
    const clock = fakeClock();
    const cancel = deadline(clock, 1_000, () => {
      throw new Error('was called off');
    });
    clock.suspend(60_000);
    clock.advanceSync(0);
    cancel();
    clock.advanceSync(1_000);
    expect(clock.pending).toBe(0);
  });

  test('that is over as it begins passes at once, and asks no timer for less than nothing', () => {
    const clock = fakeClock();
    const asked: number[] = [];
    let passed = false;
    const after = (ms: number, run: () => void) => {
      asked.push(ms);
      return clock.after(ms, run);
    };
    deadline({ ...clock, after }, -1_500, () => {
      passed = true;
    });
    clock.advanceSync(0);
    expect(passed).toBe(true);
    expect(asked).toEqual([0]);
  });
});
