import type { Clock } from '#model/clock.ts';
import type { Event } from '#model/events.ts';
import { isNotable } from '#model/snapshot.ts';
import type { EventBatch } from './outlet.ts';
import { toWire } from './wire-value.ts';

/** What happens by itself goes out at most this often: a screen draws it once a second anyway. */
const ROUTINE_MS = 250;
/** What somebody waits for goes out at once, but under load at most this often. */
const NOTABLE_MS = 20;
/** So much is sent before its time has come: it would only take room. */
const MAX_TEXT = 256 * 1_024;

/** Events on their way to everybody who follows. */
export interface Outbox {
  add(event: Event): void;
  /** Gives on what waits, now. */
  flush(): void;
}

/** Collects events, each as text once for everybody, and gives them on together. */
export function createOutbox(clock: Clock, send: (batch: EventBatch) => void): Outbox {
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
    add(event) {
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
  };
}
