import { type Batch, withMove } from './batch.ts';
import type { Counters, EventOf } from './events.ts';
import type { Snapshot } from './snapshot.ts';
import { Table } from './table.ts';
import { type Attempt, isFinal, openAttempt, type Task, type TaskState } from './task.ts';
import type { Performance, PingReport, Worker } from './worker.ts';
import { runOf, withRun } from './worker-run.ts';

/** Finished tasks that stay in the snapshot; trimmed in batches of `TRIM_SLACK`, since trimming costs the whole table. */
const KEPT_FINISHED_TASKS = 500;
const TRIM_SLACK = 100;
/** Finished batches that stay in it. */
const KEPT_FINISHED_BATCHES = 200;

/** The database is never behind: after a crash worker_state.json may be. */
export function countsRestored(snapshot: Snapshot, { counts }: EventOf<'task-counts-restored'>): Snapshot {
  const { tasksCompleted, tasksFailed, tasksDistributed } = snapshot.counters;
  const counters = {
    ...snapshot.counters,
    tasksCompleted: Math.max(tasksCompleted, counts.completed),
    tasksFailed: Math.max(tasksFailed, counts.failed),
    tasksDistributed: Math.max(tasksDistributed, counts.completed + counts.running),
  };
  return { ...snapshot, counters, tasks: { ...snapshot.tasks, counts } };
}

/** After a task changed: its counts, its batch, its worker, and what can be seen of it. */
export function taskChanged(snapshot: Snapshot, event: EventOf<'task-changed'>): Snapshot {
  const { change, task, from } = event;
  const before = snapshot.tasks.known.get(task.id);
  const told = toldAttempts(event, before);
  const attempt = task.attempts.find(({ number }) => number === event.attempt) ?? task.attempts.at(-1);
  const counts = { ...snapshot.tasks.counts };
  // Restored tasks are in the counts that were restored with them.
  if (change !== 'restored') {
    if (from !== null) counts[from] -= 1;
    counts[task.state] += 1;
  }
  const known = trimmed(snapshot.tasks.known.set(task.id, task), counts);
  const counted: Snapshot = {
    ...snapshot,
    tasks: { ...snapshot.tasks, counts, known, batches: inBatch(snapshot.tasks.batches, event) },
    workers: withRuns(occupy(snapshot.workers, before, task), task, told),
  };
  switch (change) {
    case 'sent':
      return { ...counted, counters: count(counted.counters, { tasksDistributed: 1 }) };
    case 'requeued':
    case 'duplicate':
      return credited(counted, { task, attempt, told });
    case 'completed':
      return ended(credited(counted, { task, attempt, told }), { tasksCompleted: 1 });
    case 'failed':
      return ended(credited(counted, { task, attempt, told }), { tasksFailed: 1 });
    default:
      return counted;
  }
}

/** Moves the task's batch on, and lets go of finished ones that are too many. */
function inBatch(batches: Table<Batch>, { at, change, task, from }: EventOf<'task-changed'>): Table<Batch> {
  const batch = task.batch === null ? undefined : batches.get(task.batch);
  // Restored tasks are in the counts that were restored with their batches.
  if (batch === undefined || change === 'restored' || from === task.state) return batches;
  return batches.set(batch.id, withMove(batch, { from, to: task.state }, at));
}

/** A new batch: its tasks are in its counts already. */
export function batchSubmitted(snapshot: Snapshot, { batch }: EventOf<'batch-submitted'>): Snapshot {
  const finished = [...snapshot.tasks.batches].filter(({ endedAt }) => endedAt !== null);
  const surplus = new Set(finished.slice(0, -KEPT_FINISHED_BATCHES).map(({ id }) => id));
  const kept =
    surplus.size === 0 ? snapshot.tasks.batches : snapshot.tasks.batches.without((_, id) => surplus.has(id));
  return { ...snapshot, tasks: { ...snapshot.tasks, batches: kept.set(batch.id, batch) } };
}

/** New pending tasks, in one step however many they are. */
export function tasksAdded(snapshot: Snapshot, { tasks }: EventOf<'tasks-added'>): Snapshot {
  const { counts } = snapshot.tasks;
  const added = tasks.map((task) => [task.id, task] as const);
  const known = Table.from([...snapshot.tasks.known.entries(), ...added]);
  const next = { ...counts, pending: counts.pending + tasks.length };
  return { ...snapshot, tasks: { ...snapshot.tasks, known, counts: next } };
}

/** The batches as the database has them. */
export function batchesRestored(snapshot: Snapshot, { batches }: EventOf<'batches-restored'>): Snapshot {
  const table = Table.from(batches.map((batch) => [batch.id, batch] as const));
  return { ...snapshot, tasks: { ...snapshot.tasks, batches: table } };
}

/** What the database lets go of, the counts let go of too. */
export function tasksPruned(snapshot: Snapshot, { removed, batches }: EventOf<'tasks-pruned'>): Snapshot {
  const counts = { ...snapshot.tasks.counts };
  for (const state of Object.keys(removed) as TaskState[]) counts[state] -= removed[state];
  const gone = new Set(batches);
  const left =
    gone.size === 0 ? snapshot.tasks.batches : snapshot.tasks.batches.without((_, id) => gone.has(id));
  return { ...snapshot, tasks: { ...snapshot.tasks, counts, batches: left } };
}

function ended(snapshot: Snapshot, counters: Partial<Counters>): Snapshot {
  return { ...snapshot, counters: count(snapshot.counters, counters) };
}

/**
 * A ping may tell of a task whose answer overtook it: what has ended does not take a slot. Only the worker's own answer
 * counts as its end; after a timeout the worker may well still be busy with it.
 */
