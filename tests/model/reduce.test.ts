import { describe, expect, test } from 'vitest';
import type { Event, RestoredWorker } from '#model/events.ts';
import { recentPings } from '#model/recent-pings.ts';
import { reduce } from '#model/reduce.ts';
import { ringOf, valuesOf } from '#model/ring.ts';
import { EMPTY_SNAPSHOT, NO_COUNTS, pingSuccessRate, type Snapshot } from '#model/snapshot.ts';
import type { Task } from '#model/task.ts';
import { KEPT_WORKER_EVENTS } from '#model/worker-event.ts';
import {
  activeWorker,
  goodPing,
  NOW,
  REFUSED,
  SAMPLE_SETTINGS,
  sampleAttempt,
  sampleConfig,
  sampleReport,
  sampleTask,
} from './samples.ts';

function pictureAfter(...events: readonly Event[]): Snapshot {
  return events.reduce(reduce, EMPTY_SNAPSHOT);
}

const CONFIGURED: Event = { type: 'worker-configured', at: NOW, config: sampleConfig(), restored: null };

function pinged(outcome = goodPing(), at = NOW): Event {
  return { type: 'worker-pinged', at, workerId: 'worker-01', outcome };
}

function statusChanged(over: Partial<Extract<Event, { type: 'worker-status-changed' }>> = {}): Event {
  return {
    type: 'worker-status-changed',
    at: NOW,
    workerId: 'worker-01',
    from: 'unknown',
    to: 'active',
    milestone: 'discovered',
    failure: null,
    failures: 0,
    maxFailures: 5,
    ...over,
  };
}

function taskChanged(
  change: Extract<Event, { type: 'task-changed' }>['change'],
  task: Task,
  from: Task['state'] | null,
): Event {
  return { type: 'task-changed', at: task.updatedAt, change, task, from };
}

function workerOf(snapshot: Snapshot) {
  const worker = snapshot.workers.get('worker-01');
  if (worker === undefined) throw new Error('worker-01 is not in the snapshot');
  return worker;
}

