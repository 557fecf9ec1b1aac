import type * as z from 'zod/mini';
import type { CallFailure } from '#model/call-failure.ts';
import { badBody } from './failure.ts';

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: CallFailure };

/** The body as `schema` says, or what is wrong with it, in words that repeat nothing of the worker's. */
export function readJson<T>(body: string, schema: z.ZodMiniType<T>): Read<T> {
  let parsed: unknown;
  try {
    parsed = parse(body);
  } catch {
    return { ok: false, failure: badBody(body === '' ? 'empty' : 'not JSON') };
  }
  const read = schema.safeParse(parsed);
  if (read.success) return { ok: true, value: read.data };
  const [issue] = read.error.issues;
  const detail = issue === undefined ? 'not as expected' : issueText(issue);
  return { ok: false, failure: badBody(detail) };
}

function issueText(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  if (issue.code === 'invalid_type') return `${where}expected ${issue.expected}`;
  if (issue.code === 'invalid_value') return `${where}expected ${JSON.stringify(issue.values[0])}`;
  return `${where}not as expected`;
}

// Strings are matched so that what they hold stays. Invariant: no alternative can fail once it has begun, or a
// hostile body would cost quadratic time.
const STRING_OR_NOT_A_NUMBER = /"[^"\\]*(?:\\[\s\S]?[^"\\]*)*(?:"|$)|-?\bInfinity\b|\bNaN\b/g;

/** JSON, and the NaN and Infinity that Python's json module writes for floats, which count as null. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!/\b(?:NaN|Infinity)\b/.test(body)) throw error;
    return JSON.parse(body.replace(STRING_OR_NOT_A_NUMBER, (found) => (found[0] === '"' ? found : 'null')));
  }
}
