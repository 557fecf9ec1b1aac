/** Why the worker ends. */
export type WorkerEnding =
  | { readonly kind: 'asked'; readonly by: string }
  | { readonly kind: 'crash'; readonly error: unknown };

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Resolves at the first signal that ends the program, when the IPC channel that it was started with closes, or at an
 * error that nobody caught. Whatever comes later changes nothing: a terminal sends Ctrl-C to a launcher and to its
 * child, and the launcher sends it on.
 */
export function workerEnding(program: NodeJS.Process): Promise<WorkerEnding> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) program.on(signal, () => resolve({ kind: 'asked', by: signal }));
    const disconnected = () => resolve({ kind: 'asked', by: 'closed IPC channel' });
    program.once('disconnect', disconnected);
    // It may have closed before anybody listened.
    if (program.send !== undefined && !program.connected) disconnected();
    const crashed = (error: unknown) => resolve({ kind: 'crash', error });
    program.on('uncaughtException', crashed);
    program.on('unhandledRejection', crashed);
    // Who reads what it says may go away; the worker works on.
    program.stdout.on('error', () => {});
    program.stderr.on('error', () => {});
  });
}
