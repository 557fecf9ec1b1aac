import { said } from '#model/said.ts';
import type { SettingSource } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import type { ValueKind } from './value-kinds.ts';

const SHOWN_CHARACTERS = 40;

/** A value as somebody wrote it. */
export interface Found {
  /** Trimmed. */
  readonly text: string;
  readonly source: SettingSource;
  /** For an error: the file and the key in it. */
  readonly where: string;
}

/** What is wrong (it stops the master) and what looks like a mistake, a line each. */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
}

/** The value, or undefined once the error has been noted. */
export function readValue<T>(found: Found, kind: ValueKind<T>, findings: Findings): T | undefined {
  const value = kind.parse(found.text);
  if (value === undefined) findings.errors.push(wrong(found.where, `"${shown(found.text)}"`, kind.expected));
  return value;
}

/** The line of an error: where, what is there, what should be. */
export function wrong(where: string, is: string, expected: string): string {
  return said`${where} is ${is}; expected ${expected}`;
}

/** The line of an error for what is not there. */
export function absent(where: string, expected: string): string {
  return said`${where} is missing; expected ${expected}`;
}

/** The beginning of a text from outside, fit for one line of a message. */
export function shown(text: string): string {
  const start = plainLine(text.slice(0, 10 * SHOWN_CHARACTERS));
  return start.length > SHOWN_CHARACTERS ? `${start.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : start;
}
