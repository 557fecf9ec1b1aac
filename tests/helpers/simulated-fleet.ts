import { createBus } from '#bus/bus.ts';
import type { Random } from '#model/clock.ts';
import type { PastRun } from '#model/past-run.ts';
import { reduce } from '#model/reduce.ts';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import type { NewTask } from '#model/task.ts';
import type { WorkerConfig } from '#model/worker.ts';
import type { Balancer } from '#task-monitor/balancer.ts';
import type { TaskClient } from '#task-monitor/roles.ts';
import { createTaskMonitor } from '#task-monitor/task-monitor.ts';
import { eventClock } from './event-clock.ts';
import { memoryStore } from './memory-store.ts';
import { normal, seededRandom } from './random.ts';

const BENCHMARK = 'benchmark.py';
const PARTICLES = 100;
/** Seconds of a task of size 1 on a worker of speed 1. */
export const UNIT_SECONDS = 60;
/** Steps of a task of size 1. */
const UNIT_STEPS = 10_000;
/** Of the logarithm of a run's duration around what its parameters say. */
const DEVIATION = 0.05;
/** Runs of each worker that the master knows at the start. */
const PAST_RUNS = 3;
/** Longer than any run. */
const TIMEOUT_MS = 1e12;

export interface SimulatedWorker {
  /** Times the speed of the slowest one there may be. */
  readonly speed: number;
  readonly pingMs: number;
  readonly slots: number;
  readonly labels: readonly string[];
}

export interface SimulatedTask {
  /** Multiples of what the slowest worker does in a minute. */
  readonly size: number;
  /** When it is submitted; those of the same time are submitted together. */
  readonly atSeconds: number;
  readonly labels: readonly string[];
}

/** The operator drains a worker, or ends that. */
interface Draining {
  readonly atSeconds: number;
  readonly worker: number;
  readonly drained: boolean;
}

export interface Scenario {
  readonly seed: number;
  readonly workers: readonly SimulatedWorker[];
  readonly tasks: readonly SimulatedTask[];
  readonly draining?: readonly Draining[];
  readonly limit?: number;
  /** What the master is not told, to see that the simulation notices. */
  readonly untold?: 'limit' | 'draining';
  /** Ours where it is missing. */
  readonly balancer?: Balancer;
  /** No past runs are known at the start. */
  readonly cold?: true;
}

interface SimulatedRun {
  readonly size: number;
  readonly worker: number;
  readonly atSeconds: number;
  /** From submission to start, and to end, in seconds. */
  readonly wait: number;
  readonly response: number;
}

export interface Outcome {
  readonly runs: readonly SimulatedRun[];
  /** From the first submission to the last end, in seconds. */
  readonly makespan: number;
  /** No schedule can be shorter than max(all work / all speed, longest task / fastest worker), in seconds. */
  readonly bound: number;
  /** What was done that must not be done, one sentence each. */
  readonly violations: readonly string[];
}

/** Drives the production task monitor, its queue, balancer and dispatcher, against workers and a database made of timers. */
export async function simulate(scenario: Scenario): Promise<Outcome> {
  const clock = eventClock();
  const random = seededRandom(scenario.seed);
  const bus = createBus();
  let snapshot = EMPTY_SNAPSHOT;
  bus.subscribe((event) => {
    snapshot = reduce(snapshot, event);
  });
  const durations = scenario.tasks.map(({ size }) => size * Math.exp(DEVIATION * normal(random)));
  const fleet = simulatedFleet(scenario, { clock, durations });
  const monitor = createTaskMonitor({
    bus,
    clock,
    random,
    settings: {
      httpTimeoutMs: TIMEOUT_MS,
      taskTimeoutMs: TIMEOUT_MS,
      retryAttempts: 3,
      maxConcurrentTasks: scenario.untold === 'limit' ? null : (scenario.limit ?? null),
      sweepLimit: scenario.tasks.length,
      taskRetentionMs: null,
      taskRetentionCount: null,
    },
    current: () => snapshot,
    client: fleet.client,
    store: memoryStore(scenario.cold ? [] : pastRuns(scenario.workers, random)),
    newId: () => {
      throw new Error('every task has its id');
    },
    ...(scenario.balancer === undefined ? {} : { balancer: scenario.balancer }),
  });
  for (const [index, worker] of scenario.workers.entries()) {
    const config = configOf(index, worker);
    const at = clock.now();
    const workerId = config.id;
    const report = {
      workerId,
      dockerAvailable: true,
      currentTask: null,
      capabilities: ['tasks', 'cancel', 'idempotent'],
      slots: worker.slots,
      slotsFree: worker.slots,
      queued: 0,
      draining: false,
      message: '',
    };
    bus.publish({ type: 'worker-configured', at, config, restored: null });
    bus.publish({
      type: 'worker-pinged',
      at,
      workerId,
      outcome: { ok: true, latencyMs: worker.pingMs, report },
    });
    bus.publish({
      type: 'worker-status-changed',
      at,
      workerId,
      from: 'unknown',
      to: 'active',
      milestone: null,
      failure: null,
      failures: 0,
      maxFailures: 5,
    });
    bus.publish({
      type: 'worker-health-checked',
      at,
      workerId,
      health: { state: 'healthy', reasons: [], warnings: [], checkedAt: at },
      medianMs: null,
      statusReport: { dockerImage: '', imageAvailable: true, benchmarks: [], pythonAvailable: true },
    });
  }
  await monitor.start();
  for (const [atSeconds, tasks] of byTime(scenario.tasks)) {
    clock.after(atSeconds * 1_000, () => void monitor.dispatch({ type: 'submit-tasks', tasks }));
  }
  for (const { atSeconds, worker, drained } of scenario.draining ?? []) {
    clock.after(atSeconds * 1_000, () => {
      fleet.drain(worker, drained);
      if (scenario.untold === 'draining') return;
      void monitor.dispatch({ type: 'drain-worker', workerId: idOf(worker), drained });
    });
  }
  await clock.run(() => fleet.runs.length === scenario.tasks.length);
  await monitor.stop();
  const first = Math.min(...scenario.tasks.map(({ atSeconds }) => atSeconds));
  return {
    runs: fleet.runs,
    makespan: clock.monotonic() / 1_000 - first,
    bound: lowerBound(durations, scenario.workers),
    violations: fleet.violations,
  };
}

