import type { Bus } from '#bus/bus.ts';
import type { Clock, Random } from '#model/clock.ts';
import type { CommandAnswer, QueryAnswer, QueryAnswers, QueueCommand, QueueQuery } from '#model/commands.ts';
import { pastRun } from '#model/past-run.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { openAttempt, type Task } from '#model/task.ts';
import { createAlarms } from './alarms.ts';
import { createArrivals } from './arrivals.ts';
import { type Balancer, createBalancer } from './balancer.ts';
import { createCallingOff } from './calling-off.ts';
import { createDispatcher } from './dispatcher.ts';
import { createDurations } from './durations.ts';
import { missed } from './endings.ts';
import { createKnownWorkers } from './known-workers.ts';
import { liveOutput } from './live-output.ts';
import { createOccupancy, type Run } from './occupancy.ts';
import { place as placeAll } from './placement.ts';
import { createRecorder } from './recorder.ts';
import { startRetention } from './retention.ts';
import type { TaskClient, TaskStore } from './roles.ts';
import { createStanding } from './standing.ts';
import { startStatisticsTeller } from './statistics-teller.ts';
import { createSubmitter } from './submitter.ts';
import { createWaitingRoom } from './waiting-room.ts';

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
    | 'httpTimeoutMs'
    | 'taskTimeoutMs'
    | 'retryAttempts'
    | 'maxConcurrentTasks'
    | 'sweepLimit'
    | 'taskRetentionMs'
    | 'taskRetentionCount'
  >;
  readonly current: () => Snapshot;
  readonly client: TaskClient;
  readonly store: TaskStore;
  /** Makes the id of a task that came without one. */
  readonly newId: () => string;
  /** Another way to choose workers, to be measured beside ours. */
  readonly balancer?: Balancer;
}

export interface TaskMonitor {
  /** Reads the tasks back, goes on where an earlier run of the master ended, and begins to dispatch. */
  start(): Promise<void>;
  dispatch<C extends QueueCommand>(command: C): Promise<CommandAnswer<C>>;
  query<Q extends QueueQuery>(query: Q): Promise<QueryAnswer<Q>>;
  /** Stops dispatching. What runs at workers goes on there. Resolves when everything known is on disk. */
  stop(): Promise<void>;
}

