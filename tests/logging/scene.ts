import { readFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { type Bus, createBus } from '#bus/bus.ts';
import { createLogFile, type LogFileOptions } from '#logging/log-file.ts';
import type { Clock } from '#model/clock.ts';
import type { Event } from '#model/events.ts';
import type { LogLevel } from '#model/settings.ts';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';

/** A log file under test, on a clock that stands still. */
export interface Scene {
  readonly bus: Bus;
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof createLogFile>;
  /** Everything published, by the log file too. */
  readonly events: Event[];
  say(message: string, level?: LogLevel): void;
  /** Whether the next try is due in 5 s: whatever was tried before is over. */
  waitsForRetry(): boolean;
}

/** Closed when the test ends. */
export function scene(options: Pick<LogFileOptions, 'path'> & Partial<LogFileOptions>): Scene {
  const bus = createBus();
  const clock = fakeClock();
  const events: Event[] = [];
  const waits = new Set<{ readonly ms: number }>();
  bus.subscribe((event) => events.push(event));
  const observed: Clock = {
    now: clock.now,
    monotonic: clock.monotonic,
    after(ms, run) {
      const wait = { ms };
      waits.add(wait);
      const cancel = clock.after(ms, () => {
        waits.delete(wait);
        run();
      });
      return () => {
        waits.delete(wait);
        cancel();
      };
    },
  };
  const log = createLogFile({ bus, clock: observed, settings: { logLevel: 'info' }, ...options });
  onTestFinished(() => log.close());
  return {
    bus,
    clock,
    log,
    events,
    say: (message, level = 'info') => bus.publish({ at: clock.now(), type: 'noticed', level, message }),
    waitsForRetry: () => [...waits].some(({ ms }) => ms === 5_000),
  };
}

/** Lets time pass from try to try, never while one is under way, until the file works again. */
export function recovery({ clock, events, waitsForRetry }: Scene): Promise<boolean> {
  return until('the end of the problem', async () => {
    if (waitsForRetry()) await clock.advance(5_000);
    return ofType(events, 'problem-cleared').length > 0;
  });
}

/** The messages in a log file without time and level; of a file that is not there, none. */
export async function messagesIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^\S+ \S+ /, ''));
}

/** `line 0`, `line 1` … */
export const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);
/** Everything that was said to be wrong. Time that is let pass while the disk works may add a hanging disk to it. */
export const problems = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'problem-raised' ? [event.message] : []));
/** The events of one type. */
export const ofType = (events: readonly Event[], type: Event['type']) =>
  events.filter((event) => event.type === type);
