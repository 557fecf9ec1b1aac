import type { Bus } from '#bus/bus.ts';
import type { Clock, Random } from '#model/clock.ts';
import type { Command, CommandAnswer, Query, QueryAnswer, QueryAnswers } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { openAttempt, type Task } from '#model/task.ts';
import { chooseWorker } from './balancer.ts';
import { createDispatcher } from './dispatcher.ts';
import { createOccupancy } from './occupancy.ts';
import { createPendingQueue } from './queue.ts';
import { createRecorder } from './recorder.ts';
import { LONGEST_BACKOFF_MS } from './retry.ts';
import type { LoadedTasks, TaskClient, TaskStore } from './roles.ts';
import { acceptTasks } from './submission.ts';

/** Finished tasks that the screen gets at the start. */
const SHOWN_FINISHED = 500;
/** Tasks told of in one go at the start: more would hold up keys and pings. */
const RESTORED_AT_ONCE = 1_000;
/** Pings and health checks may free a worker many times a second; looking once for all of them is soon enough. */
const LOOK_AGAIN_MS = 50;

export interface TaskMonitorOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<
    Settings,
    'httpTimeoutMs' | 'taskTimeoutMs' | 'retryAttempts' | 'maxConcurrentTasks'
  >;
  readonly current: () => Snapshot;
  readonly client: TaskClient;
  readonly store: TaskStore;
  /** Makes the id of a task that came without one. */
  readonly newId: () => string;
}

export interface TaskMonitor {
  /** Reads the tasks back, goes on where an earlier run of the master ended, and begins to dispatch. */
  start(): Promise<void>;
  dispatch<C extends Command>(command: C): Promise<CommandAnswer<C>>;
  query<Q extends Query>(query: Q): Promise<QueryAnswer<Q>>;
  /** Stops dispatching. What runs at workers goes on there. Resolves when everything known is on disk. */
  stop(): Promise<void>;
}

/** MEMORIA 2: takes tasks, chooses the worker, dispatches, and recovers what failed. */
export function createTaskMonitor(options: TaskMonitorOptions): TaskMonitor {
  const { bus, clock, random, settings, current, client, store, newId } = options;
  const stopping = new AbortController();
  const queue = createPendingQueue();
  const occupancy = createOccupancy(clock);
  const recorder = createRecorder({ bus, clock, store });
  const dispatcher = createDispatcher({
    bus,
    clock,
    random,
    settings,
    current,
    client,
    recorder,
    occupancy,
    // A database that cannot be read does not take the assignment either.
    find: async (id) => recorder.get(id) ?? store.task(id).catch(() => null),
    signal: stopping.signal,
    onPending: enqueue,
    onFree: () => lookIn(0),
  });
  let performance: LoadedTasks['performance'] = {};
  let lastSequence = 0;
  let ready = false;
  let lookAt = Number.POSITIVE_INFINITY;
  let cancelLook = () => {};
  const backoffs = new Set<() => void>();

  function enqueue(task: Task): void {
    // A wall clock that was set back must not keep it waiting.
    const wait = Math.min((task.notBefore ?? 0) - clock.now(), LONGEST_BACKOFF_MS);
    if (wait <= 0) {
      queue.push(task);
      lookIn(0);
      return;
    }
    const cancel = clock.after(wait, () => {
      backoffs.delete(cancel);
      queue.push(task);
      lookIn(0);
    });
    backoffs.add(cancel);
  }

  function lookIn(ms: number): void {
    const at = clock.monotonic() + ms;
    if (queue.size === 0 || at >= lookAt || stopping.signal.aborted) return;
    cancelLook();
    lookAt = at;
    cancelLook = clock.after(ms, () => {
      lookAt = Number.POSITIVE_INFINITY;
      place();
    });
  }

  function place(): void {
    if (!ready || recorder.trouble !== null || stopping.signal.aborted) return;
    const limit = settings.maxConcurrentTasks ?? Number.POSITIVE_INFINITY;
    const { workers } = current();
    const candidates = occupancy.candidates(workers);
    let slots = 0;
    for (const { free } of candidates.values()) slots += free;
    queue.offer((task) => {
      if (slots === 0 || occupancy.total >= limit) return 'done';
      const worker = chooseWorker({ task, candidates: candidates.values(), fleet: workers });
      if (worker === null) return 'refused';
      slots -= 1;
      candidates.set(worker.id, { worker, free: (candidates.get(worker.id)?.free ?? 0) - 1 });
      dispatcher.dispatch(task, worker);
      return 'taken';
    });
  }

  function showPerformance(workerId: string): void {
    const known = performance[workerId];
    if (known === undefined) return;
    bus.publish({ type: 'worker-performance-restored', at: clock.now(), workerId, performance: known });
  }

  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'worker-configured') showPerformance(event.config.id);
    if (event.type === 'worker-status-changed' && event.to === 'inactive')
      dispatcher.vanished(event.workerId);
    if (event.type.startsWith('worker-') || event.type === 'problem-cleared') lookIn(LOOK_AGAIN_MS);
  });

  async function submit({ tasks }: Command): Promise<CommandAnswer> {
    if (!ready) {
      throw new UserError(
        'TASK_DATABASE_UNAVAILABLE',
        'the tasks are still being read: try again in a moment',
      );
    }
    if (recorder.trouble !== null) {
      throw new UserError('TASK_DATABASE_UNAVAILABLE', `no task was accepted: ${recorder.trouble}`);
    }
    const { workers } = current();
    const accepted = acceptTasks(tasks, {
      now: clock.now(),
      sequence: lastSequence + 1,
      newId,
      workers,
    });
    lastSequence += accepted.length;
    const insertions = await store.insert(accepted);
    for (const [index, task] of accepted.entries()) {
      if (insertions[index] !== 'inserted') continue;
      recorder.hold(task);
      bus.publish({ type: 'task-changed', at: task.createdAt, change: 'submitted', task, from: null });
      enqueue(task);
    }
    return { ids: accepted.map(({ id }) => id) };
  }

  /** Lets everything else have its turn. */
  function turn(): Promise<void> {
    return new Promise((resolve) => {
      clock.after(0, resolve);
    });
  }

  function goOn(task: Task): void {
    recorder.hold(task);
    if (openAttempt(task) === undefined) enqueue(task);
    else dispatcher.resume(task);
  }

  return {
    async start() {
      const loaded = await store.load({ finishedLimit: SHOWN_FINISHED });
      const at = clock.now();
      lastSequence = loaded.lastSequence;
      performance = loaded.performance;
      bus.publish({ type: 'task-counts-restored', at, counts: loaded.counts });
      for (const [index, task] of [...loaded.finished, ...loaded.unfinished].entries()) {
        if (index % RESTORED_AT_ONCE === RESTORED_AT_ONCE - 1) await turn();
        if (stopping.signal.aborted) return;
        bus.publish({ type: 'task-changed', at, change: 'restored', task, from: null });
      }
      for (const id of Object.keys(performance)) showPerformance(id);
      ready = true;
      for (const task of loaded.unfinished) goOn(task);
    },
    async dispatch<C extends Command>(command: C) {
      const answer: CommandAnswer = await submit(command);
      return answer as CommandAnswer<C>;
    },
    async query<Q extends Query>(query: Q) {
      const answer: QueryAnswers[Query['type']] =
        query.type === 'task' ? await store.task(query.id) : await store.tasks(query);
      return answer as QueryAnswer<Q>;
    },
    async stop() {
      stopping.abort();
      unsubscribe();
      cancelLook();
      for (const cancel of backoffs) cancel();
      await recorder.close();
    },
  };
}
