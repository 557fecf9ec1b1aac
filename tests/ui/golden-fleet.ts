import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { BATCH } from './actions-scene.ts';
import { busyHour } from './busy-hour.ts';
import {
  attempt,
  busyEvents,
  failingWorker,
  healthyWorker,
  NOW,
  snapshotInOrder,
  task,
  workerConfig,
} from './fleet.ts';

/** Names that take other cells than they have characters, and one that takes sixty. */
const NAMES = {
  wide: '計算ノード東京第一',
  long: 'a-name-of-sixty-characters-that-somebody-thought-to-be-great',
  emoji: '🐙-octopus',
  combined: 'e\u0301tat-nu\u0308rnberg',
} as const;

/** What all golden screens show: every state of workers and tasks, a queue, an hour of work, and names of every kind. */
export function goldenFleet(): Snapshot {
  const wide = { ...workerConfig(NAMES.wide, '10.0.1.1'), labels: ['実験', 'gpu'] };
  const long = workerConfig(NAMES.long, 'a-host-with-a-long-name.cluster.example.org');
  const combined = workerConfig(NAMES.combined, '10.0.1.4');
  const failed = task({
    id: '実験-東京-1',
    sequence: 200,
    benchmark: 'ベンチマーク.py',
    description: '東京での最初の実験',
    state: 'failed',
    failure: 'attempts',
    updatedAt: NOW - 1_500,
    attempts: [
      attempt({
        workerId: NAMES.wide,
        outcome: 'failed',
        endedAt: NOW - 1_500,
        error: 'メモリ不足: 配列を割り当てられません。粒子の数を減らしてください。',
      }),
    ],
  });
  const running = task({
    id: 'c3d4e5f6-0000-4000-8000-000000000003',
    sequence: 201,
    state: 'running',
    attempts: [attempt({ workerId: NAMES.long, sentAt: NOW - 65_000 })],
  });
  const events: Event[] = [
    ...healthyWorker(wide, NOW, [180, 95, 110, 2_400, 101]),
    ...healthyWorker(workerConfig(NAMES.emoji, '10.0.1.3'), NOW, [0.6, 0.7]),
    ...healthyWorker(long, NOW - 30_000, [12]),
    ...failingWorker(long, 3, NOW - 14_000),
    ...healthyWorker(combined, NOW - 290_000),
    ...failingWorker(combined, 6, NOW - 220_000),
    { ...BATCH, at: NOW - 3_000 },
    { type: 'task-changed', at: NOW - 65_000, change: 'sent', task: running, from: 'pending' },
    {
      type: 'task-changed',
      at: NOW - 2_900,
      change: 'sent',
      task: { ...failed, state: 'running' },
      from: 'pending',
    },
    { type: 'task-changed', at: NOW - 1_500, change: 'failed', task: failed, from: 'running' },
  ];
  return busyHour(snapshotInOrder([...busyEvents(), ...events]));
}
