import { statfs } from 'node:fs/promises';
import type { Clock } from '#model/clock.ts';
import type { ProcessProgram } from '#worker-service/execution/process-executor.ts';
import type { Executor } from '#worker-service/execution/run.ts';
import { type EngineState, NO_ENGINE, probeEngine } from './container-engine.ts';
import { type MachineFacts, machineFacts, type Room } from './machine-facts.ts';
import { createProber } from './prober.ts';
import { createPython, type Interpreter } from './python.ts';

/** What the worker's machine can run, as of the last look. */
interface MachineState {
  readonly engine: EngineState;
  /** The Python 3 interpreter; null where there is none, undefined before the first look has ended. */
  readonly python: string | null | undefined;
  /** Whether the Cython engine is built and can be imported. */
  readonly cython: boolean;
}

/** Looks at the machine again and again, so that no request has to wait for it or starts a program to ask. */
export interface MachineProbe {
  /** Begins; resolves when the first look has ended, or after a second. */
  start(): Promise<void>;
  current(): MachineState;
  /** What /ping tells of the machine; starts nothing and waits for nothing. */
  facts(): MachineFacts;
  /** The interpreter as of now. */
  findPython(): Promise<string | null>;
  stop(): void;
}

export interface MachineProbeOptions {
  readonly executor: Executor<ProcessProgram>;
  readonly clock: Clock;
  readonly path: string | undefined;
  /** The worker's folder. */
  readonly dir: string;
  /** Unique among the workers of this machine. */
  readonly runPrefix: string;
  /** See `EngineOptions` for the next three. */
  readonly image: string;
  readonly containerEngine: string | null;
  readonly containerArgs: readonly string[];
  /** The program whose `--check` says whether the Cython engine is built. */
  readonly cythonFile: string;
  readonly versions: { readonly worker: string; readonly node: string };
  /** Awaited once, before the first engine that answers becomes known: then nothing of this worker can run in it yet. */
  readonly onFirstEngine: (file: string) => Promise<void>;
  /** From the end of one look to the next. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 30_000;
const FIRST_LOOK_MS = 1_000;

export function createMachineProbe(options: MachineProbeOptions): MachineProbe {
  const { clock, dir, intervalMs = INTERVAL_MS } = options;
  const startedAt = clock.monotonic();
  const prober = createProber({ ...options, cwd: dir });
  const finder = createPython({ ...options, prober });
  let engine = NO_ENGINE;
  let engineWasThere = false;
  let python: Interpreter | null | undefined;
  let cython = false;
  let disk: Room | null = null;
  let stopped = false;
  let cancelNext = () => {};

  async function lookForEngine(): Promise<void> {
    const seen = await probeEngine({ ...options, prober });
    if (seen.file !== null && !engineWasThere) {
      engineWasThere = true;
      await options.onFirstEngine(seen.file);
    }
    engine = seen;
  }

  async function findPython(): Promise<string | null> {
    python = await finder.find();
    return python?.file ?? null;
  }

  async function lookForPython(): Promise<void> {
    const file = await findPython();
    cython =
      file !== null && (await prober.run(file, ['-I', options.cythonFile, '--check'])).returnCode === 0;
  }

  async function lookAtDisk(): Promise<void> {
    const { bsize, blocks, bavail } = await statfs(dir);
    disk = { total: bsize * blocks, free: bsize * bavail };
  }

  /** What fails tells nothing new; the next look may. */
  async function look(): Promise<void> {
    await Promise.allSettled([lookForEngine(), lookForPython(), lookAtDisk()]);
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
    current: () => ({ engine, python: python === undefined ? undefined : (python?.file ?? null), cython }),
    facts: () =>
      machineFacts({
        disk_bytes: disk,
        worker_uptime: Math.floor((clock.monotonic() - startedAt) / 1_000),
        versions: { ...options.versions, python: python?.version ?? null },
      }),
    findPython,
    stop() {
      stopped = true;
      cancelNext();
    },
  };
}
