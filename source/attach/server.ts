import { once } from 'node:events';
import { lstatSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { LocalStore } from '#store/local-store.ts';
import { listen, removePlace } from './listening.ts';
import { type ClientHello, HEARTBEAT_MS, lineOf } from './messages.ts';
import { createOutbox } from './outbox.ts';
import { createOutlet, type Outlet } from './outlet.ts';
import { runSession } from './session.ts';
import type { SocketPlace } from './socket-path.ts';
import { createTurns } from './turns.ts';

/** Clients at once, those included that have not greeted: far more than there are screens. */
const MAX_CLIENTS = 256;
/** Clients that were dropped make at most one line in the log within this time. */
const NOTICE_MS = 10_000;
/** Snapshots that go out at the same time. */
const SNAPSHOTS_AT_ONCE = 2;
/** How long the last lines may take to reach the clients. */
const FAREWELL_MS = 500;

export interface AttachServerOptions {
  readonly bus: Bus;
  /** Its `current()` is what clients are shown. */
  readonly store: LocalStore;
  readonly place: SocketPlace;
  readonly version: string;
  readonly clock: Clock;
  /** Told of every client that comes or goes, of how many follow now. */
  readonly onClientCount?: (clients: number) => void;
  /** Ends the master in order, for a client that asked for it; missing: clients may not. */
  readonly onStop?: (by: ClientHello) => void;
}

export interface AttachServer {
  /** How many clients follow what happens: screens, and scripts that watch. */
  clients(): number;
  /** Bytes that wait for clients that do not read. */
  waiting(): number;
  /** Says goodbye to everybody and takes the socket away. `why` is shown to them. */
  close(why?: string): Promise<void>;
}

/**
 * Lets screens and scripts attach. The caller holds the lock of the folder: what lies at the socket's place is then left
 * by a master that is no more.
 *
 * @throws UserError ATTACH_UNAVAILABLE or ATTACH_FOLDER_UNSAFE where nobody can attach.
 */
export async function serveAttach(options: AttachServerOptions): Promise<AttachServer> {
  const { bus, store, place, version, clock, onClientCount = () => {}, onStop = null } = options;
  const sockets = new Map<Socket, Outlet>();
  const greeted = new Set<Outlet>();
  const following = new Set<Outlet>();
  const outbox = createOutbox(clock, (batch) => {
    for (const outlet of following) outlet.events(batch);
  });
  const turns = createTurns(SNAPSHOTS_AT_ONCE);
  const dropped = createDropNotice(bus, clock);
  let closing = false;
  let trouble = '';

  async function welcome(socket: Socket): Promise<void> {
    // Failures end the session; without a listener they would end the process.
    socket.on('error', () => {});
    const outlet = createOutlet(socket, {
      clock,
      turns,
      snapshot() {
        outbox.flush();
        return store.current();
      },
    });
    sockets.set(socket, outlet);
    const why = await runSession(socket, {
      clock,
      store,
      version,
      outlet,
      flush: outbox.flush,
      onStop,
      onGreeted({ follow }) {
        greeted.add(outlet);
        if (follow) enter(outlet);
      },
    });
    sockets.delete(socket);
    greeted.delete(outlet);
    if (following.delete(outlet)) onClientCount(following.size);
    if (why !== null && !closing) dropped(why);
  }

  function enter(outlet: Outlet): void {
    outlet.follow();
    following.add(outlet);
    onClientCount(following.size);
  }

  const unsubscribe = bus.subscribe((event) => {
    // Nothing is made where nobody listens.
    if (following.size > 0) outbox.add(event);
  });
  const server = createServer((socket) => void welcome(socket));
  server.maxConnections = MAX_CLIENTS;
  server.on('drop', () => dropped(`there are ${MAX_CLIENTS} already`));
  try {
    await listen(server, place);
  } catch (error) {
    unsubscribe();
    throw error;
  }
  server.on('error', (error) => dropped(error.message));

  let cancelBeat = clock.after(HEARTBEAT_MS, beat);
  function beat(): void {
    // Who has something to read anyway needs no sign of life.
    for (const outlet of greeted) if (outlet.waiting === 0) outlet.line(lineOf({ type: 'alive' }));
    void restore();
    cancelBeat = clock.after(HEARTBEAT_MS, beat);
  }

  /** A socket that somebody has removed (`rm logs/*`) is made anew; who is attached stays so. */
  async function restore(): Promise<void> {
    try {
      // A folder that cannot be looked into just now is a trouble like any other.
      if (lstatSync(place.path, { throwIfNoEntry: false }) === undefined) {
        server.close();
        await listen(server, place);
        if (closing) server.close();
      }
      if (trouble !== '') bus.publish({ type: 'problem-cleared', at: clock.now(), id: 'attach' });
      trouble = '';
    } catch (error) {
      const message = messageOf(error);
      if (message !== trouble)
        bus.publish({ type: 'problem-raised', at: clock.now(), id: 'attach', message });
      trouble = message;
    }
  }

  return {
    clients: () => following.size,
    waiting: () => [...sockets.values()].reduce((sum, outlet) => sum + outlet.waiting, 0),
    async close(why = 'it was ended') {
      closing = true;
      unsubscribe();
      cancelBeat();
      outbox.flush();
      const closed = once(server, 'close');
      server.close();
      for (const [socket, outlet] of sockets) {
        outlet.line(lineOf({ type: 'bye', why }));
        socket.end();
      }
      const cancel = clock.after(FAREWELL_MS, () => {
        for (const socket of sockets.keys()) socket.destroy();
      });
      await closed;
      cancel();
      removePlace(place);
    },
  };
}

/** Tells of clients that were dropped, however many there are, in a line now and then. */
function createDropNotice(bus: Bus, clock: Clock): (why: string) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (why) => {
    if (clock.monotonic() - toldAt < NOTICE_MS) {
      untold += 1;
      return;
    }
    toldAt = clock.monotonic();
    const more = untold === 0 ? {} : { more: untold };
    untold = 0;
    const at = clock.now();
    bus.publish({
      type: 'noticed',
      at,
      level: 'warn',
      message: 'a client was dropped',
      fields: { why, ...more },
    });
  };
}
