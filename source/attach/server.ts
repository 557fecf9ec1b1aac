import { once } from 'node:events';
import { chmodSync, lstatSync, rmdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf, UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import { isNotable } from '#model/snapshot.ts';
import type { LocalStore } from '#store/local-store.ts';
import { type ClientHello, HEARTBEAT_MS, lineOf } from './messages.ts';
import { createOutlet, type EventBatch, type Outlet } from './outlet.ts';
import { runSession } from './session.ts';
import { makeSocketFolder, type SocketPlace } from './socket-path.ts';
import { toWire } from './wire-value.ts';

/** Clients at once, those included that have not greeted: far more than there are screens. */
const MAX_CLIENTS = 256;
/** What happens by itself goes out at most this often: a screen draws it once a second anyway. */
const ROUTINE_MS = 250;
/** What somebody waits for goes out at once, but under load at most this often. */
const NOTABLE_MS = 20;
/** So much is sent before its time has come: it would only take room. */
const MAX_TEXT = 256 * 1_024;
/** Clients that were dropped make at most one line in the log within this time. */
const NOTICE_MS = 10_000;
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
  const dropped = createDropNotice(bus, clock);
  let closing = false;

  async function welcome(socket: Socket): Promise<void> {
    // Failures end the session; without a listener they would end the process.
    socket.on('error', () => {});
    const outlet = createOutlet(socket, {
      clock,
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
    cancelBeat = clock.after(HEARTBEAT_MS, beat);
  }

  return {
    clients: () => following.size,
    waiting: () => [...sockets.values()].reduce((sum, outlet) => sum + outlet.waiting, 0),
    async close(why = 'it was ended') {
      closing = true;
      unsubscribe();
      cancelBeat();
      outbox.close();
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

/** Collects events, each as text once for everybody, and gives them on together. */
function createOutbox(clock: Clock, send: (batch: EventBatch) => void) {
  let texts: string[] = [];
  let length = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  let due = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  function flush(): void {
    cancel();
    due = Number.POSITIVE_INFINITY;
    if (texts.length === 0) return;
    sentAt = clock.monotonic();
    const bytes = Buffer.from(`{"type":"events","events":[${texts.join(',')}]}\n`);
    const count = texts.length;
    texts = [];
    length = 0;
    send({ bytes, count });
  }

  return {
    add(event: Event): void {
      const text = JSON.stringify(toWire(event));
      texts.push(text);
      length += text.length;
      if (length > MAX_TEXT) {
        flush();
        return;
      }
      const now = clock.monotonic();
      const moment = Math.max(now, sentAt + (isNotable(event) ? NOTABLE_MS : ROUTINE_MS));
      if (moment >= due) return;
      cancel();
      due = moment;
      cancel = clock.after(moment - now, flush);
    },
    flush,
    /** The last ones go out. */
    close(): void {
      flush();
      cancel();
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

async function listen(server: Server, place: SocketPlace): Promise<void> {
  try {
    makeSocketFolder(place);
    removeStale(place.path);
    // Nobody else may connect in the moment between its making and its mode. Folders that others of our threads make
    // meanwhile stay usable.
    const before = process.umask(0o077);
    try {
      server.listen(place.path);
    } finally {
      process.umask(before);
    }
    await once(server, 'listening');
    chmodSync(place.path, 0o600);
  } catch (error) {
    server.close();
    if (error instanceof UserError) throw error;
    throw new UserError(
      'ATTACH_UNAVAILABLE',
      `other screens cannot attach, since ${place.path} cannot be made (${messageOf(error)})`,
      { cause: error },
    );
  }
}

/** Only a socket is left by an earlier master; anything else is somebody's, and stays. */
function removeStale(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
}

function removePlace({ path, isTemporary }: SocketPlace): void {
  rmSync(path, { force: true });
  if (!isTemporary) return;
  try {
    rmdirSync(dirname(path));
  } catch {
    // Something else lies in it: it stays.
  }
}
