import type { AttachedStore } from '#attach/attached-store.ts';
import { UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import { isLogged, type LogLine, logLine } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { type Call, MASTER_BACK_MS } from './call.ts';

export interface Telling {
  /** What is told before anything else: how it stands at the moment from which events are taken. */
  readonly first: () => Promise<void>;
  readonly take: (event: Event) => Promise<void>;
}

/**
 * What follows, as it happens, until the command is to end. Each is waited for: whoever reads slowly loses nothing.
 *
 * @throws UserError NO_MASTER where the master goes and stays away.
 */
export async function follow(
  store: Pick<AttachedStore, 'onEvent' | 'onGap' | 'subscribe' | 'connection'>,
  { ended, stderr, clock }: Pick<Call<unknown>, 'ended' | 'stderr' | 'clock'>,
  { first, take }: Telling,
): Promise<void> {
  let last = first();
  const end = Promise.withResolvers<void>();
  let isAway = false;
  let cancelAway = () => {};
  const ends = [
    store.onEvent((event) => {
      last = last.then(() => take(event));
    }),
    store.onGap((missed) => {
      const number = missed === null ? 'some' : String(missed);
      last = last.then(() => stderr.write(`elastic-tui: ${number} events were missed here\n`));
    }),
    store.subscribe(() => {
      const { state, reason } = store.connection();
      if (isAway === (state !== 'connected')) return;
      isAway = !isAway;
      cancelAway();
      if (isAway) cancelAway = clock.after(MASTER_BACK_MS, () => end.reject(gone(reason)));
    }),
  ];
  const stop = () => end.resolve();
  if (ended.aborted) stop();
  ended.addEventListener('abort', stop);
  try {
    await end.promise;
  } finally {
    ended.removeEventListener('abort', stop);
    cancelAway();
    for (const one of ends) one();
  }
}

function gone(reason: string): UserError {
  const why = reason === '' ? '' : ` (${reason})`;
  return new UserError('NO_MASTER', `the master has been away for ${MASTER_BACK_MS / 1_000} s${why}`);
}

/** The log line of an event that is told at that level; null for all else. */
export function tellingLine(event: Event, level: LogLevel): LogLine | null {
  const line = logLine(event);
  return line !== null && isLogged(line.level, level) ? line : null;
}