export function withoutEndedTask(report: PingReport, known: Table<Task>): PingReport {
  if (report.currentTask === null) return report;
  const { taskId } = report.currentTask;
  const [, id = taskId, number = '1'] = known.has(taskId) ? [] : (/^(.+)\.(\d+)$/.exec(taskId) ?? []);
  const attempt = known.get(id)?.attempts.find((candidate) => candidate.number === Number(number));
  const ended =
    attempt?.outcome === 'completed' || attempt?.outcome === 'failed' || attempt?.outcome === 'duplicate';
  return ended ? { ...report, currentTask: null } : report;
}

interface Credit {
  readonly task: Task;
  /** The one that the event is about. */
  readonly attempt: Attempt | undefined;
  /** Those that it tells the end of. */
  readonly told: readonly Attempt[];
}

/** The worker of the attempt that just ended gets the credit or the blame, if either is due. */
function credited(snapshot: Snapshot, { task, attempt, told }: Credit): Snapshot {
  if (attempt === undefined) return snapshot;
  return changeWorker(snapshot, attempt.workerId, (before) => {
    const report = before.report && withoutEndedTask(before.report, snapshot.tasks.known);
    const worker = { ...before, report };
    // A task that waited for its next attempt may fail by its deadline: the last one is no more to blame for that.
    if (!told.includes(attempt)) return worker;
    if (attempt.outcome === 'completed') {
      const performance = learned(worker.performance, task);
      // Who runs a task does not refuse us.
      return { ...worker, tasksCompleted: worker.tasksCompleted + 1, performance, refusal: null };
    }
    const blamed = attempt.outcome === 'failed' || attempt.outcome === 'timeout';
    return blamed ? { ...worker, tasksFailed: worker.tasksFailed + 1 } : worker;
  });
}

/** Past runs that a shown mean follows: as many as the database makes it of at a start. */
const REMEMBERED_RUNS = 50;

/** Past runs with one more counted in; older ones fade. */
function learned(
  performance: Readonly<Record<string, Performance>>,
  task: Task,
): Readonly<Record<string, Performance>> {
  const seconds = task.result?.executionSeconds ?? null;
  if (seconds === null) return performance;
  const { runs, meanSeconds } = performance[task.benchmark] ?? { runs: 0, meanSeconds: 0 };
  return {
    ...performance,
    [task.benchmark]: {
      runs: runs + 1,
      meanSeconds: meanSeconds + (seconds - meanSeconds) / Math.min(runs + 1, REMEMBERED_RUNS),
    },
  };
}

/** Invariant: a worker's `inFlight` holds exactly the known tasks whose open attempt is on it. */
function occupy(workers: Table<Worker>, before: Task | undefined, after: Task): Table<Worker> {
  const was = before && openAttempt(before)?.workerId;
  const is = openAttempt(after)?.workerId;
  if (was === is) return workers;
  let next = workers;
  const left = was === undefined ? undefined : next.get(was);
  if (left) next = next.set(left.id, { ...left, inFlight: left.inFlight.filter((id) => id !== after.id) });
  const entered = is === undefined ? undefined : next.get(is);
  if (entered) next = next.set(entered.id, { ...entered, inFlight: [...entered.inFlight, after.id] });
  return next;
}

/** What the worker of each attempt remembers of it, once it is told what became of it. */
function withRuns(workers: Table<Worker>, task: Task, told: readonly Attempt[]): Table<Worker> {
  let next = workers;
  for (const attempt of told) {
    const run = runOf(task, attempt);
    const worker = next.get(attempt.workerId);
    if (run === null || worker === undefined) continue;
    next = next.set(worker.id, { ...worker, runs: withRun(worker.runs, run) });
  }
  return next;
}

/** The attempts of which an event tells what became of them: of a task that was not known here, the one that it is about. */
function toldAttempts(
  { change, task, attempt }: EventOf<'task-changed'>,
  before: Task | undefined,
): Attempt[] {
  if (before === undefined && change === 'retried') return [];
  const about = attempt ?? task.attempts.at(-1)?.number;
  return task.attempts.filter(({ number, outcome }) => {
    if (outcome === null) return false;
    if (before === undefined) return change === 'restored' || number === about;
    return before.attempts.find((known) => known.number === number)?.outcome !== outcome;
  });
}

function trimmed(tasks: Table<Task>, counts: Readonly<Record<TaskState, number>>): Table<Task> {
  const unfinished = counts.pending + counts.assigned + counts.running;
  const surplus = tasks.size - unfinished - KEPT_FINISHED_TASKS;
  if (surplus <= TRIM_SLACK) return tasks;
  const final = [...tasks].filter(({ state }) => isFinal(state));
  const oldest = final.sort((a, b) => a.updatedAt - b.updatedAt).slice(0, surplus);
  const dropped = new Set(oldest.map(({ id }) => id));
  return tasks.without((_, id) => dropped.has(id));
}

/** The snapshot with one worker changed; as it was where that one is not known. */
export function changeWorker(snapshot: Snapshot, id: string, change: (worker: Worker) => Worker): Snapshot {
  const worker = snapshot.workers.get(id);
  if (worker === undefined) return snapshot;
  return { ...snapshot, workers: snapshot.workers.set(id, change(worker)) };
}

/** The counters with some added to. */
export function count(counters: Counters, plus: Partial<Counters>): Counters {
  const next: Record<keyof Counters, number> = { ...counters };
  for (const key of Object.keys(plus) as (keyof Counters)[]) next[key] += plus[key] ?? 0;
  return next;
}

/** How many past runs there are, of all benchmarks together. */
export function runsIn(performance: Readonly<Record<string, Performance>>): number {
  return Object.values(performance).reduce((sum, { runs }) => sum + runs, 0);
}
