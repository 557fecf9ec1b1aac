import { newestOf, type Ring, withNewest, withValue } from './ring.ts';

export const CALL_FAILURES = [
  'refused',
  'timeout',
  'unreachable',
  'reset',
  'name-not-found',
  'http-status',
  'bad-body',
  'too-large',
  'other',
] as const;

/** Why a call to a worker did not succeed. `detail` is plain text in English: an HTTP status, what was wrong with a body. */
export interface CallFailure {
  readonly reason: (typeof CALL_FAILURES)[number];
  readonly detail: string;
}

/** A failure of calls to a worker, as often in a row as it was the same. */
export interface RepeatedFailure {
  /** The last time, Unix milliseconds. */
  readonly at: number;
  readonly failure: CallFailure;
  readonly count: number;
}

/** How many different failures the details show. */
export const RECENT_FAILURES = 5;

/** The failures with one more; the same again only counts. */
export function withFailure(
  failures: Ring<RepeatedFailure>,
  failure: CallFailure,
  at: number,
): Ring<RepeatedFailure> {
  const last = newestOf(failures);
  if (last?.failure.reason === failure.reason && last.failure.detail === failure.detail) {
    return withNewest(failures, { at, failure, count: last.count + 1 });
  }
  return withValue(failures, { at, failure, count: 1 });
}
