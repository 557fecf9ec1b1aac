import type { Socket } from 'node:net';
import type { Clock } from '#model/clock.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { snapshotLines } from './snapshot-lines.ts';
import type { Turns } from './turns.ts';

/** What may wait for a client that does not read: more, and it is skipped to a fresh snapshot once it reads again. */
export const MAX_BACKLOG = 1_024 * 1_024;
/** Events that may wait while a snapshot goes out, in bytes. All clients share them; more, and it begins anew. */
const MAX_HELD = 16 * 1_024 * 1_024;
/** A client that has not read for so long is no reason for others to wait with their snapshot. */
const STALL_MS = 1_000;
/** Bytes of a snapshot made for one client in one go: keys and pings come first, also when twenty attach at once. */
const AT_ONCE = 64 * 1_024;

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
  /** Of snapshots: many at once would all take long, and the events meanwhile would be too many to wait. */
  readonly turns: Turns;
}

/** Begins with answers only; `follow` makes it one of a screen. */
export function createOutlet(socket: Socket, { clock, snapshot, turns }: OutletOptions): Outlet {
  let mode: 'answers' | 'live' | 'behind' | 'next' | CatchingUp = 'answers';
  let missed = 0;
  let cancelPump = () => {};
  let cancelStall = () => {};
  let endTurn = () => {};

  function catchUp(): void {
    mode = 'next';
    endTurn = turns.ask(begin);
  }

  function begin(end: () => void): void {
    endTurn = end;
    if (socket.destroyed) {
      leave('behind');
      return;
    }
    const state: CatchingUp = { lines: snapshotLines(snapshot(), missed), held: [], heldBytes: 0 };
    missed = 0;
    mode = state;
    pump(state);
  }

  function pump(state: CatchingUp): void {
    cancelPump();
    cancelStall();
    cancelStall = clock.after(STALL_MS, () => endTurn());
    let made = 0;
    while (!socket.writableNeedDrain && made < AT_ONCE) {
      const next = state.lines.next();
      if (next.done) {
        leave('live');
        for (const batch of state.held) socket.write(batch.bytes);
        return;
      }
      made += next.value.length;
      socket.write(next.value);
    }
    if (!socket.writableNeedDrain) cancelPump = clock.after(0, goOn);
  }

  /** The snapshot is out, or given up. */
  function leave(next: 'live' | 'behind'): void {
    mode = next;
    cancelPump();
    cancelStall();
    endTurn();
  }

  function hold(state: CatchingUp, batch: EventBatch): void {
    state.held.push(batch);
    state.heldBytes += batch.bytes.length;
    if (state.heldBytes <= MAX_HELD) return;
    // The snapshot that is under way is let go of too: a client that has stopped must not keep an old one alive.
    missed += state.held.reduce((sum, { count }) => sum + count, 0);
    leave('behind');
  }

  function goOn(): void {
    if (socket.destroyed) return;
    if (mode === 'behind') catchUp();
    else if (typeof mode === 'object') pump(mode);
  }

  socket.on('drain', goOn);
  socket.on('close', () => leave('behind'));

  return {
    follow() {
      if (mode === 'answers') catchUp();
    },
    events(batch) {
      if (mode === 'answers' || socket.destroyed) return;
      if (mode === 'live' && socket.writableLength <= MAX_BACKLOG) socket.write(batch.bytes);
      else if (typeof mode === 'object') hold(mode, batch);
      else {
        missed += batch.count;
        if (mode === 'live') mode = 'behind';
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
