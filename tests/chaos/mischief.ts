import type { Random } from '#model/clock.ts';
import type { Disk } from './disk.ts';
import { type FleetWorker, sleep } from './fleet.ts';
import type { MasterProcess } from './master-process.ts';

/** What is done to the master, and to the workers. */
const TO_MASTER = ['killed', 'killed', 'stopped', 'clock set', 'disk full'] as const;
const TO_WORKER = ['killed', 'killed', 'stopped', 'cut off', 'kept apart', 'clock set', 'disk full'] as const;
const HOURS_6 = 6 * 3_600_000;

export interface MischiefOptions {
  readonly random: Random;
  /** Told of everything that is done. */
  readonly did: (what: string) => void;
}

/** The master that runs now, and how the next one begins. */
export interface MasterPlace {
  readonly disk: Disk;
  current(): MasterProcess;
  begin(): MasterProcess;
}

/** Does one thing to the master each time: every thing once, in an order of its own, before any comes again. */
export function mischiefToMaster(place: MasterPlace, { random, did }: MischiefOptions): () => Promise<void> {
  const draw = bag(TO_MASTER, random);
  return async () => {
    const what = draw();
    const { disk } = place;
    if (what === 'disk full' && !disk.canFill) return;
    did(`master: ${what}`);
    const master = place.current();
    switch (what) {
      case 'clock set':
        master.jump(jump(random));
        break;
      case 'disk full':
        disk.fill();
        await sleep(1_000 + random() * 3_000);
        disk.empty();
        break;
      case 'stopped':
        master.signal('SIGSTOP');
        await sleep(200 + random() * 3_000);
        master.signal('SIGCONT');
        break;
      case 'killed': {
        master.signal('SIGKILL');
        await master.ended;
        await sleep(random() * 1_000);
        const next = place.begin();
        // Killed as it starts, too.
        if (random() < 0.7) await Promise.race([next.ready, next.ended]);
      }
    }
  };
}

/** As `mischiefToMaster`, to one worker each time. */
export function mischiefToWorkers(
  fleet: readonly FleetWorker[],
  { random, did }: MischiefOptions,
): () => Promise<void> {
  const draw = bag(TO_WORKER, random);
  const drawWorker = bag(fleet, random);
  return async () => {
    const what = draw();
    const worker = drawWorker();
    // What is deployed keeps nothing on its disk.
    if (what === 'disk full' && (worker.version === 1 || !worker.disk.canFill)) return;
    did(`worker of version ${worker.version}: ${what}`);
    switch (what) {
      case 'killed':
        return worker.crash(random() * 3_000);
      case 'stopped':
        return worker.pause(300 + random() * 4_000);
      case 'cut off':
        return worker.proxy.cut();
      case 'kept apart':
        worker.proxy.apart(true);
        await sleep(500 + random() * 4_000);
        return worker.proxy.apart(false);
      case 'clock set':
        return worker.jump(jump(random));
      case 'disk full':
        await worker.fillDisk(1_000 + random() * 3_000);
        // Killed with what it could not write, too.
        if (random() < 0.5) {
          did(`worker of version ${worker.version}: killed with a full disk`);
          await worker.crash(random() * 1_000);
        }
        worker.disk.empty();
    }
  };
}

/** Milliseconds by which a wall clock is set, either way. */
function jump(random: Random): number {
  return Math.round((random() * 2 - 1) * HOURS_6);
}

/** Draws all of them, in an order that changes, before it draws any again. */
function bag<T>(all: readonly T[], random: Random): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = [...all];
    const [drawn] = left.splice(Math.floor(random() * left.length), 1);
    if (drawn === undefined) throw new Error('there is nothing to draw from');
    return drawn;
  };
}
