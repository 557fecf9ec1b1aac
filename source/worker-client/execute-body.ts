import * as z from 'zod/mini';
import { said } from '#model/said.ts';
import type { TaskResult } from '#model/task.ts';
import { declaredResults } from './declared-results.ts';
import { type Read, readJson } from './json.ts';
import { shownEnd, shownEndLine } from './shown-text.ts';

const KEPT_OUTPUT = 64 * 1_024;
const MAX_ERROR = 2_000;

const count = z.catch(z.nullable(z.int().check(z.nonnegative())), null);
const text = z.catch(z.string(), '');

const successBody = z.object({
  status: z.enum(['success', 'completed_with_parse_error']),
  execution_time: z.catch(z.nullable(z.number().check(z.nonnegative())), null),
  particle_collisions: count,
  wall_collisions: count,
  full_output: text,
  raw_output: text,
  results: z.optional(z.unknown()),
});

const failureBody = z.object({
  error: z.catch(
    z.union([
      z.string(),
      z.pipe(
        z.object({ message: z.string() }),
        z.transform(({ message }) => message),
      ),
    ]),
    '',
  ),
  stdout: text,
  return_code: z.catch(z.nullable(z.number()), null),
});

/** The body of a 200 answer to POST /execute. */
export function readResult(body: string): Read<TaskResult> {
  const read = readJson(body, successBody);
  return read.ok ? { ok: true, value: resultOf(read.value) } : read;
}

/** What the body of any other answer says went wrong, as one line; empty where it says nothing. */
export function readError(body: string): string {
  const read = readJson(body, failureBody);
  return read.ok ? errorOf(read.value) : '';
}

/** Whether the body of an answer that is not 200 says that the task was lost; see `isLost`. */
export function saysLost(body: string): boolean {
  return readJson(body, lostBody).ok;
}

/** The result in a parsed body of POST /execute, as /history repeats it, or null where it is none. */
export function resultIn(body: unknown): TaskResult | null {
  const read = successBody.safeParse(body);
  return read.success ? resultOf(read.data) : null;
}

/** The error in a parsed body of POST /execute, as /history repeats it; empty where there is none. */
export function errorIn(body: unknown): string {
  const read = failureBody.safeParse(body);
  return read.success ? errorOf(read.data) : '';
}

const lostBody = z.object({ state: z.literal('lost') });

/** Whether a parsed body says that the worker ended while the task ran (our workers; version 1 forgets it). */
export function isLost(body: unknown): boolean {
  return lostBody.safeParse(body).success;
}

function resultOf(body: z.infer<typeof successBody>): TaskResult {
  const output = shownEnd(body.raw_output === '' ? body.full_output : body.raw_output, KEPT_OUTPUT);
  return {
    particleCollisions: body.particle_collisions ?? countIn(output, PARTICLE_COLLISIONS),
    wallCollisions: body.wall_collisions ?? countIn(output, WALL_COLLISIONS),
    executionSeconds: body.execution_time,
    output,
    ...declaredResults(body.results),
  };
}

function errorOf({ error, stdout, return_code }: z.infer<typeof failureBody>): string {
  const text = shownEndLine(error, MAX_ERROR) || shownEndLine(stdout, MAX_ERROR);
  if (return_code === null) return text;
  return text === '' ? said`exit code ${return_code}` : said`exit code ${return_code}: ${text}`;
}

// The program's wording, with any accent or a garbled one: a machine without a UTF-8 locale sends what it can.
const PARTICLE_COLLISIONS = /total\s+colisiones\s+part\S{1,4}cula\s*-\s*part\S{1,4}cula\s*:\s*(\d{1,15})\b/gi;
const WALL_COLLISIONS = /total\s+colisiones\s+con\s+(?:la\s+)?pared(?:es)?\s*:\s*(\d{1,15})\b/gi;

/** The last such count: what a program says at its end stands. */
function countIn(output: string, pattern: RegExp): number | null {
  const digits = [...output.matchAll(pattern)].at(-1)?.[1];
  return digits === undefined ? null : Number(digits);
}
