import { expect, test } from 'vitest';
import { UserError } from '#model/errors.ts';
import { failureOf } from '#worker-client/failure.ts';

function withCode(code: string, message = 'what the library says'): Error {
  return Object.assign(new Error(message), { code });
}

test.each([
  ['ECONNREFUSED', 'refused', ''],
  ['ETIMEDOUT', 'timeout', ''],
  ['EHOSTUNREACH', 'unreachable', ''],
  ['ENETUNREACH', 'unreachable', ''],
  ['ENOTFOUND', 'name-not-found', ''],
  ['EAI_AGAIN', 'name-not-found', 'EAI_AGAIN'],
  ['ECONNRESET', 'reset', ''],
  ['UND_ERR_SOCKET', 'reset', ''],
  ['EPIPE', 'reset', ''],
  ['HPE_INVALID_CONSTANT', 'bad-body', 'not HTTP'],
  ['HPE_INVALID_EOF_STATE', 'reset', ''],
  ['UND_ERR_HEADERS_OVERFLOW', 'too-large', ''],
  ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'too-large', ''],
  ['EMFILE', 'other', 'EMFILE: what the library says'],
])('%s is %s', (code, reason, detail) => {
  expect(failureOf(withCode(code))).toEqual({ reason, detail });
});

test('an unknown error keeps its words, on one harmless line of bounded length', () => {
  expect(failureOf(new Error('bad\u001b[31m\nthing'))).toEqual({ reason: 'other', detail: 'bad thing' });
  expect(failureOf('thrown text')).toEqual({ reason: 'other', detail: 'thrown text' });
  expect(failureOf(new Error('x'.repeat(10_000))).detail).toHaveLength(200);
});

test('a UserError is told in its own words, a code that the message names is not told twice', () => {
  expect(failureOf(new UserError('TOKEN_FILE_INVALID', 'token file x does not exist'))).toEqual({
    reason: 'other',
    detail: 'token file x does not exist',
  });
  expect(failureOf(withCode('ECODE', 'failed with ECODE')).detail).toBe('failed with ECODE');
});
