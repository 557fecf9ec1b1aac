import { existsSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Program } from '#worker-service/catalogue/benchmark.ts';
import type { Executor, KillReason, Run, RunEnd, RunRequest } from './run.ts';

export type BuiltinProgram = Extract<Program, { kind: 'builtin' }>;

export interface BuiltinExecutorOptions {
  readonly clock: Clock;
}

/** Of JavaScript objects. Beyond it a thread ends with code 1. */
const MEMORY_MEGABYTES = 512;

/**
 * Runs modules in threads of this process, with an empty environment. A thread is ended wherever it is, also in a loop that
 * never yields; an error that nobody catches is the last of its standard error, and its code is 1. A thread is no wall: a
 * module that takes memory faster than V8 can stop it ends this process, so only one that is trusted belongs here.
 */
export function createBuiltinExecutor(options: BuiltinExecutorOptions): Executor<BuiltinProgram> {
  return {
    start(program, request) {
      if (!existsSync(program.module)) return notStarted(`${program.module} is missing`);
      try {
        return startThread(program, request, options);
      } catch (error) {
        return notStarted(messageOf(error));
      }
    },
  };
}

function startThread(program: BuiltinProgram, request: RunRequest, options: BuiltinExecutorOptions): Run {
  const { clock } = options;
  const { output } = request;
  const startedAt = clock.monotonic();
  const thread = new Worker(program.module, {
    argv: [...program.args],
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    name: request.runName,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
  });
  thread.stdout.on('data', (chunk: Uint8Array) => output.push('stdout', chunk));
  thread.stderr.on('data', (chunk: Uint8Array) => output.push('stderr', chunk));
  const uncaught: string[] = [];
  thread.on('error', (error) => uncaught.push(describe(error)));

  let reason: KillReason | null = null;
  let over = false;
  function kill(asked: KillReason): void {
    if (over) return;
    reason ??= asked;
    void thread.terminate();
  }
  const cancelLimit = clock.after(request.limitMs, () => kill('timeout'));

  async function end(): Promise<RunEnd> {
    const returnCode = await new Promise<number>((resolve) => thread.once('exit', resolve));
    over = true;
    cancelLimit();
    const seconds = Math.round((clock.monotonic() - startedAt) * 1_000) / 1_000_000;
    await Promise.allSettled([thread.stdout, thread.stderr].map((stream) => finished(stream)));
    for (const message of uncaught) output.push('stderr', Buffer.from(`${message}\n`));
    return { kind: reason ?? 'ended', returnCode, error: '', seconds };
  }

  return { ended: end(), kill };
}

function describe(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
}

function notStarted(error: string): Run {
  const end: RunEnd = { kind: 'not-started', returnCode: null, error, seconds: 0 };
  return { ended: Promise.resolve(end), kill: () => {} };
}
