/** Why the worker ends. */
export type WorkerEnding =
  | { readonly kind: 'asked'; readonly by: string }
  /** Whoever started it is gone. */
  | { readonly kind: 'left-alone' }
  | { readonly kind: 'crash'; readonly error: unknown };

export interface WorkerEndings {
  /** Resolves at the first reason to end. */
  readonly first: Promise<WorkerEnding>;
  /** Resolves at the next one: what still lasts is to end at once. */
  readonly second: Promise<void>;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** A terminal sends Ctrl-C to a launcher and to its child, and the launcher sends it on: that is one Ctrl-C. */
const SAME_PRESS_MS = 300;

/**
 * Hears the signals that end the program, the end of the IPC channel that it was started with, and errors that nobody
 * caught. `monotonic` gives milliseconds.
 */
export function workerEndings(program: NodeJS.Process, monotonic: () => number): WorkerEndings {
  const first = Promise.withResolvers<WorkerEnding>();
  const second = Promise.withResolvers<void>();
  let asked: { readonly by: string; readonly at: number } | null = null;
  const end = (ending: Exclude<WorkerEnding, { kind: 'asked' }>) => {
    first.resolve(ending);
    second.resolve();
  };
  for (const by of SIGNALS) {
    program.on(by, () => {
      const now = monotonic();
      const again = asked !== null && (asked.by !== by || now - asked.at > SAME_PRESS_MS);
      asked ??= { by, at: now };
      first.resolve({ kind: 'asked', by });
      if (again) second.resolve();
    });
  }
  const disconnected = () => end({ kind: 'left-alone' });
  program.once('disconnect', disconnected);
  // It may have closed before anybody listened.
  if (program.send !== undefined && !program.connected) disconnected();
  program.on('uncaughtException', (error) => end({ kind: 'crash', error }));
  program.on('unhandledRejection', (error) => end({ kind: 'crash', error }));
  // Who reads what it says may go away; the worker works on.
  program.stdout.on('error', () => {});
  program.stderr.on('error', () => {});
  return { first: first.promise, second: second.promise };
}
