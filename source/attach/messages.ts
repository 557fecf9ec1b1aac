import type { Command, Query } from '#model/commands.ts';

/**
 * Raised whenever a message, an event, a command, or what the snapshot holds becomes another: both ends then know that
 * they do not understand each other. The two greetings stay as they are for ever.
 */
export const PROTOCOL = 4;

/** A client that has not greeted within this time is none; nor is a master. */
export const GREETING_MS = 5_000;
/** The master says that it is there at least this often. */
export const HEARTBEAT_MS = 5_000;
/** A master that was not heard for so long has stopped. */
export const SILENCE_MS = 15_000;
/** Bytes of a greeting. */
export const LONGEST_GREETING = 4_096;
/** Bytes of a request: some ten thousand tasks. */
export const LONGEST_REQUEST = 8 * 1_024 * 1_024;
/** Bytes of a line of the master's: several times the largest answer. */
export const LONGEST_MESSAGE = 256 * 1_024 * 1_024;

/** The first line of a client. */
export interface ClientHello {
  readonly type: 'hello';
  readonly protocol: number;
  /** Of the program. */
  readonly version: string;
  readonly pid: number;
  /** The master refuses every command of this client. */
  readonly readonly: boolean;
  /** Whether it wants the snapshot and the events; else only answers. */
  readonly follow: boolean;
}

/** The first line of the master. */
export interface MasterHello {
  readonly type: 'hello';
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
}

/** What a client may ask; its id is in the answer. */
export type Request = { readonly id: number } & (
  | { readonly type: 'command'; readonly command: Command }
  | { readonly type: 'query'; readonly query: Query }
  /** End in order. */
  | { readonly type: 'stop' }
);

/** What the master says after its greeting. `unknown` is what `toWire` made. */
export type MasterMessage =
  /** The snapshot without the rows of its tables, which follow. `missed`: events skipped since the last one. */
  | { readonly type: 'snapshot'; readonly missed: number; readonly snapshot: unknown }
  /** Some rows of the table with this number, in order. */
  | { readonly type: 'rows'; readonly table: number; readonly rows: readonly unknown[] }
  | { readonly type: 'snapshot-end' }
  | { readonly type: 'events'; readonly events: readonly unknown[] }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  /** `code`: of a UserError; null for a defect of the master's. */
  | { readonly type: 'failure'; readonly id: number; readonly code: string | null; readonly message: string }
  | { readonly type: 'alive' }
  /** The last line: why there is none after it. */
  | { readonly type: 'bye'; readonly why: string };

/** A message as one line. */
export function lineOf(message: MasterMessage | MasterHello | ClientHello | Request): string {
  return `${JSON.stringify(message)}\n`;
}
