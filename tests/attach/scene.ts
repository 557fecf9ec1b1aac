import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { type AttachedStore, type AttachOptions, attachToMaster } from '#attach/attached-store.ts';
import { PROTOCOL } from '#attach/messages.ts';
import { type AttachServer, type AttachServerOptions, serveAttach } from '#attach/server.ts';
import { type SocketPlace, socketPathOf } from '#attach/socket-path.ts';
import { type Bus, createBus } from '#bus/bus.ts';
import type { Event } from '#model/events.ts';
import { createLocalStore, type LocalStore } from '#store/local-store.ts';
import type { Store } from '#store/store.ts';
import type { FakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';

export interface Scene {
  readonly bus: Bus;
  readonly store: LocalStore;
  readonly place: SocketPlace;
  readonly server: AttachServer;
  /** Everything that happened. */
  readonly events: Event[];
  /** A screen; closed when the test has ended. */
  attach(over?: Partial<AttachOptions>): AttachedStore;
  /** A client that says only what it is told to. */
  raw(): Promise<RawClient>;
}

export interface RawClient {
  readonly socket: Socket;
  /** The messages of the whole lines that came so far. */
  messages(): readonly { readonly type: string }[];
  isClosed(): boolean;
}

export const HELLO = `{"type":"hello","protocol":${PROTOCOL},"version":"1.0.0","pid":1,"readonly":false,"follow":true}\n`;

const refuse = () => Promise.reject(new Error('not asked in this test'));

/** A master without monitors that screens can attach to, over a real socket. */
export async function openScene(
  over: Partial<AttachServerOptions> & Partial<Pick<Store, 'dispatch' | 'query'>> = {},
): Promise<Scene> {
  const place = over.place ?? socketPathOf(await temporaryFolder());
  const clock = over.clock ?? systemClock;
  const bus = createBus();
  const { dispatch = refuse, query = refuse } = over;
  const store = createLocalStore({ bus, clock, dispatch, query });
  const events: Event[] = [];
  bus.subscribe((event) => events.push(event));
  const server = await serveAttach({ bus, store, place, version: '1.0.0', clock, ...over });
  onTestFinished(() => server.close());
  return {
    bus,
    store,
    place,
    server,
    events,
    attach: (own) => attach(place, own),
    raw: () => rawClient(place),
  };
}

/** A screen; closed when the test has ended. */
export function attach(place: SocketPlace, over: Partial<AttachOptions> = {}): AttachedStore {
  let ids = 0;
  const store = attachToMaster({
    place,
    clock: systemClock,
    random: Math.random,
    newId: () => {
      ids += 1;
      return `made-${ids}`;
    },
    version: '1.0.0',
    readonly: false,
    ...over,
  });
  onTestFinished(() => store.close());
  return store;
}

async function rawClient({ path }: Pick<SocketPlace, 'path'>): Promise<RawClient> {
  const socket = connect(path);
  let text = '';
  const messages: { readonly type: string }[] = [];
  let isClosed = false;
  socket
    .on('error', () => {})
    .on('close', () => {
      isClosed = true;
    });
  socket.on('data', (piece) => {
    text += piece.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) messages.push(JSON.parse(line) as { readonly type: string });
  });
  onTestFinished(() => void socket.destroy());
  await until('connected', () => !socket.connecting);
  return {
    socket,
    messages: () => messages,
    isClosed: () => isClosed,
  };
}

/** Lets time pass until the promise has settled. */
export async function turning(clock: FakeClock, promise: Promise<void>, stepMs = 1): Promise<void> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  await until('settled', async () => {
    await clock.advance(stepMs);
    return isSettled;
  });
  await settled;
}
