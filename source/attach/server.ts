import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { LocalStore } from '#store/local-store.ts';
import { createDropNotice } from './drop-notice.ts';
import { listen, type OwnSocket } from './listening.ts';
import { type ClientHello, HEARTBEAT_MS, lineOf } from './messages.ts';
import { createOutbox } from './outbox.ts';
import { createOutlet, type Outlet } from './outlet.ts';
import { runSession } from './session.ts';
import type { SocketPlace } from './socket-path.ts';
import { createTurns } from './turns.ts';

/** Clients that follow at once: far more than there are screens. */
const MAX_FOLLOWING = 256;
/** All clients at once, those included that have not greeted: room for who only asks, as `elastic-tui stop` does. */
const MAX_CLIENTS = MAX_FOLLOWING + 32;
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
  const { bus, store, place, version, clock, onStop = null } = options;
  const sockets = new Map<Socket, Outlet>();
  const greeted = new Set<Outlet>();
  const following = new Set<Outlet>();
  const outbox = createOutbox(clock, (batch) => {
    for (const outlet of following) outlet.events(batch);
  });
  const turns = createTurns(SNAPSHOTS_AT_ONCE);
  const { drop, close: tellDropped } = createDropNotice(bus, clock);
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
        if (follow && following.size >= MAX_FOLLOWING) return `${MAX_FOLLOWING} follow already`;
        greeted.add(outlet);
        if (follow) {
          outlet.follow();
          following.add(outlet);
        }
        return null;
      },
    });
    sockets.delete(socket);
    greeted.delete(outlet);
    following.delete(outlet);
    if (why !== null && !closing) drop(why);
  }

  const unsubscribe = bus.subscribe((event) => {
    // Nothing is made where nobody listens.
    if (following.size > 0) outbox.add(event);
  });
  const server = createServer((socket) => {
    // A defect of ours, met while one client is served, must not end the master.
    welcome(socket).catch((error: unknown) => drop(`a defect of the master (${messageOf(error)})`));
  });
  server.maxConnections = MAX_CLIENTS;
  server.on('drop', () => drop(`there are ${MAX_CLIENTS} already`));
  let own: OwnSocket;
  try {
    own = await listen(server, place);
  } catch (error) {
    unsubscribe();
    throw error;
  }
  server.on('error', (error) => drop(error.message));

  let cancelBeat = clock.after(HEARTBEAT_MS, beat);
  function beat(): void {
    // Who has something to read anyway needs no sign of life.
    for (const outlet of greeted) if (outlet.waiting === 0) outlet.line(lineOf({ type: 'alive' }));
    void restore();
    cancelBeat = clock.after(HEARTBEAT_MS, beat);
  }

  /** A socket that somebody has removed (`rm logs/*`) or replaced is made anew; who is attached stays so. */
  async function restore(): Promise<void> {
    try {
      // A folder that cannot be looked into just now is a trouble like any other.
      if (!own.isThere()) {
        server.close();
        own = await listen(server, place);
        if (closing) {
          server.close();
          own.remove();
        }
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
    async close(why = said`it was ended`) {
      closing = true;
      tellDropped();
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
      own.remove();
    },
  };
}
