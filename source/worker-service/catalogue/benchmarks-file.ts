import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { wrongIn } from '#configuration/document-error.ts';
import { wrong } from '#configuration/found.ts';
import { describeJsonError } from '#configuration/json-error.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import { type DeclaredBenchmark, declaredBenchmark } from './declared-benchmark.ts';

/** What an operator declares in benchmarks.json. */
export interface BenchmarksFile {
  /** Whether the benchmarks that come with the worker may run too. */
  readonly shipped: boolean;
  readonly benchmarks: readonly DeclaredBenchmark[];
}

const MAX_BENCHMARKS = 1_000;

/**
 * Reads benchmarks.json. A file that is not there declares nothing.
 *
 * @throws UserError CONFIGURATION_INVALID with a line for each thing that is wrong, which names its place.
 */
export async function readBenchmarksFile(path: string): Promise<BenchmarksFile> {
  const file = plainLine(path);
  let content: string;
  try {
    content = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { shipped: true, benchmarks: [] };
    throw invalid([wrong(file, `unreadable (${codeOf(error) ?? messageOf(error)})`, 'a readable file')]);
  }
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch (error) {
    throw invalid([wrong(file, `not valid JSON (${describeJsonError(content, error)})`, 'a JSON object')]);
  }
  const read = schema().safeParse(document);
  if (!read.success) throw invalid(wrongIn(document, read.error.issues, { file, place: [] }));
  const names = read.data.benchmarks.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    throw invalid(twice.map((name) => wrong(file, `declaring “${name}” twice`, 'each name once')));
  }
  return read.data;
}

function schema() {
  return z.strictObject(
    {
      shipped: z.boolean({ error: 'true or false' }).default(true),
      benchmarks: z
        .array(declaredBenchmark(), { error: 'a list of benchmarks' })
        .max(MAX_BENCHMARKS)
        .default([]),
    },
    { error: 'an object such as {"benchmarks": []}' },
  );
}

function invalid(lines: readonly string[]): UserError {
  return new UserError('CONFIGURATION_INVALID', lines.join('\n'));
}
