import { isIPv4, isIPv6 } from 'node:net';
import { said } from '#model/said.ts';
import { fitsKind, type SettingKind } from '#model/setting-kind.ts';
import type { LogLevel } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';

/** A kind of value in a configuration file: how its text is read, and how to say what it should have been. */
export interface ValueKind<T> {
  /** Ends a sentence that begins with `expected`. */
  readonly expected: string;
  /** The same as data, where it can be: what it has no word for cannot be written from the screen. */
  readonly shape?: SettingKind;
  /** Undefined where the text is no such value. */
  parse(text: string): T | undefined;
}

/** Where a worker listens. */
export interface Address {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

const MAX_NAME = 128;
const MAX_ID = 64;
const MAX_COMMAND = 500;

const LEVELS: Readonly<Record<string, LogLevel>> = {
  error: 'error',
  critical: 'error',
  warn: 'warn',
  warning: 'warn',
  info: 'info',
  debug: 'debug',
};
const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  false: false,
  0: false,
  no: false,
};

/** Seconds, read as milliseconds. */
export function seconds(least: number, most: number): ValueKind<number> {
  const shape = { type: 'seconds', least, most } as const;
  return {
    expected: said`a number of seconds from ${least} to ${most}, such as 5 or 0.5`,
    shape,
    parse: (text) => (fitsKind(shape, text) ? Math.max(1, Math.round(Number(text) * 1_000)) : undefined),
  };
}

export function integer(least: number, most: number): ValueKind<number> {
  const shape = { type: 'integer', least, most } as const;
  return {
    expected: said`a whole number from ${least} to ${most}`,
    shape,
    parse: (text) => (fitsKind(shape, text) ? Number(text) : undefined),
  };
}

/** As `kind`, but may be empty. */
export function orNothing<T>(kind: ValueKind<T>): ValueKind<T | null> {
  return {
    ...kind,
    expected: said`${kind.expected}, or nothing`,
    parse: (text) => (text === '' ? null : kind.parse(text)),
  };
}

/** As `kind`, or the word that lifts the bound: nothing at all would be the default. */
export function orNever<T>(kind: ValueKind<T>): ValueKind<T | null> {
  return {
    expected: said`${kind.expected}, or never`,
    parse: (text) => (text.toLowerCase() === 'never' ? null : kind.parse(text)),
  };
}

function choice<const T>(choices: Readonly<Record<string, T>>, expected: string): ValueKind<T> {
  return {
    expected,
    parse(text) {
      const key = text.toLowerCase();
      return Object.hasOwn(choices, key) ? choices[key] : undefined;
    },
  };
}

function printable(most: number): ValueKind<string> {
  return {
    expected: said`1 to ${most} printable characters`,
    parse: (text) =>
      text !== '' && text.length <= most && plainLine(text) === text && text.trim() === text
        ? text
        : undefined,
  };
}

export const name = printable(MAX_NAME);
export const workerId = printable(MAX_ID);
export const port = integer(1, 65_535);
const ownLevels = Object.keys(LEVELS).filter((word) => LEVELS[word] === word);
export const logLevel: ValueKind<LogLevel> = {
  ...choice(LEVELS, said`error, warn, info or debug`),
  shape: {
    type: 'choice',
    choices: ownLevels,
    also: Object.keys(LEVELS).filter((word) => LEVELS[word] !== word),
  },
};
export const truth = choice(TRUTHS, said`true or false`);
export const benchmarkExecutor = choice(
  { process: 'process', container: 'container' } as const,
  'process or container',
);

/** Words between spaces, as extra arguments of a program; no shell reads them. */
export const words: ValueKind<readonly string[]> = {
  expected: 'words of printable characters, between spaces',
  parse: (text) => (plainLine(text) === text ? text.split(' ').filter((word) => word !== '') : undefined),
};

/** What an Authorization header can carry. */
export const token: ValueKind<string> = {
  expected: 'one token of 1 to 4096 visible ASCII characters, without spaces',
  parse: (text) => (/^[\x21-\x7e]{1,4096}$/.test(text) ? text : undefined),
};

export const path: ValueKind<string> = {
  expected: said`a path of printable characters`,
  parse: (text) => (text !== '' && plainLine(text) === text ? text : undefined),
};

/** A program and its options. No shell reads them: there are no quotes, no variables, no pipes. */
export const commandLine: ValueKind<readonly string[]> = {
  expected: said`a program and its options, separated by spaces, such as ssh -p 2222`,
  parse(text) {
    if (plainLine(text) !== text || text.length > MAX_COMMAND) return undefined;
    const words = text.split(' ').filter((word) => word !== '');
    return words.length === 0 || words[0]?.startsWith('-') ? undefined : words;
  },
};

/** A name of a user on another machine; it can be no option. */
export const userName: ValueKind<string> = {
  expected: said`the name of a user: letters, digits, and . _ - but not first`,
  parse: (text) => (/^[\p{L}\p{N}_][\p{L}\p{N}._-]{0,63}$/u.test(text) ? text : undefined),
};

/** An IPv4 or IPv6 address or a host name. */
export const host: ValueKind<string> = {
  expected: said`an IP address or a host name, without http:// and without a port`,
  parse(text) {
    const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
    if (isIPv6(bare)) return bare.includes('%') ? undefined : bare;
    if (isIPv4(text)) return text;
    const url = `http://${text}`;
    if (!/^[\p{L}\p{N}._-]{1,253}$/u.test(text) || !URL.canParse(url)) return undefined;
    // A URL takes 172.20.10 and 0x7f000001 for IPv4 addresses; a person who writes them has mistyped one.
    return isIPv4(new URL(url).hostname) ? undefined : text;
  },
};

/** A worker's base URL. */
export const workerUrl: ValueKind<Address> = {
  expected: said`a URL such as http://172.20.10.3:8080, without user, password, query or fragment`,
  parse(text) {
    if (plainLine(text) !== text || !URL.canParse(text)) return undefined;
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
    // As with `host`: what a URL only takes for an IPv4 address was mistyped.
    if (isIPv4(url.hostname) && !text.includes(url.hostname)) return undefined;
    if (`${url.username}${url.password}${url.search}${url.hash}` !== '') return undefined;
    return {
      url: url.href.replace(/\/+$/, ''),
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    };
  },
};

/** The address of a worker that speaks plain HTTP. */
export function addressOf(hostName: string, portNumber: number): Address {
  const shown = isIPv6(hostName) ? `[${hostName}]` : hostName;
  return { url: `http://${shown}:${portNumber}`, host: hostName, port: portNumber };
}