describe('the picture of the fleet', () => {
  test('does not change under whoever holds it', () => {
    const before = pictureAfter(CONFIGURED);
    const worker = workerOf(before);
    reduce(before, pinged());
    expect(workerOf(before)).toBe(worker);
    expect(before.counters).toEqual(NO_COUNTS);
  });

  test('says how old it is, and never goes back in time', () => {
    expect(pictureAfter(pinged(goodPing(), NOW), pinged(goodPing(), NOW - 5_000)).at).toBe(NOW);
  });

  test('starts with the settings, and with the counters of the run before', () => {
    const counters = { ...NO_COUNTS, totalPings: 100, goodPings: 99, failedPings: 1 };
    const started = pictureAfter({
      type: 'master-started',
      at: NOW,
      version: '1',
      settings: SAMPLE_SETTINGS,
      counters,
    });
    expect(started).toMatchObject({ version: '1', startedAt: NOW, settings: SAMPLE_SETTINGS, counters });
    expect(reduce(started, pinged()).counters.totalPings).toBe(101);
  });

  test('a configured worker is unknown, whatever it was before the restart', () => {
    const restored: RestoredWorker = {
      discovered: true,
      lost: true,
      lastPingAt: NOW - 9_000,
      lastGoodPingAt: NOW - 9_000,
      recentPings: [12, null],
      answered: [12],
      tasksCompleted: 214,
      tasksFailed: 3,
    };
    const worker = workerOf(pictureAfter({ ...CONFIGURED, restored }));
    expect(worker).toMatchObject({
      ...restored,
      ...recentPings([12, null], [12]),
      status: 'unknown',
      since: NOW,
      failures: 0,
    });
  });

  test('a worker that is configured again keeps its state', () => {
    const snapshot = pictureAfter(CONFIGURED, pinged(), statusChanged(), {
      ...CONFIGURED,
      config: sampleConfig('worker-01', { slots: 4 }),
    });
    expect(workerOf(snapshot)).toMatchObject({
      status: 'active',
      answered: recentPings([], [12]).answered,
      config: { slots: 4 },
    });
  });

  test('a good ping ends the failures in a row and brings what the worker said', () => {
    const worker = workerOf(
      pictureAfter(
        CONFIGURED,
        pinged(REFUSED, NOW),
        pinged(REFUSED, NOW + 1),
        pinged(goodPing(7, { slots: 2 }), NOW + 2),
      ),
    );
    expect(worker).toMatchObject({
      failures: 0,
      lastPingAt: NOW + 2,
      lastGoodPingAt: NOW + 2,
      ...recentPings([null, null, 7], [7]),
      report: sampleReport({ slots: 2 }),
    });
  });

  test('a failed ping counts, keeps its reason, and leaves what was known', () => {
    const worker = workerOf(pictureAfter(CONFIGURED, pinged(), pinged(REFUSED, NOW + 1)));
    expect(worker).toMatchObject({
      failures: 1,
      lastFailure: { reason: 'refused', detail: '' },
      lastPingAt: NOW + 1,
      lastGoodPingAt: NOW,
      answered: recentPings([], [12]).answered,
      report: sampleReport(),
    });
  });

  test('the last 60 pings and the last 10 answers are kept', () => {
    const pings = Array.from({ length: 75 }, (_, index) => pinged(goodPing(index)));
    const worker = workerOf(pictureAfter(CONFIGURED, ...pings));
    const ends = (values: readonly unknown[]) => [values.length, values[0], values.at(-1)];
    expect(ends(valuesOf(worker.recentPings))).toEqual([60, 15, 74]);
    expect(ends(valuesOf(worker.answered))).toEqual([10, 65, 74]);
  });

  test('pings are counted over the fleet, also those of a worker that is gone', () => {
    const { counters, series } = pictureAfter(CONFIGURED, pinged(), pinged(REFUSED), pinged(), {
      ...pinged(),
      workerId: 'gone',
    } as Event);
    expect(counters).toMatchObject({ totalPings: 4, goodPings: 3, failedPings: 1 });
    expect(series.open).toMatchObject({ goodPings: 3, failedPings: 1, latencies: [...Array(51).fill(0), 3] });
    expect(pingSuccessRate(counters)).toBe(0.75);
    expect(pingSuccessRate(NO_COUNTS)).toBeNull();
  });

  test('discovered, lost and recovered are counted, and the worker remembers that it is lost', () => {
    const found = pictureAfter(CONFIGURED, statusChanged());
    const gone = reduce(found, statusChanged({ from: 'unstable', to: 'inactive', milestone: 'lost' }));
    const back = reduce(gone, statusChanged({ from: 'inactive', milestone: 'recovered' }));
    expect([found, gone, back].map((snapshot) => workerOf(snapshot).lost)).toEqual([false, true, false]);
    expect(workerOf(back)).toMatchObject({ status: 'active', discovered: true });
    expect(back.counters).toMatchObject({ discovered: 1, lost: 1, recovered: 1 });
  });

  test('a worker that is lost stays so through the states of its return', () => {
    const gone = pictureAfter(CONFIGURED, statusChanged({ to: 'inactive', milestone: 'lost' }));
    expect(workerOf(reduce(gone, statusChanged({ to: 'unstable', milestone: null }))).lost).toBe(true);
  });

  test('a health check without an answer keeps the last /status', () => {
    const statusReport = { dockerImage: 'x', imageAvailable: true, benchmarks: [], pythonAvailable: true };
    const health = { state: 'healthy', reasons: [], warnings: [], checkedAt: NOW } as const;
    const checked = { type: 'worker-health-checked', at: NOW, workerId: 'worker-01', health } as const;
    const first = pictureAfter(CONFIGURED, { ...checked, medianMs: 9, statusReport });
    const second = reduce(first, { ...checked, medianMs: null, statusReport: null });
    expect(workerOf(second)).toMatchObject({ health, medianMs: null, statusReport });
  });
});

