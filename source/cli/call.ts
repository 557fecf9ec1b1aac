import type { MasterOptions } from '#app/compose.ts';
import { DEFECT_EXIT } from '#app/program-ending.ts';
import type { Environment } from '#configuration/sources.ts';
import type { Clock, Random } from '#model/clock.ts';

/** A stream that a command writes to. */
export interface Output {
  /** Resolves when the text is on its way: whoever reads slowly is waited for. Never rejects. */
  write(text: string): Promise<void>;
  readonly isTTY: boolean;
  /** Cells of a line, where it is a terminal. */
  readonly columns: number;
}

/** All of the process that a command for scripts touches. */
export interface Io {
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes the id of a task that came without one. */
  readonly newId: () => string;
  readonly version: string;
  /** This program itself, for a master that is started from here. */
  readonly program: { readonly launcher: string; readonly programs: MasterOptions['programs'] };
  /** Aborted, with an `EndReason`, by Ctrl-C, and when whoever reads the output has had enough of it, as `head` has. */
  readonly ended: AbortSignal;
  /** Starts a master without a screen on a folder; resolves once it can be attached to. Missing: it cannot be started. */
  readonly startMaster?: (dir: string) => Promise<void>;
}

/** One call of a command: what was asked for, and where. */
export interface Call<Options = Readonly<Record<string, unknown>>> extends Io {
  /** Absolute. */
  readonly dir: string;
  readonly args: readonly string[];
  readonly options: Options;
}

/** What the exit codes of the commands mean, the dashboard included. */
export const EXIT = {
  done: 0,
  /** A task failed or was cancelled, one of a batch included. */
  taskFailed: 1,
  /** Wrong use, configuration or unknown id. */
  wrong: 2,
  /** No master, or it does not answer. */
  noMaster: 3,
  /** The wait ran out. */
  waitedInVain: 4,
  /** A defect of this program: never to be taken for what became of a task. */
  defect: DEFECT_EXIT,
  /** Ended by Ctrl-C, as every program says it: 128 and the number of the signal. */
  interrupted: 130,
} as const;

/** Why a command is to end. */
export type EndReason = 'interrupt' | 'output-closed';

/** The exit code of a command that goes on until it is ended. */
export function endCode({ ended }: Pick<Io, 'ended'>): number {
  const reason: EndReason = ended.reason;
  return reason === 'interrupt' ? EXIT.interrupted : EXIT.done;
}

/** A master that was killed and started again is back within this time. */
export const MASTER_BACK_MS = 30_000;

/** Codes of a master that is not there just now, but may be again in a moment. */
export const AWAY: ReadonlySet<string> = new Set([
  'NO_MASTER',
  'NOT_CONNECTED',
  'CONNECTION_LOST',
  'TASK_DATABASE_UNAVAILABLE',
  'TASK_DATABASE_CLOSED',
]);
