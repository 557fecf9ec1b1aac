// What the driver of `bench:queue` and the processes that it measures say to each other over IPC.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Debian's name for the program, and for its package. */
export const REDIS = 'redis-server';
/** The benchmark that the workers of the bench declare. */
export const NO_OP = 'no-op';

/** One measurement: that many tasks, each with an id of its own that begins with `prefix`. */
export interface Round {
  readonly prefix: string;
  readonly tasks: number;
}

/** What one task queue does, in its own process. */
export interface Side {
  /** Resolves when it could take a task. */
  ready(): Promise<void>;
  /** Submits all tasks of a round, each on its own; resolves when the result of the last one is recorded. */
  run(round: Round): Promise<void>;
  /** Ends what it has started. */
  close(): Promise<void>;
}

type Said = { readonly type: 'ready' | 'failed' } | { readonly type: 'done'; readonly ms: number };

/** Serves a side in this process, and ends with the driver, however that went. */
export async function serveSide(side: Side): Promise<void> {
  const say = (said: Said) => process.send?.(said);
  process.once('disconnect', () => void side.close().then(() => process.exit(0)));
  if (!process.connected) process.exit(1);
  process.on('message', (round: Round) => void measure(round));
  await side.ready();
  say({ type: 'ready' });

  async function measure(round: Round): Promise<void> {
    try {
      await side.ready();
      const began = performance.now();
      await side.run(round);
      say({ type: 'done', ms: performance.now() - began });
    } catch (error) {
      console.error(error);
      say({ type: 'failed' });
    }
  }
}

/** A side as the driver has it. */
export interface RunningSide {
  /** Tasks a second in one round. Rejects where a task was not completed. */
  measure(round: Round): Promise<number>;
  close(): Promise<void>;
}

/** Starts a side's script; resolves when it could take a task. */
export async function startSide(script: URL, args: readonly string[]): Promise<RunningSide> {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  await hear(child, script);
  return {
    async measure(round) {
      child.send(round);
      const said = await hear(child, script);
      if (said.type !== 'done') throw new Error(`${script.pathname} failed`);
      return (round.tasks * 1_000) / said.ms;
    },
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** The next thing that a process says; rejects where it ends instead. */
function hear(child: ChildProcess, { pathname }: URL): Promise<Said> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${pathname} has ended`));
    child.once('exit', ended);
    child.once('message', (said: Said) => {
      child.off('exit', ended);
      resolve(said);
    });
  });
}
