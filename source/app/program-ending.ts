import { constants } from 'node:os';
import type { Clock } from '#model/clock.ts';

/** Why the program ends without anybody having pressed `q`. */
export type Ending =
  | { readonly kind: 'signal'; readonly exitCode: number }
  /** The terminal is gone: the line dropped, the window was closed. */
  | { readonly kind: 'hang-up'; readonly exitCode: number }
  | { readonly kind: 'crash'; readonly error: unknown };

export interface ProgramEndings {
  /** The first that happens. */
  readonly first: Promise<Ending>;
  /** The program goes on without its terminal: from now on the loss of it is none. Resolves with what ends it then. */
  withoutTerminal(): Promise<Ending>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal tells the launcher and this process of one Ctrl-C, and the launcher passes it on: that is still one. */
const SAME_SIGNAL_MS = 500;

/**
 * Listens for signals that end the program, for the loss of its terminal, and for errors that nobody caught. A second
 * signal ends the process at once, for a person who does not want to wait.
 */
export function programEndings(program: NodeJS.Process, clock: Clock): ProgramEndings {
  const first = Promise.withResolvers<Ending>();
  const later = Promise.withResolvers<Ending>();
  let isWithoutTerminal = false;
  let endingSince: number | null = null;

  function happened(ending: Ending): void {
    first.resolve(ending);
    // What comes while the loss of the terminal is still being dealt with is not lost.
    if (ending.kind !== 'hang-up') later.resolve(ending);
  }

  for (const signal of SIGNALS) {
    program.on(signal, () => {
      const isHangUp = signal === 'SIGHUP';
      if (isHangUp && isWithoutTerminal) return;
      const exitCode = 128 + constants.signals[signal];
      endingSince ??= clock.monotonic();
      if (clock.monotonic() - endingSince > SAME_SIGNAL_MS) program.exit(exitCode);
      happened({ kind: isHangUp ? 'hang-up' : 'signal', exitCode });
    });
  }
  const hungUp = () => happened({ kind: 'hang-up', exitCode: 128 + constants.signals.SIGHUP });
  program.stdin.on('error', hungUp).on('end', hungUp);
  program.stdout.on('error', hungUp);
  program.stderr.on('error', () => {});
  const crashed = (error: unknown) => happened({ kind: 'crash', error });
  program.on('uncaughtException', crashed);
  program.on('unhandledRejection', crashed);

  return {
    first: first.promise,
    withoutTerminal() {
      isWithoutTerminal = true;
      endingSince = null;
      return later.promise;
    },
  };
}