/** MEMORIA 2: takes tasks, chooses the worker, dispatches, and recovers what failed. */
export function createTaskMonitor(options: TaskMonitorOptions): TaskMonitor {
  const { bus, clock, random, settings, current, client, store, newId } = options;
  const stopping = new AbortController();
  const alarms = createAlarms(clock);
  const durations = createDurations();
  const arrivals = createArrivals(clock);
  const standing = createStanding({ bus, clock, current });
  const balancer = options.balancer ?? createBalancer({ clock, durations, standing });
  const waiting = createWaitingRoom({ clock, alarms, durations, onReady: () => lookIn(0) });
  const occupancy = createOccupancy(clock, expectedRun);
  const recorder = createRecorder({ bus, clock, store });
  const dispatcher = createDispatcher({
    bus,
    clock,
    random,
    settings,
    current,
    client,
    store,
    recorder,
    occupancy,
    // A database that cannot be read does not take the assignment either.
    find: async (id) => recorder.get(id) ?? store.task(id).catch(() => null),
    signal: stopping.signal,
    onPending: waiting.enter,
    onFree: () => lookIn(0),
  });
  const submitter = createSubmitter({
    bus,
    clock,
    settings,
    current,
    store,
    recorder,
    newId,
    turn,
    onPending: begin,
  });
  const callingOff = createCallingOff({
    bus,
    clock,
    current,
    store,
    recorder,
    dispatcher,
    allTold: submitter.told,
    turn,
    onPending: begin,
    onGone: waiting.leave,
  });
  const knownWorkers = createKnownWorkers({ bus, clock, current });
  let ready = false;
  let lookAt = Number.POSITIVE_INFINITY;
  let cancelLook = () => {};
  let endRetention = () => {};
  let endTelling = () => {};

  /** A task that is new here: it waits, and not beyond its deadline. */
  function begin(task: Task): void {
    arrivals.note(task);
    waiting.enter(task);
    heedDeadline(task);
  }

  function heedDeadline({ id, deadline }: Task): void {
    if (deadline !== null) alarms.set(deadline, () => void overdue(id));
  }

  /** What has not been sent by its deadline is not sent any more; what runs then is bounded by it. */
  async function overdue(id: string): Promise<void> {
    const failed = await recorder.change(id, (known) => missed(known, clock.now()));
    if (failed !== null) waiting.leave(id);
  }

  function lookIn(ms: number): void {
    const at = clock.monotonic() + ms;
    if (waiting.size === 0 || at >= lookAt || stopping.signal.aborted) return;
    cancelLook();
    lookAt = at;
    cancelLook = clock.after(ms, () => {
      lookAt = Number.POSITIVE_INFINITY;
      place();
    });
  }

  function place(): void {
    if (!ready || recorder.trouble !== null || stopping.signal.aborted) return;
    if (submitter.isTelling) {
      lookIn(LOOK_AGAIN_MS);
      return;
    }
    const again = placeAll({
      settings,
      current,
      waiting,
      occupancy,
      arrivals,
      balancer,
      dispatch: dispatcher.dispatch,
    });
    if (again !== null) lookIn(again);
  }

  /** What is expected of a task that takes a slot: one that an earlier run of the master sent has run for a while. */
  function expectedRun(taskId: string, workerId: string): Run {
    const task = recorder.get(taskId);
    const sentAt = task && openAttempt(task)?.sentAt;
    return {
      since: clock.monotonic() - Math.max(0, clock.now() - (sentAt ?? clock.now())),
      expectedSeconds: task === undefined ? null : durations.expected(task, workerId),
    };
  }

  const unsubscribe = bus.subscribe((event) => {
    const run = event.type === 'task-changed' && event.change === 'completed' ? pastRun(event.task) : null;
    if (run !== null) durations.learn(run);
    if (event.type === 'worker-status-changed' && event.to === 'inactive')
      dispatcher.vanished(event.workerId);
    const mayFree = event.type === 'problem-cleared' || event.type === 'settings-changed';
    if (mayFree || event.type.startsWith('worker-')) lookIn(LOOK_AGAIN_MS);
  });

  /** Lets everything else have its turn. */
  function turn(): Promise<void> {
    return new Promise((resolve) => {
      clock.after(0, resolve);
    });
  }

  function goOn(task: Task): void {
    recorder.hold(task);
    dispatcher.askAgain(task);
    if (openAttempt(task) === undefined) {
      begin(task);
    } else {
      heedDeadline(task);
      dispatcher.resume(task);
    }
  }

  function perform(command: QueueCommand): Promise<CommandAnswer> {
    switch (command.type) {
      case 'submit-tasks':
        return submitter.submit(command.tasks);
      case 'cancel-tasks':
        return callingOff.cancelTasks(command.ids);
      case 'retry-tasks':
        return callingOff.retryTasks(command.ids);
      case 'cancel-batch':
        return callingOff.cancelBatch(command.batch);
      case 'retry-batch':
        return callingOff.retryBatch(command.batch);
      case 'drain-worker':
        return callingOff.drainWorker(command.workerId, command.drained);
    }
  }

  async function find(query: QueueQuery): Promise<QueryAnswers[QueueQuery['type']]> {
    switch (query.type) {
      case 'task':
        return store.task(query.id);
      case 'task-history':
        return store.history(query.id);
      case 'batch':
        return store.batch(query.id);
      case 'task-output':
        return liveOutput(recorder.get(query.id) ?? (await store.task(query.id)), {
          current,
          client,
          expectedSeconds: durations.expected,
          deadlineMs: settings.httpTimeoutMs,
        });
      case 'tasks':
        return store.tasks(query);
    }
  }

  return {
    async start() {
      const loaded = await store.load({ finishedLimit: SHOWN_FINISHED });
      const at = clock.now();
      for (const run of loaded.runs) durations.learn(run);
      bus.publish({ type: 'task-counts-restored', at, counts: loaded.counts });
      bus.publish({ type: 'batches-restored', at, batches: loaded.batches });
      for (const [index, task] of [...loaded.finished, ...loaded.unfinished].entries()) {
        if (index % RESTORED_AT_ONCE === RESTORED_AT_ONCE - 1) await turn();
        if (stopping.signal.aborted) return;
        bus.publish({ type: 'task-changed', at, change: 'restored', task, from: null });
      }
      knownWorkers.restore(loaded);
      ready = true;
      submitter.open(loaded.lastSequence);
      for (const run of loaded.remaining) dispatcher.resumeRun(run);
      for (const task of loaded.finished) dispatcher.askAgain(task);
      for (const task of loaded.unfinished) goOn(task);
      endRetention = startRetention({ bus, clock, settings, store });
      endTelling = startStatisticsTeller({ bus, clock, store });
    },
    async dispatch<C extends QueueCommand>(command: C) {
      return (await perform(command)) as CommandAnswer<C>;
    },
    async query<Q extends QueueQuery>(query: Q) {
      return (await find(query)) as QueryAnswer<Q>;
    },
    async stop() {
      stopping.abort();
      unsubscribe();
      knownWorkers.close();
      cancelLook();
      endRetention();
      endTelling();
      alarms.close();
      waiting.close();
      standing.close();
      dispatcher.close();
      await recorder.close();
    },
  };
}
