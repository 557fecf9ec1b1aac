import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { type OutputStoreOptions, openOutputStore } from '#worker-service/execution/output-store.ts';
import type { Stream } from '#worker-service/execution/run.ts';
import type { OutputPiece, ReadableOutput } from '#worker-service/execution/task-output.ts';

export const MEGABYTE = 1_048_576;
export const NEVER = new AbortController().signal;

/** A store in a folder, and what it complains of. */
export async function openStore(dir: string, rest: Partial<OutputStoreOptions> = {}) {
  const problems: string[] = [];
  const onProblem = (message: string) => problems.push(message);
  return { problems, ...(await openOutputStore({ dir, clock: systemClock, onProblem, ...rest })) };
}

/** Every piece from `offset` on. */
export async function readAll(output: ReadableOutput, offset = 0): Promise<OutputPiece[]> {
  const pieces: OutputPiece[] = [];
  for await (const piece of output.read(offset, NEVER)) pieces.push(piece);
  return pieces;
}

/** What pieces from `offset` on say: every byte with its stream, null for a skipped one. Fails where they leave a gap. */
export function unfold(pieces: readonly OutputPiece[], offset: number): (readonly [Stream, number] | null)[] {
  const bytes: (readonly [Stream, number] | null)[] = [];
  for (const piece of pieces) {
    expect(piece.offset).toBe(offset + bytes.length);
    if ('skipped' in piece) {
      expect(piece.skipped).toBeGreaterThan(0);
      for (let index = 0; index < piece.skipped; index += 1) bytes.push(null);
    } else {
      expect(piece.bytes.length).toBeGreaterThan(0);
      for (const byte of piece.bytes) bytes.push([piece.stream, byte]);
    }
  }
  return bytes;
}

/** The text of one stream, and how many bytes were skipped. */
export function summary(pieces: readonly OutputPiece[]) {
  const texts = { stdout: '', stderr: '', skipped: 0 };
  for (const piece of pieces) {
    if ('skipped' in piece) texts.skipped += piece.skipped;
    else texts[piece.stream] += Buffer.from(piece.bytes).toString('latin1');
  }
  return texts;
}

/** Where a worker's folder has the files. */
export const folderOf = (dir: string) => join(dir, 'results', 'output');

/** Of all files together. */
export async function sizeOf(dir: string): Promise<number> {
  const names = await readdir(folderOf(dir));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folderOf(dir), name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
