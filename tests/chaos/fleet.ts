import { join } from 'node:path';
import type { Random } from '#model/clock.ts';
import { type Disk, makeDisk } from './disk.ts';
import type { ToWorker } from './messages.ts';
import { type Fate, startProxy, type UnreliableProxy } from './proxy.ts';
import type { Run, Sent } from './records.ts';
import { type StartedWorker, version1, version2, type WorkerVersion } from './worker-versions.ts';

/** A worker behind a proxy, which keeps its place while the worker comes and goes. */
export interface FleetWorker {
  readonly id: string;
  readonly version: 1 | 2;
  readonly proxy: UnreliableProxy;
  readonly disk: Disk;
  /** Kills it, and starts it again after `downMs`; its disk is emptied before the start. */
  crash(downMs: number): Promise<void>;
  /** Stops it for so long, as a machine that sleeps. */
  pause(ms: number): Promise<void>;
  /** Sets its wall clock by so many milliseconds, until it starts again. */
  jump(ms: number): void;
  /** Fills its disk for so long. */
  fillDisk(ms: number): Promise<void>;
  /** Ends it for good, with everything it knows on disk. May be called again. */
  end(): Promise<void>;
  runs(): readonly Run[];
  /** Everything that was sent to it. */
  sent(): readonly Sent[];
}

export interface FleetOptions {
  readonly dir: string;
  /** How many of each version. */
  readonly version1: number;
  readonly version2: number;
  readonly randomOf: (name: string) => Random;
  readonly onFate: (fate: Fate) => void;
  /** What must be called at the end, the last one first, however far the start came. */
  readonly atEnd: (end: () => unknown) => void;
}

export async function startFleet(options: FleetOptions): Promise<readonly FleetWorker[]> {
  const versions = [
    ...Array.from({ length: options.version2 }, () => version2),
    ...Array.from({ length: options.version1 }, () => version1),
  ];
  return Promise.all(
    versions.map((version, index) => startFleetWorker(`worker-0${index + 1}`, version, options)),
  );
}

async function startFleetWorker(
  id: string,
  version: WorkerVersion,
  { dir, randomOf, onFate, atEnd }: FleetOptions,
): Promise<FleetWorker> {
  const disk = makeDisk(join(dir, id));
  atEnd(disk.remove);
  const sent: Sent[] = [];
  const onSent = (wire: string) =>
    sent.push({ workerId: id, version: version.version, wire, at: performance.now() });
  const proxy = await startProxy({ random: randomOf(`proxy ${id}`), onFate, onSent });
  atEnd(proxy.close);
  /** An end that could not be written by a worker that was killed then is not known to it any more. */
  let wasFull = false;
  let worker = await start();
  const end = async () => {
    await worker.stop();
    await proxy.close();
  };
  atEnd(end);

  async function start(): Promise<StartedWorker> {
    const started = await version.start(id, disk.dir);
    await proxy.lead(started.port);
    return started;
  }

  return {
    id,
    version: version.version,
    proxy,
    disk,
    async crash(downMs) {
      await proxy.lead(null);
      await worker.kill();
      await sleep(downMs);
      disk.empty();
      worker = await start();
    },
    async pause(ms) {
      worker.child.kill('SIGSTOP');
      await sleep(ms);
      worker.child.kill('SIGCONT');
    },
    jump(ms) {
      worker.child.send({ type: 'jump', ms } satisfies ToWorker, () => {});
    },
    async fillDisk(ms) {
      wasFull = true;
      disk.fill();
      await sleep(ms);
    },
    end,
    runs: () => version.runs(id, disk.dir).map((run) => ({ ...run, mayBeForgotten: wasFull })),
    sent: () => sent,
  };
}

/** Part of the mischief: its lengths are drawn from the seed, and nothing is expected to have happened after it. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
