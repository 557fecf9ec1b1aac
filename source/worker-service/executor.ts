import { constants } from 'node:os';
import { execa } from 'execa';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { createOutputTail } from './output-tail.ts';

/** A program to run. The arguments are passed as they are: no shell sees them. */
interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** After this time it is killed. */
  readonly limitMs: number;
}

/** How a run ended. Output is the last megabyte of each stream. */
export interface ProgramEnd {
  readonly kind: 'ended' | 'timeout' | 'stopped' | 'not-started';
  /** The exit code; minus the number of the signal that ended it; null where it did not start. */
  readonly returnCode: number | null;
  readonly stdout: string;
  /** For `not-started`, why. */
  readonly stderr: string;
  readonly seconds: number;
}

export interface Executor {
  run(program: Program): Promise<ProgramEnd>;
  /** Kills whatever runs and refuses what comes; resolves when nothing is left. */
  stop(): Promise<void>;
}

export interface ExecutorOptions {
  readonly clock: Clock;
  /** What programs get as their environment: this and nothing else. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const KEPT_BYTES = 1_048_576;

/**
 * Runs programs as real processes. Each leads a process group of its own, and the whole group is killed at its
 * limit, at `stop`, and when its leader has ended. Its standard input stays open as long as this process lives, so
 * that a program can notice when it does not.
 */
export function createExecutor({ clock, environment }: ExecutorOptions): Executor {
  const running = new Map<Promise<ProgramEnd>, (kind: 'stopped') => void>();
  let stopping = false;

  function start(program: Program): Promise<ProgramEnd> {
    const startedAt = clock.monotonic();
    const stdout = createOutputTail(KEPT_BYTES);
    const stderr = createOutputTail(KEPT_BYTES);
    const child = execa(program.file, program.args, {
      cwd: program.cwd,
      env: environment,
      extendEnv: false,
      stdin: 'pipe',
      killDescendants: true,
      buffer: false,
      reject: false,
    });
    child.stdout.on('data', stdout.push);
    child.stderr.on('data', stderr.push);
    let kind: ProgramEnd['kind'] = 'ended';
    const kill = (reason: 'timeout' | 'stopped') => {
      kind = reason;
      child.kill('SIGKILL');
    };
    const cancelLimit = clock.after(program.limitMs, () => kill('timeout'));
    // What a program leaves behind would keep its output open, and the run from ending.
    child.nodeChildProcess.once('exit', () => child.kill('SIGKILL'));
    const end = child.then(({ exitCode, signal, originalMessage }): ProgramEnd => {
      cancelLimit();
      const seconds = Math.round((clock.monotonic() - startedAt) * 1_000) / 1_000_000;
      const output = { stdout: stdout.text(), stderr: stderr.text(), seconds };
      if (signal !== undefined) return { kind, returnCode: -constants.signals[signal], ...output };
      if (exitCode !== undefined) return { kind, returnCode: exitCode, ...output };
      return {
        ...output,
        kind: 'not-started',
        returnCode: null,
        stderr: originalMessage ?? 'unknown reason',
      };
    });
    running.set(end, kill);
    return end.finally(() => running.delete(end));
  }

  return {
    async run(program) {
      if (stopping) return { kind: 'stopped', returnCode: null, stdout: '', stderr: '', seconds: 0 };
      try {
        return await start(program);
      } catch (error) {
        return { kind: 'not-started', returnCode: null, stdout: '', stderr: messageOf(error), seconds: 0 };
      }
    },
    async stop() {
      stopping = true;
      for (const kill of running.values()) kill('stopped');
      await Promise.all(running.keys());
    },
  };
}
