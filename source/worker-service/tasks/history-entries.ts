import * as z from 'zod/mini';
import { localTime } from '#model/local-time.ts';
import { lastOfText } from './bounded-text.ts';
import type { HistoryEntry } from './history.ts';
import { type EndedTask, nameOf } from './task.ts';

/** What is kept of each text of an answer: a hundred of them stay far below what a master takes (16 MB). */
const TEXT_BYTES = 16_384;

/** A task that ended here, as /history tells it. */
export function historyEntry(task: EndedTask, workerId: string): HistoryEntry {
  const { end } = task;
  return bounded({
    task_id: nameOf(task),
    algorithm: task.benchmark,
    parameters: task.params,
    execution_time: end.seconds,
    success: end.state === 'completed',
    result: end.answer.body,
    error: end.error,
    timestamp: localTime(task.endedAt),
    worker_id: workerId,
  });
}

/** The same entry with its long texts cut to their ends; anything else that is too long is null, or empty. */
export function bounded(entry: HistoryEntry): HistoryEntry {
  const { parameters, result, error } = entry;
  const isShort = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '') <= TEXT_BYTES;
  const cut = (value: unknown) =>
    typeof value === 'string' ? lastOfText(value, TEXT_BYTES) : isShort(value) ? value : null;
  return {
    ...entry,
    parameters: isShort(parameters) ? parameters : {},
    result:
      result === null
        ? null
        : Object.fromEntries(Object.entries(result).map(([key, value]) => [key, cut(value)])),
    error: error === null ? null : lastOfText(error, TEXT_BYTES),
  };
}

const text = z.catch(z.string(), '');
const value = z.union([z.string(), z.number(), z.boolean()]);

/** Every key but the id may be missing or of another type: older workers wrote these files. */
const writtenEntry = z.object({
  task_id: z.union([
    z.string(),
    z.pipe(
      z.number(),
      z.transform((id) => String(id)),
    ),
  ]),
  algorithm: text,
  parameters: z.catch(z.record(z.string(), value), {}),
  execution_time: z.catch(z.number().check(z.nonnegative()), 0),
  success: z.catch(z.boolean(), false),
  result: z.catch(z.nullable(z.record(z.string(), z.unknown())), null),
  error: z.catch(z.nullable(z.string()), null),
  timestamp: text,
  worker_id: text,
});

/** The entries of a results file, oldest first; those that cannot be read are left out. Throws where it is no array. */
export function readEntries(document: unknown): readonly HistoryEntry[] {
  if (!Array.isArray(document)) throw new Error('it holds no JSON array');
  return document.flatMap((item) => {
    const read = writtenEntry.safeParse(item);
    return read.success ? [bounded(read.data)] : [];
  });
}

/**
 * What the file has, and what only the journal knows, oldest first: a worker that was killed had not yet written its last
 * tasks to the file. An entry is known by its task and its time.
 */
export function merged(
  written: readonly HistoryEntry[],
  recorded: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  const inFile = new Map<string, number>();
  const keyOf = ({ task_id, timestamp }: HistoryEntry) => `${timestamp} ${task_id}`;
  for (const entry of written) inFile.set(keyOf(entry), (inFile.get(keyOf(entry)) ?? 0) + 1);
  const missing = recorded.filter((entry) => {
    const count = inFile.get(keyOf(entry)) ?? 0;
    inFile.set(keyOf(entry), count - 1);
    return count <= 0;
  });
  if (missing.length === 0) return written;
  return [...written, ...missing].sort(
    (a, b) => Number(a.timestamp > b.timestamp) - Number(a.timestamp < b.timestamp),
  );
}
