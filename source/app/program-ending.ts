import { constants } from 'node:os';
import type { Clock } from '#model/clock.ts';

/** Why the program ends without anybody having pressed `q`. */
export type Ending =
  | { readonly kind: 'signal'; readonly exitCode: number }
  | { readonly kind: 'crash'; readonly error: unknown };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal tells the launcher and this process of one Ctrl-C, and the launcher passes it on: that is still one. */
const SAME_SIGNAL_MS = 500;

/**
 * Resolves at the first signal that ends the program, at the loss of its terminal, or at an error nobody caught.
 * A second signal ends the process at once, for a person who does not want to wait.
 */
export function programEnding(program: NodeJS.Process, clock: Clock): Promise<Ending> {
  return new Promise((resolve) => {
    let endingSince: number | null = null;
    for (const signal of SIGNALS) {
      program.on(signal, () => {
        const exitCode = 128 + constants.signals[signal];
        endingSince ??= clock.monotonic();
        if (clock.monotonic() - endingSince > SAME_SIGNAL_MS) program.exit(exitCode);
        resolve({ kind: 'signal', exitCode });
      });
    }
    const hungUp = () => resolve({ kind: 'signal', exitCode: 128 + constants.signals.SIGHUP });
    program.stdin.on('error', hungUp).on('end', hungUp);
    program.stdout.on('error', hungUp);
    program.stderr.on('error', () => {});
    const crashed = (error: unknown) => resolve({ kind: 'crash', error });
    program.on('uncaughtException', crashed);
    program.on('unhandledRejection', crashed);
  });
}