function lowerBound(sizes: readonly number[], workers: readonly SimulatedWorker[]): number {
  let work = 0;
  let longest = 0;
  for (const size of sizes) {
    work += size;
    longest = Math.max(longest, size);
  }
  let speed = 0;
  let fastest = 0;
  for (const worker of workers) {
    speed += worker.speed * worker.slots;
    fastest = Math.max(fastest, worker.speed);
  }
  return Math.max(work / speed, longest / fastest) * UNIT_SECONDS;
}

interface FleetContext {
  readonly clock: ReturnType<typeof eventClock>;
  /** Of each task on a worker of speed 1, in multiples of the unit. */
  readonly durations: readonly number[];
}

function simulatedFleet({ workers, tasks, limit }: Scenario, { clock, durations }: FleetContext) {
  const running = new Map<string, number>();
  const drained = new Map<number, number>();
  const runs: SimulatedRun[] = [];
  const violations: string[] = [];
  let total = 0;

  function check(worker: number, task: number): void {
    const { slots = 0, labels = [] } = workers[worker] ?? {};
    const wanted = tasks[task]?.labels ?? [];
    const id = idOf(worker);
    if ((running.get(id) ?? 0) > slots) violations.push(`${id} runs more than its ${slots} slots`);
    if (total > (limit ?? Number.POSITIVE_INFINITY))
      violations.push(`${total} tasks run, the limit is ${limit}`);
    if (!wanted.every((label) => labels.includes(label)))
      violations.push(`${id} has not ${wanted.join(', ')}`);
    // What was on its way when the operator drained it may still come.
    if ((drained.get(worker) ?? Number.POSITIVE_INFINITY) < clock.monotonic()) {
      violations.push(`${id} got a task while it was drained`);
    }
  }

  const client: TaskClient = {
    execute({ id }, { wireId }, { onSent }) {
      const worker = Number(id.slice(2));
      const task = Number(wireId.slice(2));
      const { atSeconds = 0, size = 0 } = tasks[task] ?? {};
      const seconds = ((durations[task] ?? 0) * UNIT_SECONDS) / (workers[worker]?.speed ?? 1);
      const start = clock.monotonic() / 1_000;
      running.set(id, (running.get(id) ?? 0) + 1);
      total += 1;
      check(worker, task);
      onSent();
      return new Promise((resolve) => {
        clock.after(seconds * 1_000, () => {
          running.set(id, (running.get(id) ?? 0) - 1);
          total -= 1;
          const end = clock.monotonic() / 1_000;
          runs.push({
            size,
            worker,
            atSeconds,
            wait: Math.max(0, start - atSeconds),
            response: end - atSeconds,
          });
          const result = { particleCollisions: 0, wallCollisions: 0, executionSeconds: seconds, output: '' };
          resolve({ kind: 'completed', result });
        });
      });
    },
    history: () => Promise.reject(new Error('nothing is ever uncertain here')),
    task: () => Promise.reject(new Error('nothing is ever uncertain here')),
    cancel: () => Promise.reject(new Error('nothing is ever called off here')),
  };

  return {
    client,
    runs,
    violations,
    drain(worker: number, isDrained: boolean) {
      if (isDrained) drained.set(worker, clock.monotonic());
      else drained.delete(worker);
    },
  };
}

function idOf(worker: number): string {
  return `w-${worker}`;
}

function configOf(index: number, { slots, labels }: SimulatedWorker): WorkerConfig {
  return {
    id: idOf(index),
    url: `http://127.0.0.1:${index}`,
    host: '127.0.0.1',
    port: index,
    slots,
    labels,
    tokenFile: null,
    origin: 'configured',
  };
}

function byTime(tasks: readonly SimulatedTask[]): Map<number, NewTask[]> {
  const groups = new Map<number, NewTask[]>();
  for (const [index, { atSeconds, size, labels }] of tasks.entries()) {
    const group = groups.get(atSeconds) ?? [];
    groups.set(atSeconds, group);
    group.push({ id: `t-${index}`, benchmark: BENCHMARK, parameters: parametersOf(size), labels });
  }
  return groups;
}

function parametersOf(size: number): NewTask['parameters'] {
  return { NUM_PARTICULAS: PARTICLES, NUM_PASOS: Math.max(1, Math.round(size * UNIT_STEPS)), SEMILLA: 1 };
}

function pastRuns(workers: readonly SimulatedWorker[], random: Random): PastRun[] {
  return workers.flatMap(({ speed }, index) =>
    Array.from({ length: PAST_RUNS }, () => ({
      workerId: idOf(index),
      benchmark: BENCHMARK,
      parameters: parametersOf(1),
      seconds: (UNIT_SECONDS / speed) * Math.exp(DEVIATION * normal(random)),
    })),
  );
}