describe('the picture of the tasks', () => {
  const PENDING = sampleTask();
  const ASSIGNED = sampleTask({ state: 'assigned', attempts: [sampleAttempt()] });
  const RUNNING = sampleTask({ state: 'running', attempts: [sampleAttempt({ sentAt: NOW })] });
  const RESULT = { particleCollisions: 171, wallCollisions: 112, executionSeconds: 2, output: '' };
  const COMPLETED = sampleTask({
    state: 'completed',
    attempts: [sampleAttempt({ sentAt: NOW, endedAt: NOW, outcome: 'completed' })],
    result: RESULT,
  });

  const road = pictureAfter(
    CONFIGURED,
    taskChanged('submitted', PENDING, null),
    taskChanged('assigned', ASSIGNED, 'pending'),
    taskChanged('sent', RUNNING, 'assigned'),
  );

  test('a task occupies its worker while its attempt is open, and is counted in one state', () => {
    expect(workerOf(road).inFlight).toEqual(['t-1']);
    expect(road.tasks.counts).toMatchObject({ pending: 0, assigned: 0, running: 1 });
    expect(road.counters.tasksDistributed).toBe(1);
  });

  test('a completed task frees its worker, gives it the credit, and teaches how long it takes', () => {
    const done = reduce(road, taskChanged('completed', COMPLETED, 'running'));
    expect(workerOf(done)).toMatchObject({
      inFlight: [],
      tasksCompleted: 1,
      tasksFailed: 0,
      performance: { 'benchmark.py': { runs: 1, meanSeconds: 2 } },
    });
    expect(done.tasks.counts).toMatchObject({ running: 0, completed: 1 });
    expect(done.counters).toMatchObject({ tasksCompleted: 1, tasksFailed: 0 });
    expect(done.series.open?.completed).toBe(1);
  });

  test('a worker that comes after its tasks were restored finds them', () => {
    const late = pictureAfter(taskChanged('restored', RUNNING, null), CONFIGURED);
    expect(workerOf(late).inFlight).toEqual(['t-1']);
  });

  test.each([
    ['is gone once the worker answered', 'completed', null],
    ['is gone once the worker answered that it failed', 'failed', null],
    ['stays after a timeout: the worker may still be busy with it', 'timeout', 't-1'],
  ] as const)('a current task whose ping was overtaken by its end %s', (_, outcome, left) => {
    const currentTask = { taskId: 't-1', benchmark: 'benchmark.py' };
    const attempts = [sampleAttempt({ sentAt: NOW, endedAt: NOW, outcome })];
    const end = taskChanged('requeued', sampleTask({ attempts }), 'running');
    const stale: Event = {
      type: 'worker-pinged',
      at: NOW,
      workerId: 'worker-01',
      outcome: goodPing(12, { currentTask }),
    };
    for (const order of [
      [stale, end],
      [end, stale],
    ]) {
      const seen = order.reduce(reduce, road);
      expect(workerOf(seen).report?.currentTask?.taskId ?? null).toBe(left);
    }
  });

  test('the mean time is that of all runs', () => {
    let snapshot = pictureAfter(CONFIGURED);
    for (const [index, executionSeconds] of [1, 2, 6].entries()) {
      const task = { ...COMPLETED, id: `t-${index}`, result: { ...RESULT, executionSeconds } };
      snapshot = reduce(snapshot, taskChanged('completed', task, null));
    }
    expect(workerOf(snapshot).performance['benchmark.py']).toEqual({ runs: 3, meanSeconds: 3 });
  });

  test.each([
    ['failed', 1],
    ['timeout', 1],
    ['not-sent', 0],
    ['lost', 0],
  ] as const)('an attempt that ended as %s counts %i against the worker', (outcome, failed) => {
    const attempts = [sampleAttempt({ sentAt: NOW, endedAt: NOW, outcome })];
    const again = reduce(road, taskChanged('requeued', sampleTask({ attempts }), 'running'));
    expect(workerOf(again)).toMatchObject({ inFlight: [], tasksFailed: failed });
    expect(again.tasks.counts).toMatchObject({ running: 0, pending: 1 });
  });

  test('a deadline that passes while a task waits for its next attempt does not blame the last worker again', () => {
    const attempts = [sampleAttempt({ sentAt: NOW, endedAt: NOW, outcome: 'failed' })];
    const waiting = reduce(road, taskChanged('requeued', sampleTask({ attempts }), 'running'));
    const late = sampleTask({ state: 'failed', failure: 'deadline', attempts });
    const failed = reduce(waiting, taskChanged('failed', late, 'pending'));
    expect(failed.counters.tasksFailed).toBe(1);
    expect(workerOf(failed).tasksFailed).toBe(1);
    expect(valuesOf(workerOf(failed).runs)).toHaveLength(1);
  });

  describe('what ended last at a worker', () => {
    const other: Event = { type: 'worker-configured', at: NOW, config: sampleConfig('w2'), restored: null };
    const endedAt = (at: number, over: Parameters<typeof sampleAttempt>[0] = {}) =>
      sampleAttempt({ sentAt: at - 1, endedAt: at, outcome: 'completed', ...over });
    const runsOf = (snapshot: Snapshot) =>
      valuesOf(workerOf(snapshot).runs).map(({ taskId, outcome }) => `${taskId} ${outcome}`);

    test('stays with it, however much the others do', () => {
      let snapshot = reduce(reduce(road, other), taskChanged('completed', COMPLETED, 'running'));
      for (let k = 0; k < 1_000; k += 1) {
        const attempts = [endedAt(NOW + k, { workerId: 'w2' })];
        const task = { ...COMPLETED, id: `x-${k}`, updatedAt: NOW + k, attempts };
        snapshot = reduce(snapshot, taskChanged('completed', task, null));
      }
      expect(snapshot.tasks.known.has('t-1')).toBe(false);
      expect(valuesOf(workerOf(snapshot).runs)).toEqual([
        {
          ...{ at: NOW, taskId: 't-1', number: 1, batch: null, benchmark: 'benchmark.py' },
          ...{ outcome: 'completed', seconds: 2, error: null },
        },
      ]);
      expect(valuesOf(snapshot.workers.get('w2')?.runs ?? expect.fail()).map(({ taskId }) => taskId)).toEqual(
        ['x-995', 'x-996', 'x-997', 'x-998', 'x-999'],
      );
    });

    test('has the attempts that ended there, also where the task went on elsewhere', () => {
      const failed = endedAt(NOW, { outcome: 'failed', error: 'no memory' });
      const again = reduce(road, taskChanged('requeued', sampleTask({ attempts: [failed] }), 'running'));
      const there = endedAt(NOW + 5, { number: 2, workerId: 'w2' });
      const done = { ...COMPLETED, attempts: [failed, there] };
      const end = reduce(reduce(again, other), taskChanged('completed', done, 'running'));
      expect(valuesOf(workerOf(end).runs)).toMatchObject([{ outcome: 'failed', error: 'no memory' }]);
      expect(end.workers.get('w2')?.runs.taken).toBe(1);
    });

    test('has a late answer in the place of what it was taken for', () => {
      const timeout = endedAt(NOW, { outcome: 'timeout', error: 'no answer within 60 s' });
      const waits = reduce(road, taskChanged('requeued', sampleTask({ attempts: [timeout] }), 'running'));
      const late = { ...COMPLETED, attempts: [endedAt(NOW + 9)] };
      expect(runsOf(reduce(waits, taskChanged('completed', late, 'pending')))).toEqual(['t-1 completed']);
    });

    test('is not told again when a task is run again by hand', () => {
      const failed = sampleTask({ state: 'failed', attempts: [endedAt(NOW, { outcome: 'failed' })] });
      const retried = taskChanged('retried', { ...failed, state: 'pending' }, 'failed');
      expect(runsOf(pictureAfter(CONFIGURED, retried))).toEqual([]);
      expect(
        runsOf(reduce(pictureAfter(CONFIGURED, taskChanged('restored', failed, null)), retried)),
      ).toEqual(['t-1 failed']);
    });

    test('is in the order of time after a start, whichever comes first', () => {
      const restored = [7, 3, 9, 1, 8, 2].map((at) =>
        taskChanged('restored', { ...COMPLETED, id: `t-${at}`, attempts: [endedAt(NOW + at)] }, null),
      );
      const wanted = ['t-2', 't-3', 't-7', 't-8', 't-9'].map((id) => `${id} completed`);
      expect(runsOf(pictureAfter(CONFIGURED, ...restored))).toEqual(wanted);
      expect(runsOf(pictureAfter(...restored, CONFIGURED))).toEqual(wanted);
    });
  });

  test('restored tasks are in the counts that were restored with them', () => {
    const counts = { ...EMPTY_SNAPSHOT.tasks.counts, pending: 1, completed: 40 };
    const snapshot = pictureAfter(
      { type: 'task-counts-restored', at: NOW, counts },
      taskChanged('restored', PENDING, null),
    );
    expect(snapshot.tasks.counts).toEqual(counts);
    expect(snapshot.tasks.known.get('t-1')).toBe(PENDING);
    expect(valuesOf(snapshot.incidents)).toEqual([]);
  });

  test('finished tasks are dropped, the oldest first; unfinished ones never', () => {
    let snapshot = pictureAfter(CONFIGURED, taskChanged('submitted', { ...PENDING, id: 'waits' }, null));
    for (let k = 0; k < 1_000; k += 1) {
      const task = { ...COMPLETED, id: `t-${k}`, updatedAt: NOW + k };
      snapshot = reduce(snapshot, taskChanged('completed', task, null));
    }
    expect(snapshot.tasks.counts).toMatchObject({ completed: 1_000, pending: 1 });
    expect(snapshot.tasks.known.size).toBeLessThanOrEqual(601);
    expect(snapshot.tasks.known.size).toBeGreaterThanOrEqual(501);
    expect(snapshot.tasks.known.has('waits')).toBe(true);
    expect(snapshot.tasks.known.has('t-999')).toBe(true);
    expect(snapshot.tasks.known.has('t-0')).toBe(false);
  });
});

