import type { Clock } from '#model/clock.ts';
import { type EngineState, probeEngine } from './container-engine.ts';
import type { Executor } from './executor.ts';
import { createPython } from './python.ts';

/** What the worker's machine can run, as of the last look. */
export interface MachineState {
  readonly engine: EngineState;
  /** The Python 3 interpreter; null where there is none, undefined before the first look has ended. */
  readonly python: string | null | undefined;
}

/** Looks at the machine again and again, so that no request has to wait for it or starts a program to ask. */
export interface MachineProbe {
  /** Begins; resolves when the first look has ended, or after a second. */
  start(): Promise<void>;
  current(): MachineState;
  /** The interpreter as of now. */
  findPython(): Promise<string | null>;
  stop(): void;
}

export interface MachineProbeOptions {
  readonly executor: Executor;
  readonly clock: Clock;
  readonly path: string | undefined;
  readonly cwd: string;
  readonly image: string;
  /** From the end of one look to the next. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 30_000;
const FIRST_LOOK_MS = 1_000;

export function createMachineProbe(options: MachineProbeOptions): MachineProbe {
  const { clock, intervalMs = INTERVAL_MS } = options;
  const finder = createPython(options);
  let engine: EngineState = { available: false, imageAvailable: false };
  let python: string | null | undefined;
  let stopped = false;
  let cancelNext = () => {};

  async function findPython(): Promise<string | null> {
    python = await finder.find();
    return python;
  }

  async function look(): Promise<void> {
    const seen = await Promise.all([probeEngine(options), findPython()]);
    engine = seen[0];
    if (!stopped) cancelNext = clock.after(intervalMs, () => void look());
  }

  return {
    start() {
      return new Promise((resolve) => {
        const cancel = clock.after(FIRST_LOOK_MS, resolve);
        look().then(() => {
          cancel();
          resolve();
        });
      });
    },
    current: () => ({ engine, python }),
    findPython,
    stop() {
      stopped = true;
      cancelNext();
    },
  };
}
