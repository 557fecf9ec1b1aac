import { KEYS } from '#configuration/keys.ts';
import { keyEntry } from '#configuration/settings.ts';
import type { Counters, Event } from '#model/events.ts';
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
    'ELASTIC_PNG_INTERVAL in /srv/prod/.env is not a key; did you mean ELASTIC_PING_INTERVAL?',
    'worker-02 is in .env and in config_workers.json',
  ],
};

/** The example fleet with an hour of work behind it, in which nobody watched for a while. */
export function busyHour(): Snapshot {
  const example = { ...exampleFleet(), settings: FULL_SETTINGS };
  const hour = snapshotOf(hourOfEvents());
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
  return { ...example, workers, counters, series: [...hour.series, ...example.series] };
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
