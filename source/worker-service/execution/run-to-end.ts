import { createOutputTail } from './output-tail.ts';
import type { ProcessProgram } from './process-executor.ts';
import type { Executor, RunEnd, RunRequest } from './run.ts';

/** How a run ended, and the last megabyte of each stream. */
export interface ProgramEnd extends RunEnd {
  readonly stdout: string;
  readonly stderr: string;
}

/** The most that is kept of a stream in memory. */
export const KEPT_BYTES = 1_048_576;

/** Runs a program whose output is of use only as a whole. */
export async function runToEnd(
  executor: Executor<ProcessProgram>,
  program: ProcessProgram,
  request: Omit<RunRequest, 'output'>,
): Promise<ProgramEnd> {
  const tails = { stdout: createOutputTail(KEPT_BYTES), stderr: createOutputTail(KEPT_BYTES) };
  let size = 0;
  const push = (stream: 'stdout' | 'stderr', chunk: Uint8Array) => {
    tails[stream].push(chunk, size);
    size += chunk.length;
  };
  const end = await executor.start(program, { ...request, output: { push } }).ended;
  return { ...end, stdout: tails.stdout.text(), stderr: tails.stderr.text() };
}
