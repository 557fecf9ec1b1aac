import type { AttachedStore } from '#attach/attached-store.ts';
import type { Event } from '#model/events.ts';
import { isLogged, type LogLine, logLine } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import type { Call } from './call.ts';

export interface Telling {
  /** What is told before anything else: how it stands at the moment from which events are taken. */
  readonly first: () => Promise<void>;
  readonly take: (event: Event) => Promise<void>;
}

/** What follows, as it happens, until the command is to end. Each is waited for: whoever reads slowly loses nothing. */
export async function follow(
  store: Pick<AttachedStore, 'onEvent' | 'onGap'>,
  { ended, stderr }: Pick<Call<unknown>, 'ended' | 'stderr'>,
  { first, take }: Telling,
): Promise<void> {
  let last = first();
  const endEvents = store.onEvent((event) => {
    last = last.then(() => take(event));
  });
  const endGaps = store.onGap((missed) => {
    const number = missed === null ? 'some' : String(missed);
    last = last.then(() => stderr.write(`elastic-tui: ${number} events were missed here\n`));
  });
  await new Promise<void>((resolve) => {
    if (ended.aborted) resolve();
    else ended.addEventListener('abort', () => resolve());
  });
  endEvents();
  endGaps();
}

/** The log line of an event that is told at that level; null for all else. */
export function tellingLine(event: Event, level: LogLevel): LogLine | null {
  const line = logLine(event);
  return line !== null && isLogged(line.level, level) ? line : null;
}
