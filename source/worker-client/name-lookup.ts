import type { LookupAddress } from 'node:dns';
import { lookup as lookUp } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Clock } from '#model/clock.ts';
import { codeOf } from '#model/errors.ts';

/** An answer older than this is used once more and renewed. */
const FRESH_MS = 30_000;

type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

interface Known {
  readonly addresses: readonly LookupAddress[];
  readonly at: number;
}

export interface NameLookupOptions {
  readonly clock: Clock;
  /** The system's resolver where it is missing. */
  readonly resolve?: Resolve;
}

/**
 * Names to addresses for `net.connect`. The system's resolver runs on two threads of the pool, so that one dead name
 * server holds up every connection to a named worker, and a version-1 worker takes a connection a ping. Therefore
 * one question a name at a time, and an old answer is used at once while it is renewed. A name that is gone is forgotten.
 */
export function createNameLookup({ clock, resolve = systemResolve }: NameLookupOptions): LookupFunction {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<readonly LookupAddress[]>>();

  async function ask(hostname: string): Promise<readonly LookupAddress[]> {
    try {
      const addresses = await resolve(hostname);
      known.set(hostname, { addresses, at: clock.monotonic() });
      return addresses;
    } catch (error) {
      if (codeOf(error) === 'ENOTFOUND') known.delete(hostname);
      throw error;
    }
  }

  function askOnce(hostname: string): Promise<readonly LookupAddress[]> {
    const underWay = asking.get(hostname);
    if (underWay !== undefined) return underWay;
    const asked = ask(hostname).finally(() => asking.delete(hostname));
    asking.set(hostname, asked);
    return asked;
  }

  async function addressesOf(hostname: string): Promise<readonly LookupAddress[]> {
    const last = known.get(hostname);
    if (last === undefined) return askOnce(hostname);
    // A failed renewal changes nothing now: the next connection asks again.
    if (clock.monotonic() - last.at >= FRESH_MS) askOnce(hostname).catch(() => {});
    return last.addresses;
  }

  return (hostname, { family, all }, callback) => {
    const wanted = family === 4 || family === 'IPv4' ? 4 : family === 6 || family === 'IPv6' ? 6 : 0;
    addressesOf(hostname)
      .then((found) => {
        const fitting = wanted === 0 ? [...found] : found.filter((address) => address.family === wanted);
        const [first] = fitting;
        if (first === undefined) throw notFound(hostname);
        return { fitting, first };
      })
      .then(
        ({ fitting, first }) => {
          if (all) callback(null, fitting);
          else callback(null, first.address, first.family);
        },
        (error) => callback(error instanceof Error ? error : notFound(hostname), ''),
      );
  };
}

function systemResolve(hostname: string): Promise<LookupAddress[]> {
  return lookUp(hostname, { all: true });
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' });
}