describe('what a person is told', () => {
  test('a problem is shown once, from when it began until it is over', () => {
    const raised: Event = { type: 'problem-raised', at: NOW, id: 'log-file', message: 'disk full' };
    const twice = pictureAfter(raised, { ...raised, at: NOW + 5_000, message: 'disk still full' });
    expect(twice.problems).toEqual([{ id: 'log-file', message: 'disk still full', since: NOW }]);
    expect(reduce(twice, { type: 'problem-cleared', at: NOW, id: 'log-file' }).problems).toEqual([]);
  });

  test('changes of state are incidents, single pings are not', () => {
    const { incidents } = pictureAfter(CONFIGURED, pinged(), statusChanged(), pinged(REFUSED));
    expect(valuesOf(incidents).map(({ type }) => type)).toEqual(['worker-status-changed']);
  });

  test('at most 100 incidents and 1 000 log lines are kept', () => {
    const events = Array.from({ length: 1_100 }, () => statusChanged());
    const snapshot = pictureAfter(...events);
    expect([valuesOf(snapshot.incidents).length, valuesOf(snapshot.log).length]).toEqual([100, 1_000]);
  });

  test('the log on the screen keeps to LOG_LEVEL', () => {
    const started = (logLevel: 'info' | 'debug'): Event => ({
      type: 'master-started',
      at: NOW,
      version: '1',
      settings: { ...SAMPLE_SETTINGS, logLevel },
      counters: null,
    });
    const messages = ({ log }: Snapshot) => valuesOf(log).map(({ message }) => message);
    expect(messages(pictureAfter(started('info'), pinged()))).toEqual(['master started']);
    expect(messages(pictureAfter(started('debug'), pinged()))).toEqual(['master started', 'ping answered']);
  });
});

