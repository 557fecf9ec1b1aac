import type { CallFailure } from '#model/call-failure.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { shownLine } from './shown-text.ts';

const MAX_DETAIL = 200;

/** Codes of Node, undici and got, and what each says of the worker. */
const REASONS: Readonly<Record<string, CallFailure['reason']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  // What a local firewall rule answers with.
  EPERM: 'unreachable',
  EACCES: 'unreachable',
  ENOTFOUND: 'name-not-found',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: 'reset',
  HPE_INVALID_EOF_STATE: 'reset',
  HPE_HEADER_OVERFLOW: 'too-large',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
};

/** A failed call, from whatever a library threw. */
export function failureOf(error: unknown): CallFailure {
  if (error instanceof UserError) return { reason: 'other', detail: shownLine(error.message, MAX_DETAIL) };
  const code = codeOf(error) ?? '';
  const reason = REASONS[code];
  if (reason !== undefined) return { reason, detail: '' };
  if (code.startsWith('EAI_')) return { reason: 'name-not-found', detail: code };
  // Node's parser has codes, undici's a name.
  if (code.startsWith('HPE_') || nameOf(error) === 'HTTPParserError') return badBody(said`not HTTP`);
  const message = shownLine(messageOf(error), MAX_DETAIL);
  return { reason: 'other', detail: code === '' || message.includes(code) ? message : `${code}: ${message}` };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** An answer that came whole and is not what the protocol says. */
export function badBody(detail: string): CallFailure {
  return { reason: 'bad-body', detail };
}

/** A status other than 200. */
export function httpStatus(status: number): CallFailure {
  return { reason: 'http-status', detail: String(status) };
}

/** The call's deadline passed. */
export const TIMED_OUT: CallFailure = { reason: 'timeout', detail: '' };

/** The answer was longer than any honest one. */
export const TOO_LARGE: CallFailure = { reason: 'too-large', detail: '' };

/** Given up by this side. */
export const CALLED_OFF: CallFailure = { reason: 'other', detail: said`called off` };
