import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf, messageOf } from '#model/errors.ts';

/** What is wrong with a request. */
export interface RequestError {
  readonly status: number;
  /** Stable. */
  readonly code: string;
  readonly message: string;
}

/** Refuses what is no HTTP. */
export interface MalformedRequests {
  /** To be told of every request. */
  began(request: IncomingMessage, response: ServerResponse): void;
  /** Answers, where that is possible, and ends the connection. */
  refuse(error: Error, socket: Socket): void;
}

/** `bodyOf` gives the body of an error in the shape of the path that was asked for; empty where none was understood. */
export function createMalformedRequests(
  bodyOf: (url: string, error: RequestError) => object,
): MalformedRequests {
  const underWay = new WeakMap<Socket, Set<ServerResponse>>();
  const refused = new WeakSet<Socket>();

  function answerTo(error: Error, url: string): string {
    const what = requestError(error);
    const body = JSON.stringify(bodyOf(url, what));
    return [
      `HTTP/1.1 ${what.status} ${STATUS_CODES[what.status]}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
  }

  return {
    began({ socket }, response) {
      const responses = underWay.get(socket) ?? new Set();
      underWay.set(socket, responses.add(response));
      response.once('close', () => responses.delete(response));
    },
    refuse(error, socket) {
      if (refused.has(socket)) return;
      refused.add(socket);
      const responses = [...(underWay.get(socket) ?? [])];
      const waiting = responses.findLast(({ req }) => req.complete);
      // What came before is right, and gets its answers first: this one would be taken for one of theirs.
      if (waiting !== undefined) {
        waiting.once('close', () => socket.destroy());
        return;
      }
      const isAnswered = responses.some(({ headersSent }) => headersSent);
      const url = responses.at(-1)?.req.url ?? urlIn(error);
      if (socket.writable && !isAnswered && codeOf(error) !== 'ECONNRESET') socket.write(answerTo(error, url));
      socket.destroy();
    },
  };
}

function requestError(error: Error): RequestError {
  switch (codeOf(error)) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'REQUEST_TIMEOUT', message: 'The request did not arrive in time' };
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code: 'HEADERS_TOO_LARGE', message: 'The head of the request is too large' };
    default:
      return {
        status: 400,
        code: 'REQUEST_MALFORMED',
        message: `The request is not valid HTTP: ${messageOf(error)}`,
      };
  }
}

/** What the first line asks for, as far as the parser's last packet begins with one. */
function urlIn(error: Error): string {
  if (!('rawPacket' in error) || !Buffer.isBuffer(error.rawPacket)) return '';
  return /^[A-Z-]+ (\S+)/.exec(error.rawPacket.toString('latin1', 0, 256))?.[1] ?? '';
}
