import { constants } from 'node:os';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { said } from '#model/said.ts';

/** Why the program ends. */
export type Ending =
  /** Somebody wanted it so, or it is no longer needed. */
  | { readonly kind: 'done'; readonly why: string }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** The terminal is gone: the line dropped, the window was closed. */
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'crash'; readonly error: unknown };

export interface ProgramEndings {
  /** The first that happens. */
  readonly first: Promise<Ending>;
  /** The first that is not the loss of the terminal. */
  readonly withoutTerminal: Promise<Ending>;
}

/** Ended by a defect of this program: EX_SOFTWARE of sysexits.h. No result of a command has that code. */
export const DEFECT_EXIT = 70;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** A terminal tells the launcher and this process of one Ctrl-C, and the launcher passes it on: that is still one. */
const SAME_SIGNAL_MS = 500;

/**
 * Listens for signals that end the program, for the loss of its terminal, and for errors that nobody caught. A second
 * signal ends the process at once, for a person who does not want to wait; a hang-up, which a shell repeats, never does.
 */
export function programEndings(program: NodeJS.Process, clock: Clock): ProgramEndings {
  const first = Promise.withResolvers<Ending>();
  const later = Promise.withResolvers<Ending>();
  let endingSince: number | null = null;

  function happened(ending: Ending): void {
    first.resolve(ending);
    // Also what comes while the loss of the terminal is still being dealt with.
    if (ending.kind !== 'hang-up') later.resolve(ending);
  }

  for (const signal of SIGNALS) {
    program.on(signal, () => {
      const ending: Ending = { kind: 'signal', signal };
      endingSince ??= clock.monotonic();
      if (clock.monotonic() - endingSince > SAME_SIGNAL_MS) program.exit(exitCodeOfEnding(ending));
      happened(ending);
    });
  }
  const hungUp = () => happened({ kind: 'hang-up' });
  program.on('SIGHUP', hungUp);
  program.stdin.on('error', hungUp).on('end', hungUp);
  program.stdout.on('error', hungUp);
  program.stderr.on('error', () => {});
  const crashed = (error: unknown) => happened({ kind: 'crash', error });
  program.on('uncaughtException', crashed);
  program.on('unhandledRejection', crashed);
  return { first: first.promise, withoutTerminal: later.promise };
}

/** As every program tells it: 128 and the number of the signal. */
export function exitCodeOfEnding(ending: Ending): number {
  switch (ending.kind) {
    case 'done':
      return 0;
    case 'signal':
      return 128 + constants.signals[ending.signal];
    case 'hang-up':
      return 128 + constants.signals.SIGHUP;
    case 'crash':
      return DEFECT_EXIT;
  }
}

/** For the log, and for those who are attached. */
export function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'done':
      return ending.why;
    case 'signal':
      return said`signal ${constants.signals[ending.signal]}`;
    case 'hang-up':
      return said`the terminal is gone`;
    case 'crash':
      return said`crash: ${messageOf(ending.error)}`;
  }
}
