import type * as z from 'zod/mini';
import type { CallFailure } from '#model/call-failure.ts';
import { said } from '#model/said.ts';
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
    return { ok: false, failure: badBody(body === '' ? said`empty` : said`not JSON`) };
  }
  const read = schema.safeParse(parsed);
  if (read.success) return { ok: true, value: read.data };
  const [issue] = read.error.issues;
  const detail = issue === undefined ? said`not as expected` : issueText(issue);
  return { ok: false, failure: badBody(detail) };
}

function issueText(issue: z.core.$ZodIssue): string {
  const wanted = wantedBy(issue);
  if (issue.path.length === 0) return wanted === 'object' ? said`expected object` : said`not as expected`;
  const where = issue.path.join('.');
  switch (wanted) {
    case 'array':
      return said`${where}: expected array`;
    case 'string':
      return said`${where}: expected string`;
    case '"active"':
      return said`${where}: expected "active"`;
    case '"success"':
      return said`${where}: expected "success"`;
    case '"queued"':
      return said`${where}: expected "queued"`;
    default:
      return said`${where}: not as expected`;
  }
}

/** A type, or the first of the values that the protocol knows, as JSON writes it; null for what else may be wrong. */
function wantedBy(issue: z.core.$ZodIssue): string | null {
  if (issue.code === 'invalid_type') return issue.expected;
  return issue.code === 'invalid_value' ? JSON.stringify(issue.values[0]) : null;
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
