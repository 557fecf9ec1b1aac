import type { Socket } from 'node:net';
import type { Clock } from '#model/clock.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { snapshotLines } from './snapshot-lines.ts';

/** What may wait for a client that does not read: more, and it is skipped to a fresh snapshot once it reads again. */
export const MAX_BACKLOG = 1_024 * 1_024;
/** Events that may wait while a snapshot goes out, in bytes. All clients share the text; more, and it begins anew. */
const MAX_HELD = 4 * 1_024 * 1_024;
/** Bytes of a snapshot made in one go: keys and pings come first. */
const AT_ONCE = 256 * 1_024;

/** Events as they go out, the same bytes for every client. */
export interface EventBatch {
  readonly bytes: Buffer;
  readonly count: number;
}

/** What goes to one client. Never waits, and never holds more than a bound, however slowly the client reads. */
export interface Outlet {
  /** Sends the snapshot, and from then on the events. */
  follow(): void;
  events(batch: EventBatch): void;
  /** Any other line. */
  line(text: string): void;
  /** Whether more should be asked of this client only once it has read: its answers wait already. */
  readonly isClogged: boolean;
  /** Bytes that wait for it, what all clients share included. */
  readonly waiting: number;
}

interface CatchingUp {
  readonly lines: Iterator<string>;
  readonly held: EventBatch[];
  heldBytes: number;
}

export interface OutletOptions {
  readonly clock: Clock;
  /** As of the last event that was given to `events`. */
  readonly snapshot: () => Snapshot;
}

export function createOutlet(socket: Socket, { clock, snapshot }: OutletOptions): Outlet {
  let mode: 'answers' | 'live' | 'behind' | CatchingUp = 'answers';
  let missed = 0;
  let cancel = () => {};

  function catchUp(): void {
    const lines = snapshotLines(snapshot(), missed);
    missed = 0;
    mode = { lines, held: [], heldBytes: 0 };
    pump(mode);
  }

  function pump(state: CatchingUp): void {
    cancel();
    let made = 0;
    while (!socket.writableNeedDrain && made < AT_ONCE) {
      const next = state.lines.next();
      if (next.done) {
        mode = 'live';
        for (const batch of state.held) socket.write(batch.bytes);
        return;
      }
      made += next.value.length;
      socket.write(next.value);
    }
    if (!socket.writableNeedDrain) cancel = clock.after(0, () => goOn());
  }

  function goOn(): void {
    if (socket.destroyed) return;
    if (mode === 'behind') catchUp();
    else if (typeof mode === 'object') pump(mode);
  }

  function skip(count: number): void {
    mode = 'behind';
    missed += count;
  }

  socket.on('drain', goOn);
  socket.on('close', () => cancel());

  return {
    follow() {
      if (mode === 'answers') catchUp();
    },
    events(batch) {
      if (mode === 'answers' || socket.destroyed) return;
      if (mode === 'behind') missed += batch.count;
      else if (mode === 'live') {
        if (socket.writableLength > MAX_BACKLOG) skip(batch.count);
        else socket.write(batch.bytes);
      } else {
        mode.held.push(batch);
        mode.heldBytes += batch.bytes.length;
        // The snapshot that is under way is let go of too: a client that has stopped must not keep an old one alive.
        if (mode.heldBytes > MAX_HELD) skip(mode.held.reduce((sum, { count }) => sum + count, 0));
      }
    },
    line(text) {
      if (!socket.destroyed) socket.write(text);
    },
    get isClogged() {
      return socket.writableLength > MAX_BACKLOG;
    },
    get waiting() {
      return socket.writableLength + (typeof mode === 'object' ? mode.heldBytes : 0);
    },
  };
}
