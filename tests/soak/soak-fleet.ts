import { createBus } from '#bus/bus.ts';
import type { Random } from '#model/clock.ts';
import type { Task } from '#model/task.ts';
import type { PingOutcome, WorkerConfig } from '#model/worker.ts';
import { createLocalStore } from '#store/local-store.ts';
import { createWorkerMonitor } from '#worker-monitor/worker-monitor.ts';
import { eventClock } from '../helpers/event-clock.ts';
import { attempt, pingReport, SETTINGS, task, workerConfig } from '../ui/fleet.ts';

const WORKERS = 1_000;
/** These are lost and come back; they are the first ones, whose rows are on the screen. */
const MOODY = 30;
/** Of being gone for the whole of a minute. */
const GONE = 0.3;
const MINUTE_MS = 60_000;
const TASKS_A_SECOND = 4;

/** The real worker monitor and the real store over 1 000 workers without sockets, whose hours pass as fast as they can. */
export function soakFleet(random: Random) {
  const clock = eventClock();
  const bus = createBus();
  const unanswered = () => Promise.reject(new Error('this fleet takes no commands'));
  const store = createLocalStore({ bus, clock, dispatch: unanswered, query: unanswered });
  let gone: ReadonlySet<string> = new Set();
  let pings = 0;
  let tasks = 0;
  let running: Task[] = [];

  async function ping({ id }: WorkerConfig): Promise<PingOutcome> {
    pings += 1;
    if (gone.has(id)) return { ok: false, failure: { reason: 'refused', detail: '' } };
    return { ok: true, latencyMs: 1 + random() * 40, report: pingReport(id) };
  }

  const monitor = createWorkerMonitor({
    bus,
    clock,
    settings: SETTINGS,
    current: store.current,
    pinger: { ping },
    client: {
      status: async () => ({
        ok: true,
        report: {
          dockerImage: 'x',
          imageAvailable: true,
          benchmarks: ['benchmark.py'],
          pythonAvailable: true,
        },
      }),
    },
  });
  const ids = Array.from({ length: WORKERS }, (_, index) => `worker-${String(index + 1).padStart(4, '0')}`);
  bus.publish({
    type: 'master-started',
    at: clock.now(),
    version: '0.1.0',
    settings: SETTINGS,
    counters: null,
  });
  monitor.start(ids.map((id) => ({ config: workerConfig(id, '10.0.0.1'), restored: null })));

  function change(next: Task, from: Task['state'] | null, kind: 'submitted' | 'sent' | 'completed'): void {
    bus.publish({ type: 'task-changed', at: clock.now(), change: kind, task: next, from });
  }

  /** What was sent a second ago ends; new ones come and are sent. */
  function workASecond(): void {
    const now = clock.now();
    for (const each of running) {
      const attempts = each.attempts.map(
        (last) => ({ ...last, outcome: 'completed', endedAt: now }) as const,
      );
      const result = { particleCollisions: 171, wallCollisions: 112, executionSeconds: 1, output: 'done\n' };
      change({ ...each, state: 'completed', updatedAt: now, attempts, result }, 'running', 'completed');
    }
    running = Array.from({ length: TASKS_A_SECOND }, () => {
      tasks += 1;
      const workerId = ids[Math.floor(random() * WORKERS)] ?? 'worker-0001';
      const fresh = task({ id: `soak-${tasks}`, sequence: tasks, createdAt: now, updatedAt: now });
      change(fresh, null, 'submitted');
      const attempts = [attempt({ workerId, assignedAt: now, sentAt: now })];
      const sent: Task = { ...fresh, state: 'running', attempts };
      change(sent, 'pending', 'sent');
      return sent;
    });
  }

  return {
    clock,
    store,
    counts: () => ({ pings, tasks }),
    /** Lets a second pass, at the turn of a minute with other workers gone than before. */
    async second(): Promise<void> {
      if (clock.now() % MINUTE_MS < 1_000) {
        gone = new Set(ids.slice(0, MOODY).filter(() => random() < GONE));
      }
      workASecond();
      let isOver = false;
      clock.after(1_000, () => {
        isOver = true;
      });
      await clock.run(() => isOver);
    },
    async close(): Promise<void> {
      await monitor.stop();
      store.close();
    },
  };
}
