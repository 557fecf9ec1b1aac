import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '#model/clock.ts';
import { seededRandom } from '../helpers/random.ts';
import { until } from '../helpers/until.ts';
import { classify, type Verdict } from './classify.ts';
import { makeDisk } from './disk.ts';
import { type FleetWorker, sleep, startFleet } from './fleet.ts';
import { type MasterProcess, startMaster } from './master-process.ts';
import type { Bug } from './messages.ts';
import { recordedTasks } from './records.ts';
import { createSubmissions } from './submissions.ts';

/** No drain takes longer, however slow the machine: what has not ended by then never will. */
const DRAIN_WITHIN_MS = 300_000;
/** Nor does the end of a master. */
const STOP_WITHIN_MS = 30_000;

/** Short intervals, so that much happens in little time; every other setting is the default. */
const SETTINGS = {
  ELASTIC_PING_INTERVAL: '0.4',
  ELASTIC_HEALTH_CHECK_INTERVAL: '1',
  ELASTIC_MAX_PING_FAILURES: '4',
  HTTP_TIMEOUT: '3',
  TASK_TIMEOUT: '15',
};

/** What is done to the master, and to the workers; one is drawn each time. */
const TO_MASTER = ['killed', 'killed', 'stopped', 'clock set', 'disk full'] as const;
const TO_WORKER = ['killed', 'stopped', 'cut off', 'kept apart'] as const;
const HOUR = 3_600_000;

export interface ChaosOptions {
  readonly dir: string;
  readonly seed: number;
  readonly seconds: number;
  readonly tasks: number;
  readonly workers?: number;
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
  /** How often what was done. */
  readonly mischief: ReadonlyMap<string, number>;
  readonly submitted: number;
  readonly runs: number;
  /** What masters wrote to standard error: nothing, where none crashed by itself. */
  readonly stderr: string;
}

/**
 * Runs a real master with real workers, does mischief for `seconds` while tasks are submitted, then lets all of it end and
 * classifies every task. The same seed plans the same mischief; how it meets the programs differs from run to run.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const {
    seed,
    seconds,
    tasks,
    masterEveryMs = 5_000,
    workerEveryMs = 2_500,
    drainWithinMs = DRAIN_WITHIN_MS,
  } = options;
  const randomOf = (name: string) => seededRandom(seed ^ hashOf(name));
  const mischief = new Map<string, number>();
  const did = (what: string) => mischief.set(what, (mischief.get(what) ?? 0) + 1);
  const disk = makeDisk(join(options.dir, 'master'));
  const fleet = await startFleet({
    dir: options.dir,
    count: options.workers ?? 3,
    randomOf,
    onFate: (fate) => did(`connection ${fate}`),
  });
  let stderr = '';
  let isOver = false;
  await configure(disk.dir, fleet);
  let master = begin();

  function begin(): MasterProcess {
    const started = startMaster(disk.dir, options.bug ?? null);
    void started.ended.then(() => {
      stderr += started.stderr();
    });
    return started;
  }

  async function toMaster(random: Random): Promise<void> {
    const what = pick(TO_MASTER, random);
    if (what === 'disk full' && !disk.canFill) return;
    did(`master: ${what}`);
    if (what === 'clock set') return master.jump(Math.round((random() * 2 - 1) * 6 * HOUR));
    if (what === 'disk full') {
      disk.fill();
      await sleep(1_000 + random() * 3_000);
      disk.empty();
    } else if (what === 'stopped') {
      master.signal('SIGSTOP');
      await sleep(200 + random() * 3_000);
      master.signal('SIGCONT');
    } else {
      master.signal('SIGKILL');
      await master.ended;
      await sleep(random() * 1_000);
      master = begin();
      // Killed as it starts, too.
      if (random() < 0.7) await Promise.race([master.ready, master.ended]);
    }
  }

  async function toWorker(random: Random): Promise<void> {
    const what = pick(TO_WORKER, random);
    const worker = pick(fleet, random);
    did(`worker: ${what}`);
    if (what === 'killed') await worker.crash(random() * 3_000);
    else if (what === 'stopped') await worker.pause(300 + random() * 4_000);
    else if (what === 'cut off') worker.proxy.cut();
    else {
      worker.proxy.apart(true);
      await sleep(500 + random() * 4_000);
      worker.proxy.apart(false);
    }
  }

  async function again(everyMs: number | null, random: Random, act: (random: Random) => Promise<void>) {
    while (!isOver && everyMs !== null) {
      await sleep(everyMs * (0.5 + random()));
      if (!isOver) await act(random);
    }
  }

  const submissions = createSubmissions({ random: randomOf('submissions'), master: () => master });
  try {
    await Promise.race([master.ready, master.ended]);
    const over = sleep(seconds * 1_000).then(() => {
      isOver = true;
    });
    await Promise.all([
      over,
      submissions.run({ tasks, seconds, isOver: () => isOver }),
      again(masterEveryMs, randomOf('master'), toMaster),
      again(workerEveryMs, randomOf('workers'), toWorker),
    ]);
    for (const { proxy } of fleet) proxy.calm();
    disk.empty();
    await submissions.finish(drainWithinMs);
    await until('everything has ended', () => master.isAllEnded(), drainWithinMs).catch(
      // The verdict names what has not.
      () => {},
    );
    await Promise.race([master.stop(), sleep(STOP_WITHIN_MS)]);
    master.signal('SIGKILL');
    await master.ended;
    await Promise.all(fleet.map((worker) => worker.end()));
    const runs = fleet.flatMap((worker) => worker.runs());
    const submitted = submissions.all();
    const verdict = classify({ submitted, tasks: recordedTasks(disk.dir), runs });
    const starts = runs.reduce((sum, run) => sum + run.starts, 0);
    return { verdict, mischief, submitted: submitted.length, runs: starts, stderr };
  } finally {
    isOver = true;
    master.signal('SIGKILL');
    await master.ended;
    await Promise.all(fleet.map((worker) => worker.end()));
    disk.remove();
  }
}

async function configure(dir: string, fleet: readonly FleetWorker[]): Promise<void> {
  const lines = Object.entries(SETTINGS).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(dir, '.env'), lines.join(''));
  const workers = fleet.map(({ id, proxy }) => ({ id, ip: '127.0.0.1', port: proxy.port }));
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers }));
}

function pick<T>(all: readonly T[], random: Random): T {
  const picked = all[Math.floor(random() * all.length)];
  if (picked === undefined) throw new Error('there is nothing to pick from');
  return picked;
}

/** FNV-1a (Fowler, Noll and Vo): every part of a run has random numbers of its own. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
