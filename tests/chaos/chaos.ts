import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../helpers/random.ts';
import { until } from '../helpers/until.ts';
import { classify, type Evidence, type Verdict } from './classify.ts';
import { makeDisk } from './disk.ts';
import { type FleetWorker, sleep, startFleet } from './fleet.ts';
import { type MasterProcess, startMaster } from './master-process.ts';
import type { Bug } from './messages.ts';
import { mischiefToMaster, mischiefToWorkers } from './mischief.ts';
import { recordsOf } from './records.ts';
import { createSubmissions } from './submissions.ts';
import { SLOTS } from './worker-versions.ts';

/** No drain takes longer, however slow the machine: what has not ended by then never will. */
const DRAIN_WITHIN_MS = 300_000;
/** Nor does the end of a master. */
const STOP_WITHIN_MS = 30_000;

const TASK_TIMEOUT_MS = 10_000;
/** What the harness sees on the way to a worker it sees later than it was sent, on a busy machine. */
const SEEN_LATE_MS = 5_000;

/** Short intervals, so that much happens in little time; every other setting is the default. */
const SETTINGS = {
  ELASTIC_PING_INTERVAL: '0.4',
  ELASTIC_HEALTH_CHECK_INTERVAL: '1',
  ELASTIC_MAX_PING_FAILURES: '4',
  HTTP_TIMEOUT: '3',
  TASK_TIMEOUT: String(TASK_TIMEOUT_MS / 1_000),
};

export interface ChaosOptions {
  readonly dir: string;
  readonly seed: number;
  readonly seconds: number;
  readonly tasks: number;
  /** How many workers of each version of the protocol. */
  readonly version1?: number;
  readonly version2?: number;
  readonly bug?: Bug;
  /** From one mischief of the master, or of a worker, to the next; null: none. */
  readonly masterEveryMs?: number | null;
  readonly workerEveryMs?: number | null;
  /** For what remains to be submitted, and for what remains to be done, each. */
  readonly drainWithinMs?: number;
}

/** What a run was and found. */
export interface ChaosReport {
  readonly verdict: Verdict;
  readonly evidence: Evidence;
  /** How often what was done. */
  readonly mischief: ReadonlyMap<string, number>;
  /** What could not be done on this machine. */
  readonly leftOut: readonly string[];
  readonly tookSeconds: number;
  /** What masters wrote to standard error: nothing, where none crashed by itself. */
  readonly stderr: string;
}

/**
 * Runs a real master with real workers, does mischief for `seconds` while tasks are submitted, then lets all of it end and
 * classifies every task. The same seed plans the same mischief; how it meets the programs differs from run to run.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, seconds, tasks, masterEveryMs = 4_000, workerEveryMs = 1_500 } = options;
  const { version1 = 2, version2 = 3, drainWithinMs = DRAIN_WITHIN_MS } = options;
  const startedAt = performance.now();
  const randomOf = (name: string) => seededRandom(seed ^ hashOf(name));
  const mischief = new Map<string, number>();
  const did = (what: string) => mischief.set(what, (mischief.get(what) ?? 0) + 1);
  const ends: (() => unknown)[] = [];
  let stderr = '';
  let isOver = false;

  async function again(everyMs: number | null, name: string, act: () => Promise<void>): Promise<void> {
    const random = randomOf(`pauses of ${name}`);
    while (!isOver && everyMs !== null) {
      await sleep(everyMs * (0.5 + random()));
      if (!isOver) await act();
    }
  }

  try {
    const disk = makeDisk(join(options.dir, 'master'));
    ends.push(disk.remove);
    const fleet = await startFleet({
      dir: options.dir,
      version1,
      version2,
      randomOf,
      onFate: (fate) => did(`connection ${fate}`),
      atEnd: (end) => ends.push(end),
    });
    await configure(disk.dir, fleet);
    const start = (): MasterProcess => {
      const started = startMaster(disk.dir, options.bug ?? null);
      void started.ended.then(() => {
        stderr += started.stderr();
      });
      return started;
    };
    let master = start();
    const begin = () => {
      master = start();
      return master;
    };
    ends.push(() => {
      master.signal('SIGKILL');
      return master.ended;
    });
    const place = { disk, begin, current: () => master };
    const submissions = createSubmissions({ random: randomOf('submissions'), master: place.current });
    const toMaster = mischiefToMaster(place, { random: randomOf('master'), did });
    const toWorkers = mischiefToWorkers(fleet, { random: randomOf('workers'), did });
    await Promise.race([master.ready, master.ended]);
    const over = sleep(seconds * 1_000).then(() => {
      isOver = true;
    });
    await Promise.all([
      over,
      submissions.run({ tasks, seconds, answeredWithinMs: drainWithinMs, isOver: () => isOver }),
      again(masterEveryMs, 'master', toMaster),
      again(workerEveryMs, 'workers', toWorkers),
    ]);
    for (const { proxy } of fleet) proxy.calm();
    await submissions.finish(drainWithinMs);
    await until('everything has ended', () => master.isAllEnded(), drainWithinMs).catch(
      // The verdict names what has not.
      () => {},
    );
    await Promise.race([master.stop(), sleep(STOP_WITHIN_MS)]);
    master.signal('SIGKILL');
    await master.ended;
    await Promise.all(fleet.map((worker) => worker.end()));
    const evidence: Evidence = {
      submitted: submissions.all(),
      ...recordsOf(disk.dir),
      runs: fleet.flatMap((worker) => worker.runs()),
      sent: fleet.flatMap((worker) => worker.sent()),
      waitMs: TASK_TIMEOUT_MS - SEEN_LATE_MS,
    };
    const tookSeconds = Math.round((performance.now() - startedAt) / 1_000);
    const leftOut = disk.canFill ? [] : [NO_FULL_DISK];
    return { verdict: classify(evidence), evidence, mischief, leftOut, tookSeconds, stderr };
  } finally {
    isOver = true;
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
  }
}

const NO_FULL_DISK = 'no disk was ever full: this user may not mount a tmpfs here (root on Linux may)';

async function configure(dir: string, fleet: readonly FleetWorker[]): Promise<void> {
  const lines = Object.entries(SETTINGS).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(dir, '.env'), lines.join(''));
  const workers = fleet.map(({ id, version, proxy }) => ({
    id,
    ip: '127.0.0.1',
    port: proxy.port,
    // Version 1 does not say how many it takes at once.
    ...(version === 1 ? { slots: SLOTS } : {}),
  }));
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers }));
}

/** FNV-1a (Fowler, Noll and Vo): every part of a run has random numbers of its own. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
