import type { ProcessProgram } from '#worker-service/execution/process-executor.ts';
import type { Executor } from '#worker-service/execution/run.ts';
import { type ProgramEnd, runToEnd } from '#worker-service/execution/run-to-end.ts';

/** Asks the machine something by running a program that soon ends. */
export interface Prober {
  run(file: string, args: readonly string[]): Promise<ProgramEnd>;
}

export interface ProberOptions {
  readonly executor: Executor<ProcessProgram>;
  readonly cwd: string;
  /** Unique among the workers of this machine. */
  readonly runPrefix: string;
}

/** A program that hangs answers no sooner. */
const PROBE_LIMIT_MS = 5_000;

export function createProber({ executor, cwd, runPrefix }: ProberOptions): Prober {
  let probes = 0;
  return {
    run(file, args) {
      probes += 1;
      const program = { kind: 'process', file, args, cwd, endsWithStdin: false } as const;
      return runToEnd(executor, program, {
        runName: `${runPrefix}-probe-${probes}`,
        limitMs: PROBE_LIMIT_MS,
      });
    },
  };
}
