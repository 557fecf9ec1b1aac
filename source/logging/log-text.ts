import type { LogLine } from '#model/log-line.ts';
import { plainLine } from '#model/text.ts';

/** Characters of a message or of one value that reach the file: a worker's error may be megabytes long. */
const MAX_CHARACTERS = 2_000;

/**
 * A log line as it stands in the file, without its newline: `<ISO time> <level> <message> <key>=<value> …`. Values
 * with spaces, quotes or `=` are quoted as in JSON. Whatever a value holds, the line stays one line and free of
 * control characters.
 */
export function logText({ at, level, message, fields }: LogLine): string {
  const pairs = Object.entries(fields).map(
    ([key, value]) => ` ${bareKey(key)}=${quoted(cut(String(value)))}`,
  );
  return `${new Date(at).toISOString()} ${level} ${cut(message)}${pairs.join('')}`;
}

function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return plainLine(text);
  return `${plainLine(text.slice(0, MAX_CHARACTERS))}…`;
}

function bareKey(key: string): string {
  return key.replaceAll(/[^\w.-]/g, '_');
}

function quoted(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
