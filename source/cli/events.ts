import type { Event } from '#model/events.ts';
import { valuesOf } from '#model/ring.ts';
import type { LogLevel } from '#model/settings.ts';
import { type Call, EXIT, endCode } from './call.ts';
import { follow, tellingLine } from './follow.ts';
import { jsonLine } from './print.ts';
import { type MasterOption, withMaster } from './reach.ts';
import { logRecord } from './records.ts';

export interface EventsOptions extends MasterOption {
  readonly follow?: true;
  readonly level: LogLevel;
}

/** What has happened of late, one JSON a line; with --follow, what happens from then on too. */
export async function printEvents(call: Call<EventsOptions>): Promise<number> {
  const { options, stdout } = call;
  const isFollowing = options.follow === true;
  const print = async (event: Event) => {
    const line = tellingLine(event, options.level);
    if (line !== null) await stdout.write(jsonLine(eventRecord(event, line)));
  };
  return withMaster(call, { follow: isFollowing, readonly: true }, async (store) => {
    const printAll = async (incidents: readonly Event[]) => {
      for (const incident of incidents) await print(incident);
    };
    if (isFollowing) {
      await follow(store, call, {
        first: () => printAll(valuesOf(store.getSnapshot().incidents)),
        take: print,
      });
      return endCode(call);
    }
    await printAll(valuesOf((await store.query({ type: 'overview' })).incidents));
    return EXIT.done;
  });
}

function eventRecord({ type }: Event, line: NonNullable<ReturnType<typeof tellingLine>>) {
  const { at_ms, ...rest } = logRecord(line);
  return { at_ms, type, ...rest };
}