test('a worker known from the samples is what the events make', () => {
  const worker = workerOf(pictureAfter(CONFIGURED, pinged(), statusChanged()));
  const { uptime } = worker;
  const events = ringOf(KEPT_WORKER_EVENTS, [statusChanged()]);
  expect(worker).toEqual({ ...activeWorker({ ...recentPings([12], [12]), uptime }), events });
});

describe('a configuration that changes', () => {
  const MOVED = sampleConfig('worker-01', { url: 'http://10.0.0.9:8080', host: '10.0.0.9' });

  test('is the one that is shown, and is an incident with a line in the log', () => {
    const settings = { ...SAMPLE_SETTINGS, pingIntervalMs: 1_000 };
    const changes = [{ key: 'ELASTIC_PING_INTERVAL', from: '5', to: '1' }];
    const picture = pictureAfter({ type: 'settings-changed', at: NOW, settings, changes });
    expect(picture.settings).toBe(settings);
    expect(valuesOf(picture.incidents)).toMatchObject([{ type: 'settings-changed', changes }]);
    expect(valuesOf(picture.log)).toMatchObject([{ message: 'configuration changed' }]);
  });

  test('has the log on the screen at its new level from its own line on', () => {
    const at = (logLevel: 'warn' | 'info'): Event => ({
      type: 'settings-changed',
      at: NOW,
      settings: { ...SAMPLE_SETTINGS, logLevel },
      changes: [],
    });
    expect(valuesOf(pictureAfter(at('warn')).log)).toHaveLength(0);
    expect(valuesOf(pictureAfter(at('warn'), CONFIGURED, at('info')).log)).toHaveLength(1);
  });

  test('moves a worker: nothing of its state is known any more, all that it did is', () => {
    const before = pictureAfter(CONFIGURED, pinged(), statusChanged());
    const worker = reduce(before, { ...CONFIGURED, at: NOW + 1, config: MOVED }).workers.get('worker-01');
    expect(worker).toMatchObject({
      config: MOVED,
      status: 'unknown',
      since: NOW + 1,
      report: null,
      discovered: true,
      recentPings: recentPings([12], []).recentPings,
    });
    const relabelled = sampleConfig('worker-01', { labels: ['gpu'] });
    expect(reduce(before, { ...CONFIGURED, config: relabelled }).workers.get('worker-01')).toMatchObject({
      status: 'active',
      config: { labels: ['gpu'] },
    });
  });

  test('lets a worker leave, then go', () => {
    const leaving = pictureAfter(CONFIGURED, { type: 'workers-leaving', at: NOW, workerIds: ['worker-01'] });
    const worker = leaving.workers.get('worker-01');
    expect(worker).toMatchObject({ leaving: true });
    if (worker === undefined) throw new Error('it is not there');
    const gone = reduce(leaving, { type: 'workers-removed', at: NOW, workers: [worker] });
    expect(gone.workers.size).toBe(0);
    expect(valuesOf(gone.incidents).map(({ type }) => type)).toEqual(['workers-leaving', 'workers-removed']);
    // It may come back.
    expect(reduce(leaving, CONFIGURED).workers.get('worker-01')).toMatchObject({ leaving: false });
  });
});
