import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '#model/clock.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import { type Fate, startProxy, type UnreliableProxy } from './proxy.ts';
import { type Run, runsOf } from './records.ts';

/** The program that is shipped. */
const PROGRAM = fileURLToPath(new URL('../../bin/elastic-worker.js', import.meta.url));
const SLOTS = 4;

/** A real elastic-worker behind a proxy, which keeps its place while the worker comes and goes. */
export interface FleetWorker {
  readonly id: string;
  readonly proxy: UnreliableProxy;
  /** Kills it, and starts it again after `downMs`. */
  crash(downMs: number): Promise<void>;
  /** Stops it for so long, as a machine that sleeps. */
  pause(ms: number): Promise<void>;
  /** Ends it for good, with everything it knows on disk. */
  end(): Promise<void>;
  runs(): readonly Run[];
}

export interface FleetOptions {
  readonly dir: string;
  readonly count: number;
  readonly randomOf: (name: string) => Random;
  readonly onFate: (fate: Fate) => void;
}

/** Three benchmarks: one that says what it was given, one that takes a moment to, and one that fails. */
const BENCHMARKS = {
  shipped: false,
  benchmarks: [
    declared('echo', ['echo', 'value: {N}']),
    declared('slow', ['sh', '-c', 'sleep 0.3; echo "value: $0"', '{N}']),
    declared('fails', ['sh', '-c', 'echo no >&2; exit 3']),
  ],
};

function declared(name: string, command: readonly string[]): object {
  return {
    name,
    executor: 'process',
    command,
    parameters: [{ name: 'N', type: 'integer', default: 0 }],
    output: { results: [{ name: 'particle_collisions', pattern: '^value: (?<value>\\d+)$' }] },
  };
}

export async function startFleet(options: FleetOptions): Promise<readonly FleetWorker[]> {
  return Promise.all(
    Array.from({ length: options.count }, (_, index) => startFleetWorker(`worker-0${index + 1}`, options)),
  );
}

async function startFleetWorker(id: string, { dir, randomOf, onFate }: FleetOptions): Promise<FleetWorker> {
  const home = join(dir, id);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'benchmarks.json'), JSON.stringify(BENCHMARKS));
  const proxy = await startProxy({ random: randomOf(`proxy ${id}`), onFate });
  let worker = await start();

  async function start(): Promise<WorkerProcess> {
    const started = await startWorkerProcess({
      id,
      dir: home,
      program: PROGRAM,
      args: ['--slots', String(SLOTS)],
    });
    await proxy.lead(started.port);
    return started;
  }

  return {
    id,
    proxy,
    async crash(downMs) {
      await proxy.lead(null);
      await worker.kill();
      await sleep(downMs);
      worker = await start();
    },
    async pause(ms) {
      worker.child.kill('SIGSTOP');
      await sleep(ms);
      worker.child.kill('SIGCONT');
    },
    async end() {
      await worker.stop();
      await proxy.close();
    },
    runs: () => runsOf(home, id),
  };
}

/** Part of the mischief: its lengths are drawn from the seed, and nothing is expected to have happened after it. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
