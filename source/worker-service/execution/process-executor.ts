import { constants } from 'node:os';
import { execa } from 'execa';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Program } from '#worker-service/catalogue/benchmark.ts';
import { RUN_MARK, treeOf } from './process-tree.ts';
import type { Executor, KillReason, Run, RunEnd, RunRequest } from './run.ts';

export type ProcessProgram = Extract<Program, { kind: 'process' }>;

export interface ProcessExecutorOptions {
  readonly clock: Clock;
  /** What programs get as their environment: this, and where their tree is killed the mark of their run. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * What is killed with a program, and after it: everything that came of it, or only its process group (the clients of
   * container engines, whose monitors clean up after them).
   */
  readonly scope?: 'tree' | 'group';
}

/** From one look for what is left to the next: doubled each time, up to the last. */
const FIRST_PAUSE_MS = 1;
const LAST_PAUSE_MS = 200;
/** How many looks find nothing, about a second in all, before an output that is still open is closed. */
const LOOKS_WHILE_OPEN = 12;

/**
 * Runs programs as real processes, their arguments passed as they are: no shell sees them. Each leads a session and a
 * process group of its own; see `treeOf` for what is killed at its limit, at `kill`, and when its leader has ended.
 * Its output goes to the sink as it comes and is kept nowhere else.
 */
export function createProcessExecutor(options: ProcessExecutorOptions): Executor<ProcessProgram> {
  return {
    start(program, request) {
      try {
        return startProcess(program, request, options);
      } catch (error) {
        // What the system refuses before it tries, such as a NUL byte in an argument.
        return { ended: Promise.resolve(notStarted(messageOf(error), 0)), kill: () => {} };
      }
    },
  };
}

function startProcess(program: ProcessProgram, request: RunRequest, options: ProcessExecutorOptions): Run {
  const { clock, environment, scope = 'tree' } = options;
  const startedAt = clock.monotonic();
  const secondsSoFar = () => Math.round((clock.monotonic() - startedAt) * 1_000) / 1_000_000;
  const child = execa(program.file, program.args, {
    cwd: program.cwd,
    env: scope === 'tree' ? { ...environment, [RUN_MARK]: request.runName } : environment,
    extendEnv: false,
    // Not /dev/null, which a machine may keep from its users.
    stdin: 'pipe',
    killDescendants: true,
    killSignal: 'SIGKILL',
    forceKillAfterDelay: false,
    buffer: false,
    reject: false,
  });
  if (!program.endsWithStdin) child.stdin.end();
  child.stdout.on('data', (chunk: Uint8Array) => request.output.push('stdout', chunk));
  child.stderr.on('data', (chunk: Uint8Array) => request.output.push('stderr', chunk));
  const tree = scope === 'tree' && child.pid !== undefined ? treeOf(child.pid, request.runName) : null;

  let exit: RunEnd | null = null;
  let reason: KillReason | null = null;
  function kill(asked: KillReason): void {
    if (reason !== null || exit !== null) return;
    reason = asked;
    tree?.kill();
    child.kill('SIGKILL');
  }
  const cancelLimit = clock.after(request.limitMs, () => kill('timeout'));

  const closed = child.then(({ originalMessage }) => originalMessage ?? 'unknown reason');
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });

  /**
   * What a program leaves behind would keep its output open, and the run from ending. An output that is open although
   * nothing was found is a reason to look again, for a while: whoever has it may be what no look can find.
   */
  async function clean(): Promise<void> {
    let isLeft = tree?.kill() === false;
    // Where there is no process table, at least the group.
    child.kill('SIGKILL');
    let pause = FIRST_PAUSE_MS;
    for (let looks = 0; isLeft || looks < LOOKS_WHILE_OPEN; looks = isLeft ? 0 : looks + 1) {
      const { promise: paused, resolve } = Promise.withResolvers<void>();
      const cancelPause = clock.after(pause, resolve);
      await (isLeft ? paused : Promise.race([closed, paused]));
      cancelPause();
      if (isClosed && !isLeft) break;
      pause = Math.min(2 * pause, LAST_PAUSE_MS);
      isLeft = tree?.kill() === false;
    }
    child.stdout.destroy();
    child.stderr.destroy();
  }

  const gone = new Promise<void>((resolve) => {
    child.nodeChildProcess.once('exit', (code, signal) => {
      cancelLimit();
      const returnCode = signal === null ? code : -constants.signals[signal];
      exit = { kind: reason ?? 'ended', returnCode, error: '', seconds: secondsSoFar() };
      resolve(clean());
    });
  });

  async function end(): Promise<RunEnd> {
    await Promise.race([gone, closed]);
    cancelLimit();
    if (exit === null) return notStarted(await closed, secondsSoFar());
    await gone;
    await closed;
    return exit;
  }

  return { ended: end(), kill };
}

function notStarted(error: string, seconds: number): RunEnd {
  return { kind: 'not-started', returnCode: null, error, seconds };
}
