import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { RestoredWorker } from '#model/events.ts';
import { said } from '#model/said.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { plainLine } from '#model/text.ts';
import { removeLeftovers } from '#storage/leftovers.ts';
import { replaceFile } from '#storage/replace-file.ts';
import { isSpecialFile } from '#storage/set-aside.ts';
import { stateText } from './worker-state-document.ts';

/** Transitions within this time share a write; with the write itself none waits longer than 100 ms. */
const TOGETHER_MS = 50;
/** Tasks may come by the thousand; their counters may be this old. */
const TASKS_TOGETHER_MS = 1_000;
const CLOSE_WITHIN_MS = 2_000;
/** A piece of the text of a large fleet fits in. */
const BUFFER_BYTES = 65_536;
/** Readable for all, as deployed: other programs read it, perhaps under other users. */
const MODE = 0o644;

export interface StateFileWriterOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly path: string;
  readonly current: () => Snapshot;
  /** `healthCheckIntervalMs`: from one write to the next where nothing happens. It may change. */
  readonly settings: Pick<Settings, 'healthCheckIntervalMs'>;
  /**
   * What is known of workers that are not there now, whatever it is by the time of a write: kept in the file, so that
   * none is discovered twice.
   */
  readonly former?: ReadonlyMap<string, RestoredWorker>;
}

export interface StateFileWriter {
  /** Writes once more and ends; gives up on a disk that hangs. Never rejects. */
  close(): Promise<void>;
}

/**
 * Keeps worker_state.json up to date: soon after each transition, and at the interval. Each write replaces the file
 * whole and atomically. Where it cannot, that is a problem shown on the screen, and tried again; never an exception.
 */
export function createStateFileWriter(options: StateFileWriterOptions): StateFileWriter {
  const { bus, clock, path, current, settings, former = new Map() } = options;
  let due = Number.POSITIVE_INFINITY;
  let cancelTimer = () => {};
  let writing: Promise<void> | null = null;
  /** What the screen shows as wrong. */
  let problem: string | null = null;
  let isFirst = true;
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  let closing: Promise<void> | null = null;

  /** Health as the file may have it: a worker that becomes healthy is news to whoever reads the file. */
  const healths = new Map<string, string>();

  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'worker-status-changed') writeBy(clock.monotonic() + TOGETHER_MS);
    else if (event.type === 'settings-changed') writeBy(clock.monotonic() + TOGETHER_MS);
    else if (event.type === 'workers-removed') {
      for (const { id } of event.workers) healths.delete(id);
      writeBy(clock.monotonic() + TOGETHER_MS);
    } else if (event.type === 'task-changed') writeBy(clock.monotonic() + TASKS_TOGETHER_MS);
    else if (event.type === 'worker-health-checked' && healths.get(event.workerId) !== event.health.state) {
      healths.set(event.workerId, event.health.state);
      writeBy(clock.monotonic() + TOGETHER_MS);
    }
  });
  writeBy(clock.monotonic() + settings.healthCheckIntervalMs);

  function writeBy(moment: number): void {
    if (moment >= due || closing !== null) return;
    cancelTimer();
    due = moment;
    cancelTimer = clock.after(Math.max(0, moment - clock.monotonic()), () => {
      // What falls due during a write is written right after it: the snapshot of that write may be too old.
      if (writing === null) begin();
    });
  }

  function begin(): void {
    cancelTimer();
    due = Number.POSITIVE_INFINITY;
    writeBy(clock.monotonic() + settings.healthCheckIntervalMs);
    writing = write().finally(() => {
      writing = null;
      if (due <= clock.monotonic() && closing === null) begin();
    });
  }

  async function write(): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true });
      if (isFirst) await removeLeftovers(path);
      isFirst = false;
      const snapshot = current();
      // Before the master started: what an earlier one left must not be replaced by nothing.
      if (snapshot.settings === null) return;
      if (await isSpecialFile(path))
        throw new Error(said`a device or a pipe stands there, which is never replaced`);
      await replaceFile(path, inBytes(stateText(snapshot, former, clock.now()), buffer), { mode: MODE });
      clearProblem();
    } catch (error) {
      raiseProblem(
        said`Cannot write ${plainLine(path)}: ${reasonOf(error)}. Free the disk or make the folder writable; it is tried every ${settings.healthCheckIntervalMs / 1_000} s, and until then the file is out of date`,
      );
    }
  }

  function raiseProblem(message: string): void {
    if (message === problem) return;
    problem = message;
    bus.publish({ at: clock.now(), type: 'problem-raised', id: 'state-file', message });
  }

  function clearProblem(): void {
    if (problem === null) return;
    problem = null;
    bus.publish({ at: clock.now(), type: 'problem-cleared', id: 'state-file' });
  }

  async function close(): Promise<void> {
    unsubscribe();
    cancelTimer();
    const patience = Promise.withResolvers<void>();
    const cancelPatience = clock.after(CLOSE_WITHIN_MS, patience.resolve);
    await Promise.race([finish(), patience.promise]);
    cancelPatience();
  }

  async function finish(): Promise<void> {
    await writing;
    await write();
  }

  return {
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/**
 * Text piece by piece as UTF-8, all of it in the one buffer: whoever takes the bytes must be done with them before it asks
 * for more. While a piece is being written all else has its turn: made in one go, the text of 10 000 workers would keep
 * the keys of the screen waiting for 0.2 s, and its ten megabytes would set off a collection that takes as long again.
 */
function* inBytes(pieces: Iterable<string>, buffer: Uint8Array): Generator<Uint8Array, void> {
  const encoder = new TextEncoder();
  for (const piece of pieces) {
    for (let rest = piece; rest !== ''; ) {
      const { read, written } = encoder.encodeInto(rest, buffer);
      yield buffer.subarray(0, written);
      rest = rest.slice(read);
    }
  }
}

/** What went wrong, the same each time: the name of the temporary file in it is another one at every try. */
function reasonOf(error: unknown): string {
  return plainLine(messageOf(error)).replace(/\.\d+(?=')/g, '');
}
