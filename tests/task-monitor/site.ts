import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createBus } from '#bus/bus.ts';
import type { CallFailure } from '#model/call-failure.ts';
import type { Event, EventOf } from '#model/events.ts';
import type { NewTask, Task } from '#model/task.ts';
import type { PingReport, StatusReport, WorkerConfig } from '#model/worker.ts';
import { openTaskStore, type TaskStore } from '#persistence/task-store.ts';
import { createLocalStore } from '#store/local-store.ts';
import { createTaskMonitor, type TaskMonitorOptions } from '#task-monitor/task-monitor.ts';
import { createWorkerClient } from '#worker-client/worker-client.ts';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { sampleReport } from '../model/samples.ts';
import { THREAD_URL } from '../persistence/opened.ts';

export interface SiteOptions {
  /** The folder of the database; a new one where it is missing. */
  readonly dir?: string;
  readonly settings?: Partial<TaskMonitorOptions['settings']>;
  readonly clock?: FakeClock;
  /** See the task store. */
  readonly maxPages?: number;
  /** Workers that are healthy from the beginning. */
  readonly workers?: readonly { readonly config: WorkerConfig }[];
}

/**
 * A task monitor with all that is real around it: bus, snapshot, SQLite in its thread, the workers' HTTP client. Only
 * time stands still between the steps, and the test says what the worker monitor would.
 */
async function openSite(options: SiteOptions = {}) {
  const clock = options.clock ?? fakeClock();
  const dir = options.dir ?? (await temporaryFolder());
  const database = join(dir, 'tasks.sqlite');
  const bus = createBus();
  const unanswered = () => Promise.reject(new Error('not asked in these tests'));
  const local = createLocalStore({ bus, clock, dispatch: unanswered, query: unanswered });
  const events: Event[] = [];
  bus.subscribe((event) => events.push(event));
  const { maxPages } = options;
  const store: TaskStore = await openTaskStore({ path: database, threadUrl: THREAD_URL, maxPages });
  const client = createWorkerClient({ clock, settings: { httpTimeoutMs: 10_000 } });
  let made = 0;
  const monitor = createTaskMonitor({
    bus,
    clock,
    // No round number: what is made of it must fit the database all the same. And a long pause, of which little passes
    // while a slow disk is waited for.
    random: () => 0.987_654_321,
    settings: {
      httpTimeoutMs: 10_000,
      taskTimeoutMs: 60_000,
      retryAttempts: 3,
      maxConcurrentTasks: null,
      sweepLimit: 100_000,
      taskRetentionMs: null,
      taskRetentionCount: null,
      ...options.settings,
    },
    current: local.current,
    client,
    store,
    newId() {
      made += 1;
      return `made-${made}`;
    },
  });
  let open = true;

  const publish = (event: Event) => bus.publish(event);

  const site = {
    dir,
    database,
    clock,
    events,
    bus,
    monitor,
    store,
    current: local.current,

    /** Configures a worker and lets it be healthy. */
    healthy(
      config: WorkerConfig,
      report: Partial<PingReport> = {},
      statusReport: Partial<StatusReport> = {},
    ) {
      publish({ type: 'worker-configured', at: clock.now(), config, restored: null });
      site.ping(config.id, report);
      site.becomes(config.id, 'active');
      publish({
        type: 'worker-health-checked',
        at: clock.now(),
        workerId: config.id,
        health: { state: 'healthy', reasons: [], warnings: [], checkedAt: clock.now() },
        medianMs: null,
        statusReport: {
          dockerImage: '',
          imageAvailable: true,
          benchmarks: [],
          pythonAvailable: true,
          ...statusReport,
        },
      });
    },
    /** A good ping, answered just now. */
    ping(workerId: string, report: Partial<PingReport> = {}, latencyMs = 1) {
      const outcome = { ok: true, latencyMs, report: sampleReport({ workerId, ...report }) } as const;
      publish({ type: 'worker-pinged', at: clock.now(), workerId, outcome });
    },
    /** The same, a moment later, showing a task under way. */
    async pingLater(workerId: string, currentTaskId: string | null = null) {
      await clock.advance(10);
      const currentTask =
        currentTaskId === null ? null : { taskId: currentTaskId, benchmark: 'benchmark.py' };
      site.ping(workerId, { currentTask });
    },
    becomes(workerId: string, to: 'active' | 'unstable' | 'inactive') {
      const from = local.current().workers.get(workerId)?.status ?? 'unknown';
      const failure: CallFailure | null = to === 'active' ? null : { reason: 'timeout', detail: '' };
      publish({
        type: 'worker-status-changed',
        at: clock.now(),
        workerId,
        from,
        to,
        milestone: null,
        failure,
        failures: to === 'active' ? 0 : 5,
        maxFailures: 5,
      });
    },
    async submit(...tasks: Partial<NewTask>[]): Promise<readonly string[]> {
      const wanted = tasks.map((task) => ({
        benchmark: 'benchmark.py',
        parameters: { SEMILLA: 1 },
        ...task,
      }));
      return (await monitor.dispatch({ type: 'submit-tasks', tasks: wanted })).ids;
    },
    task(id: string): Task {
      const task = local.current().tasks.known.get(id);
      if (task === undefined) throw new Error(`${id} is not in the snapshot`);
      return task;
    },
    /** What was told of a task: the changes, in order. */
    told(id: string): string[] {
      return site.eventsOf('task-changed').flatMap(({ task, change }) => (task.id === id ? [change] : []));
    },
    eventsOf<Type extends Event['type']>(type: Type): EventOf<Type>[] {
      return events.filter((event): event is EventOf<Type> => event.type === type);
    },
    /** Waits while a little time passes at each look. */
    until<T>(what: string, probe: () => T | Promise<T>) {
      return until(what, async () => {
        await clock.advance(1);
        return probe();
      });
    },
    /** Lets everything happen that happens by itself within a moment. */
    async settle() {
      for (let turn = 0; turn < 20; turn += 1) {
        await clock.advance(10);
        // A question to the database comes back after everything that was asked of it before.
        await store.task('nobody');
      }
    },
    /** Ends the master as `q` does. */
    async close() {
      if (!open) return;
      open = false;
      await monitor.stop();
      await client.close();
      await store.close();
      local.close();
    },
    /** Ends it as a crash does, as far as the database can tell: nothing more is written. */
    async crash() {
      if (!open) return;
      open = false;
      await store.close();
      await monitor.stop();
      await client.close();
      local.close();
    },
  };
  onTestFinished(() => site.close());
  for (const { config } of options.workers ?? []) site.healthy(config);
  return site;
}

export type Site = Awaited<ReturnType<typeof openSite>>;

/** A site whose monitor has started. */
export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const site = await openSite(options);
  await site.monitor.start();
  return site;
}
