// What a million finished tasks cost: submit, dispatch, start, retention and every view on a database that holds them,
// against the same on one that holds only the last of them, in one run and in turn. Medians, printed as ratios; beyond the limit the exit code is not 0.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Task } from '../source/model/task.ts';
import { openTaskStore, type TaskStore } from '../source/persistence/task-store.ts';
import { completedTask, newAttempt, newTask } from '../tests/persistence/new-task.ts';
import { median, report } from './program.ts';

const FINISHED = Number(process.env.BENCH_TASKS ?? 1_000_000);
/** Tasks that an empty database has after a while as well: what a view shows must be there on both sides. */
const RECENT = 12_000;
const ROUNDS = 60;
/** Old ones that retention removes in a round, and how many both sides have of them for that. */
const STEP = 200;
const OLD = ROUNDS * STEP;
/** What syncs a commit varies by half on a busy machine; a scan of the history would show as ten and more. */
const LIMIT = 2;
/** What takes a fraction of a millisecond is done so often in a round, and the best time counts: the rest is the scheduler's. */
const SHORT = 8;
const THREAD_URL = new URL('../source/persistence/task-database-thread.ts', import.meta.url);

interface Side {
  readonly store: TaskStore;
  sequence: number;
  readonly times: Map<string, number[]>;
}

const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
try {
  const empty = await open('empty.sqlite', OLD);
  const full = await open('full.sqlite', Math.max(OLD, FINISHED));
  for (let round = 0; round < ROUNDS; round += 1) {
    // In turn, and now the one first and now the other: what disturbs the machine disturbs both.
    for (const side of round % 2 === 0 ? [empty, full] : [full, empty]) await measure(side, round);
  }
  for (const [what, times] of full.times) {
    const before = median(empty.times.get(what) ?? []);
    const after = median(times);
    console.log(
      `${what}: ${before.toFixed(2)} ms empty, ${after.toFixed(2)} ms with ${FINISHED} finished tasks`,
    );
    report(`${what}, full / empty`, after / before, LIMIT);
  }
  await empty.store.close();
  await full.store.close();
} finally {
  await rm(dir, { recursive: true, force: true });
}

/** A database with `finished` old tasks that may go, and the same recent ones on both sides. */
async function open(name: string, finished: number): Promise<Side> {
  const path = join(dir, name);
  const made = await openTaskStore({ path, threadUrl: THREAD_URL });
  await made.close();
  fill(path, finished);
  const store = await openTaskStore({ path, threadUrl: THREAD_URL });
  const side: Side = { store, sequence: Math.max(OLD, FINISHED), times: new Map() };
  for (let start = 0; start < RECENT; start += 1_000) {
    const tasks = Array.from({ length: 1_000 }, () => finishedTask(side));
    await store.insert({ batches: [], tasks, sweeps: [] });
  }
  return side;
}

function finishedTask(side: Side): Task {
  side.sequence += 1;
  const worker = `worker-${String((side.sequence % 12) + 1).padStart(2, '0')}`;
  return completedTask(side.sequence, { workerId: worker, at: 10_000_000 + side.sequence });
}

