import { KEYS } from '#configuration/keys.ts';
import { keyEntry } from '#configuration/settings.ts';
import type { Counters, Event } from '#model/events.ts';
import { withLatency } from '#model/latency-histogram.ts';
import { valuesOf } from '#model/ring.ts';
import { type RunStatistics, runStatistics } from '#model/run-statistics.ts';
import {
  type Bucket,
  DAY_BUCKET_MS,
  emptyBucket,
  joinedBuckets,
  type Series,
  seriesOf,
} from '#model/series.ts';
import type { SettingSource, Settings } from '#model/settings.ts';
import { NO_COUNTS, type Snapshot } from '#model/snapshot.ts';
import {
  attempt,
  exampleFleet,
  healthyWorker,
  NOW,
  pingReport,
  SETTINGS,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';

const MINUTE = 60_000;
const CHOSEN: Readonly<Record<string, { readonly text: string; readonly source: SettingSource }>> = {
  ELASTIC_PING_INTERVAL: { text: '2.5', source: '.env' },
  TASK_TIMEOUT: { text: '300', source: 'environment' },
  ORCHESTRATOR_RETRY_ATTEMPTS: { text: '5', source: 'config_workers.json' },
};

/** Nobody watched in these minutes before the end: the machine slept. */
const ASLEEP = { from: 27, to: 21 };

/** Everything that can be configured, some of it chosen, some of it questionable. */
const FULL_SETTINGS: Settings = {
  ...SETTINGS,
  entries: [
    ...Object.values(KEYS).map((key) =>
      keyEntry(key, CHOSEN[key.name] ?? { text: key.fallback, source: 'default' }),
    ),
    { key: 'WORKER worker-01', value: 'http://172.20.10.3:8080', source: '.env' },
    { key: 'WORKER worker-02', value: 'https://me:hunter2@172.20.10.9:8080', source: 'config_workers.json' },
  ],
  warnings: [
    '/srv/prod/.env: ELASTIC_PNG_INTERVAL is no known key and is ignored; the nearest is ELASTIC_PING_INTERVAL',
    'worker-01 and worker-02 have the same address http://172.20.10.3:8080: one machine counts as two',
  ],
};

/** This fleet, missing: the example one, with an hour of work behind it, in which nobody watched for a while. */
export function busyHour(fleet = exampleFleet()): Snapshot {
  const example = { ...fleet, settings: FULL_SETTINGS };
  const events = hourOfEvents();
  const hour = snapshotOf(events);
  const counters = Object.fromEntries(
    Object.keys(NO_COUNTS).map((key) => [
      key,
      hour.counters[key as keyof Counters] + example.counters[key as keyof Counters],
    ]),
  ) as unknown as Counters;
  let { workers } = example;
  for (const { id, performance } of hour.workers) {
    const worker = workers.get(id);
    if (worker !== undefined) workers = workers.set(id, { ...worker, performance });
  }
  const tasks = { ...example.tasks, runs: runsOf(events) };
  return { ...example, tasks, workers, counters, series: joined(hour.series, example.series) };
}

/** What the database measured of the tasks that ended in it. */
function runsOf(events: readonly Event[]): RunStatistics {
  return runStatistics(
    events.flatMap((event, index) => {
      if (event.type !== 'task-changed' || event.change !== 'completed') return [];
      const { benchmark, state, result, attempts } = event.task;
      return [
        {
          benchmark,
          state,
          workerId: attempts[0]?.workerId ?? null,
          endedAt: event.at,
          waitedMs: 100 + 37 * (index % 19),
          seconds: result?.executionSeconds ?? null,
        },
      ];
    }),
  );
}

/** The end of the one and all of the other. */
function joined(earlier: Series, later: Series): Series {
  const hour = [
    ...valuesOf(earlier.hour),
    ...(earlier.open === null ? [] : [earlier.open]),
    ...valuesOf(later.hour),
  ];
  return { ...later, ...seriesOf({ hour, day: yesterday(hour) }) };
}

/** The hour, and a day before it in which less and less was done until nobody watched. */
function yesterday(hour: readonly Bucket[]): Bucket[] {
  const quarter = (at: number) => Math.floor(at / DAY_BUCKET_MS) * DAY_BUCKET_MS;
  const day = new Map<number, Bucket>();
  for (const bucket of hour) {
    const start = quarter(bucket.start);
    day.set(start, joinedBuckets(day.get(start) ?? emptyBucket(start), bucket));
  }
  const earlier = Array.from({ length: 80 }, (_, index): Bucket => {
    const wave = 1 + Math.cos(index / 9);
    const start = quarter(NOW) - (index + 5) * DAY_BUCKET_MS;
    return {
      ...emptyBucket(start),
      watchedMs: DAY_BUCKET_MS,
      completed: Math.round(90 * wave),
      failed: index % 13 === 0 ? 3 : 0,
      goodPings: 180 - (index % 17),
      failedPings: index % 17,
      latencies: withLatency(withLatency(Array<number>(60).fill(1), 40 + 20 * wave), 90),
      queued: Math.round(20 * wave),
      busyMs: Math.round(1_350_000 * wave),
      slotMs: 2_700_000,
    };
  });
  return [...earlier.filter((_, index) => index < 40 || index > 50).reverse(), ...day.values()];
}

function hourOfEvents(): Event[] {
  const start = NOW - 59 * MINUTE;
  const events: Event[] = [
    { type: 'master-started', at: start, version: '0.1.0', settings: SETTINGS, counters: null },
    ...['worker-01', 'worker-02', 'worker-03'].flatMap((id) =>
      healthyWorker(workerConfig(id, '10.0.0.1'), start),
    ),
  ];
  for (let at = start; at < NOW - MINUTE * 5; at += 10_000) {
    const minutesAgo = (NOW - at) / MINUTE;
    if (minutesAgo <= ASLEEP.from && minutesAgo >= ASLEEP.to) continue;
    const latencyMs = 12 + 30 * Math.max(0, Math.sin(minutesAgo / 6));
    events.push({
      type: 'worker-pinged',
      at,
      workerId: 'worker-01',
      outcome: { ok: true, latencyMs, report: pingReport('worker-01') },
    });
    const count = Math.round(2 + 2 * Math.cos(minutesAgo / 9));
    for (let index = 0; index < count; index += 1) events.push(sent(at, index), completed(at, index));
  }
  return events;
}

function sent(at: number, index: number): Event {
  return {
    type: 'task-changed',
    at,
    change: 'sent',
    task: task({ id: `hour-${at}-${index}`, state: 'running' }),
    from: 'pending',
  };
}

function completed(at: number, index: number): Event {
  return {
    type: 'task-changed',
    at,
    change: 'completed',
    task: task({
      id: `hour-${at}-${index}`,
      benchmark: index % 2 === 0 ? 'benchmark.py' : 'benchmark_cython.py',
      state: 'completed',
      attempts: [attempt({ workerId: `worker-0${1 + (index % 3)}`, outcome: 'completed', endedAt: at })],
      result: {
        particleCollisions: 171,
        wallCollisions: 112,
        executionSeconds: 1.5 + index / 7,
        output: '',
      },
    }),
    from: 'running',
  };
}
