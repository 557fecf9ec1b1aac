import type { LogLine } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';

const LINE = /^(\d{4}-\d\d-\d\dT\S+) (error|warn|info|debug) (.*)$/;
const FIELD = String.raw` [\w.-]+=(?:"(?:[^"\\]|\\.)*"|[^\s"=]+)`;
const FIELDS = new RegExp(`(?:${FIELD})+$`);
const EACH = / ([\w.-]+)=("(?:[^"\\]|\\.)*"|[^\s"=]+)/g;

/** A line of the log file as `logText` writes it; every value is a text. Null for what is none. */
export function parseLogText(text: string): LogLine | null {
  const [, time = '', level, rest = ''] = LINE.exec(plainLine(text)) ?? [];
  const at = Date.parse(time);
  if (level === undefined || !Number.isFinite(at)) return null;
  const [fields = ''] = FIELDS.exec(rest) ?? [];
  const pairs = [...fields.matchAll(EACH)].map(([, key = '', value = '']) => [key, unquoted(value)] as const);
  const message = rest.slice(0, rest.length - fields.length);
  return { at, level: level as LogLevel, message, fields: Object.fromEntries(pairs) };
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}
