import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsIdentity } from '#configuration/worker-access.ts';

/** Longer than any ping interval that reuses a connection: a server that closes first makes resets. */
const KEEP_ALIVE_MS = 75_000;
/** For the head of a request, and for the whole of it. An answer may take as long as its task. */
const HEADERS_MS = 20_000;
const REQUEST_MS = 60_000;
const CONNECTIONS_PER_ADDRESS = 200;

/** The HTTP or HTTPS server under the worker's routes, with its limits. It does not listen yet. */
export function createListener(tls: TlsIdentity | null, onRequest: RequestListener): Server {
  const limits = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    // What Node would refuse by itself, without a body, is served: no answer depends on these headers.
    requireHostHeader: false,
  };
  const server =
    tls === null ? createServer(limits, onRequest) : createTlsServer({ ...limits, ...tls }, onRequest);
  server.on('checkExpectation', onRequest);
  limitConnections(server);
  return server;
}

/** One address cannot take all connections: what comes beyond its share is cut before anything of it is read. */
function limitConnections(server: Server): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    if (count > CONNECTIONS_PER_ADDRESS) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
