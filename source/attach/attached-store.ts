import type { Clock, Random } from '#model/clock.ts';
import type { Command, CommandAnswer, Query, QueryAnswer } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import { plainLine } from '#model/text.ts';
import { createShownSnapshot } from '#store/shown-snapshot.ts';
import type { Connection, Store } from '#store/store.ts';
import { createLink, type LinkFailure } from './link.ts';
import { type MasterHello, type MasterMessage, PROTOCOL } from './messages.ts';
import { createRequester } from './requester.ts';
import { assembleSnapshot } from './snapshot-lines.ts';
import type { SocketPlace } from './socket-path.ts';
import { fromWire } from './wire-value.ts';

export interface AttachOptions {
  readonly place: SocketPlace;
  readonly clock: Clock;
  /** Of the pauses between tries. */
  readonly random: Random;
  /** Makes the ids of tasks that came without: with one, a submission may be repeated. */
  readonly newId: () => string;
  /** Of this program. */
  readonly version: string;
  /** The master itself will refuse every command. */
  readonly readonly: boolean;
  /** False for a script that only asks and commands: no snapshot, no events. */
  readonly follow?: boolean;
  /**
   * How long `ready` waits for a master that is not there, in ms; 0 where it is missing. Infinity: for ever, and also
   * for one that takes us.
   */
  readonly patienceMs?: number;
}

/** The store of a screen that is not in the master's process. Connects again whenever the connection breaks. */
export interface AttachedStore extends Store {
  connection(): Connection;
  outlives(): boolean;
  /**
   * Resolves with the first picture (without `follow`: with the greeting). Rejects with a UserError once the patience
   * is over: NO_MASTER, or why the master that is there does not take us. The store is closed by then.
   */
  readonly ready: Promise<void>;
  /** Every event that follows the first picture, after it is in the snapshot. Returns the function that ends it. */
  onEvent(listener: (event: Event) => void): () => void;
  /** Events were passed over: so many, or null after another connection, where nobody knows. */
  onGap(listener: (missed: number | null) => void): () => void;
  /** Asks the master to end in order; resolves once it has. */
  stopMaster(): Promise<void>;
  close(): void;
}

/** Begins to connect at once, and does not give up while it is ready or has patience. */
export function attachToMaster(options: AttachOptions): AttachedStore {
  const { clock, version, follow = true, patienceMs = 0 } = options;
  const picture = createShownSnapshot(clock);
  const assembly = assembleSnapshot();
  const connectionListeners = new Set<() => void>();
  const eventListeners = new Set<(event: Event) => void>();
  const gapListeners = new Set<(missed: number | null) => void>();
  const ready = Promise.withResolvers<void>();
  // Whoever does not ask for it sees the connection's state all the same.
  ready.promise.catch(() => {});
  const startedAt = clock.monotonic();
  let connection: Connection = { state: 'reconnecting', since: clock.now(), reason: '', master: null };
  let isReady = false;
  let isFresh = true;
  let heardAt = clock.now();
  const requests = createRequester({
    ...options,
    send: (line) => link.send(line),
    connection: () => connection,
  });

  function become(next: Connection): void {
    const { state, since, reason, master } = connection;
    if (state === next.state && since === next.since && reason === next.reason && master === next.master)
      return;
    connection = next;
    for (const listener of connectionListeners) listener();
  }

  function connected(): void {
    heardAt = clock.now();
    become({ ...connection, state: 'connected', since: heardAt, reason: '', silence: undefined });
    requests.connected();
    isReady = true;
    ready.resolve();
  }

  function up({ pid, version: of }: MasterHello): void {
    connection = { ...connection, master: { pid, version: of } };
    isFresh = true;
    if (!follow) connected();
  }

  function down(failure: LinkFailure): void {
    const state = failure.isRefusal ? 'refused' : 'reconnecting';
    become({ ...connection, state, since: heardAt, reason: failure.message, silence: failure.silence });
    requests.disconnected(failure);
    const isPatient = failure.isRefusal
      ? patienceMs === Number.POSITIVE_INFINITY
      : clock.monotonic() - startedAt < patienceMs;
    if (isReady || isPatient) return;
    ready.reject(new UserError(failure.code, failure.message));
    close();
  }

  function take(message: MasterMessage): void {
    // The picture is as old as what was last heard of its own master.
    if (!isFresh) heardAt = clock.now();
    switch (message.type) {
      case 'snapshot':
        if (isReady) for (const listener of gapListeners) listener(isFresh ? null : message.missed);
        assembly.add(message);
        return;
      case 'rows':
        assembly.add(message);
        return;
      case 'snapshot-end': {
        const snapshot = assembly.add(message);
        if (snapshot !== null) picture.replace(snapshot);
        if (isFresh) connected();
        isFresh = false;
        return;
      }
      case 'events':
        for (const one of message.events) happened(fromWire(one) as Event);
        return;
      case 'answer':
      case 'failure':
        requests.answered(message);
        return;
      case 'alive':
      case 'bye':
        return;
    }
  }

  function happened(event: Event): void {
    try {
      picture.apply(event);
    } catch (cause) {
      const what = plainLine(String(event.type));
      throw new UserError(
        'PROTOCOL_MISMATCH',
        `the master tells of something that this version does not know (${what}): start this screen with the version of the master`,
        { cause },
      );
    }
    for (const listener of eventListeners) listener(event);
  }

  function close(): void {
    ready.reject(new UserError('NOT_CONNECTED', 'this screen was closed before there was a master'));
    link.close();
    requests.close();
    picture.close();
    connectionListeners.clear();
    eventListeners.clear();
    gapListeners.clear();
  }

  const { place, random, readonly } = options;
  const hello = { type: 'hello', protocol: PROTOCOL, version, pid: process.pid, readonly, follow } as const;
  const link = createLink({ place, clock, random, hello, onUp: up, onMessage: take, onDown: down });
  link.open();

  return {
    getSnapshot: picture.getSnapshot,
    subscribe(listener) {
      const end = picture.subscribe(listener);
      connectionListeners.add(listener);
      return () => {
        end();
        connectionListeners.delete(listener);
      };
    },
    connection: () => connection,
    outlives: () => true,
    ready: ready.promise,
    dispatch: <C extends Command>(command: C) => requests.dispatch(command) as Promise<CommandAnswer<C>>,
    query: <Q extends Query>(query: Q) => requests.query(query) as Promise<QueryAnswer<Q>>,
    onEvent: (listener) => listening(eventListeners, listener),
    onGap: (listener) => listening(gapListeners, listener),
    stopMaster: requests.stopMaster,
    close,
  };
}

function listening<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