/** Straight into the file, as the program would have left it after weeks: tasks, attempts, four lines of history each. */
function fill(path: string, finished: number): void {
  const database = new DatabaseSync(path);
  const began = performance.now();
  database.exec('PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN');
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${finished})`;
  database.exec(`
    ${numbers}
    INSERT INTO batch (id, description, benchmark, created_at, started_at, ended_at, completed)
      SELECT 'batch-' || i, '', 'benchmark.py', i * 1000, i * 1000, i * 1000 + 999, 1000 FROM n WHERE i <= ${finished / 1_000};
    ${numbers}
    INSERT INTO task (sequence, id, benchmark, parameters, priority, description, state, created_at, updated_at,
      completed_by, execution_seconds, result, ended_at, waited_ms, batch)
      SELECT i, 'old-' || i, 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":' || i || '}', 1, '',
        iif(i % 50 = 0, 'failed', 'completed'), i, i + 1500,
        iif(i % 50 = 0, NULL, 'worker-' || printf('%02d', i % 12 + 1)), iif(i % 50 = 0, NULL, 1.5),
        iif(i % 50 = 0, NULL, '{"particleCollisions":171,"wallCollisions":112,"executionSeconds":1.5,"output":""}'),
        i + 1500, 100, 'batch-' || (i / 1000 + 1) FROM n;
    ${numbers}
    INSERT INTO attempt SELECT i, 1, 'worker-' || printf('%02d', i % 12 + 1), i, i + 1, i + 1500, 'completed', NULL FROM n;
    ${numbers}
    INSERT INTO change SELECT i, c.value, i + c.value, 'sent', 'running', 1, 'worker-01', NULL
      FROM n, json_each('[1,2,3,4]') AS c;
    COMMIT;
  `);
  database.close();
  console.log(`${finished} finished tasks made in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}

async function measure(side: Side, round: number): Promise<void> {
  const { store } = side;
  const time = async (what: string, run: () => Promise<unknown>, times = 1) => {
    let best = Number.POSITIVE_INFINITY;
    for (let time = 0; time < times; time += 1) {
      const began = performance.now();
      await run();
      best = Math.min(best, performance.now() - began);
    }
    // The first rounds fill caches.
    if (round >= 4) side.times.set(what, [...(side.times.get(what) ?? []), best]);
  };
  side.sequence += 1;
  const task = newTask(side.sequence, { batch: `now-${side.sequence}` });
  const batch = { id: `now-${side.sequence}`, description: '', benchmark: 'benchmark.py', createdAt: 1 };
  await time('submit', () => store.insert({ batches: [batch], tasks: [task], sweeps: [] }));
  const attempt = newAttempt(1, { sentAt: null });
  const at = 20_000_000 + side.sequence;
  const states = [
    { ...task, state: 'assigned', attempts: [attempt] },
    { ...task, state: 'running', attempts: [{ ...attempt, sentAt: at }] },
    completedTask(side.sequence, { at }),
  ] as const;
  await time('dispatch, from the id to the result', async () => {
    await store.task(`${task.id}.2`);
    for (const next of states) await store.save(next, { at, change: next.state });
  });
  await time('start', () => store.load({ finishedLimit: 500 }));
  const finished = ['completed', 'failed', 'cancelled'] as const;
  await time('view of finished tasks', () => store.tasks({ states: finished, before: null, limit: 500 }));
  const page = { states: finished, before: side.sequence - RECENT / 2, limit: 500 };
  await time('a later page of them', () => store.tasks(page));
  const unfinished = { states: ['pending', 'assigned', 'running'], before: null, limit: 500 } as const;
  await time('view of what is not finished', () => store.tasks(unfinished), SHORT);
  await time('a batch', () => store.batch(batch.id), SHORT);
  const batchView = () => store.tasks({ states: finished, batch: batch.id, before: null, limit: 500 });
  await time('view of a batch', batchView, SHORT);
  // The old ones of this batch are the last that go.
  const old = { states: finished, batch: `batch-${OLD / 1_000}`, before: null, limit: 500 };
  const pages = async () => {
    const first = await store.tasks(old);
    await store.tasks({ ...old, before: first.at(-1)?.sequence ?? null });
  };
  await time('two pages of a large batch', pages);
  await time('a task', () => store.task(task.id), SHORT);
  await time('the history of a task', () => store.history(task.id), SHORT);
  await time('statistics', () => store.statistics());
  const nothing = () => store.prune({ endedBefore: 0, keep: null, step: STEP });
  await time('retention that finds nothing', nothing, SHORT);
  await time(`retention that removes ${STEP}`, async () => {
    const { removed } = await store.prune({ endedBefore: 10_000_000, keep: null, step: STEP });
    const gone = removed.completed + removed.failed;
    if (gone !== STEP) throw new Error(`retention removed ${gone} tasks, not ${STEP}`);
  });
}
