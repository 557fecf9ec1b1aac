import { wireId } from '#model/task.ts';
import type { RecordedAttempt, RecordedTask, Run } from './records.ts';

/** A task as the harness submitted it. */
export interface Submitted {
  readonly id: string;
  /** What its result must be; null: it is meant to fail. */
  readonly value: number | null;
  /** Whether the master ever acknowledged it. */
  readonly isAcknowledged: boolean;
}

export interface Evidence {
  readonly submitted: readonly Submitted[];
  readonly tasks: readonly RecordedTask[];
  readonly runs: readonly Run[];
}

/** Every id in its class; the classes of `wrong` must be empty. */
export interface Verdict {
  readonly completed: readonly string[];
  /** As they were meant to. */
  readonly failed: readonly string[];
  /** Used up their attempts, or saw three workers die; every error is kept. */
  readonly exhausted: readonly string[];
  /** Never acknowledged, and not there. */
  readonly neverTaken: readonly string[];
  readonly wrong: {
    /** Acknowledged, and not there. */
    readonly lost: readonly string[];
    /** There, though nobody submitted it. */
    readonly unexpected: readonly string[];
    readonly recordedTwice: readonly string[];
    /** Ids on the wire for which programs were started more than once. */
    readonly ranTwice: readonly string[];
    /** Not ended after the drain. */
    readonly unfinished: readonly string[];
    /** Failed, or was cancelled, without a reason that is recorded. */
    readonly failedForNothing: readonly string[];
    /** Completed, and no worker's journal has that run as completed. */
    readonly neverRan: readonly string[];
    /** Completed with the result of another task, or though it can only fail. */
    readonly wrongResult: readonly string[];
    /** Ids on the wire that ran though the master's record says that nothing did: sent again, or elsewhere, unasked. */
    readonly ranUnasked: readonly string[];
  };
  /** Tasks that ran on more than one worker, by how their earlier runs ended for the master. */
  readonly severalWorkers: ReadonlyMap<string, number>;
}

/** A total-queue check: every id that was submitted, recorded or run is in a class. */
export function classify({ submitted, tasks, runs }: Evidence): Verdict {
  const wanted = new Map(submitted.map((one) => [one.id, one]));
  const recorded = new Map(tasks.map((task) => [task.id, task]));
  const started = runs.filter(({ starts }) => starts > 0);
  const runKeys = new Map(runs.map((run) => [keyOf(run.wire, run.workerId), run]));
  const runOf = (task: RecordedTask, { number, workerId }: RecordedAttempt) =>
    runKeys.get(keyOf(wireId(task.id, number), workerId));
  const idsWhere = (is: (task: RecordedTask, one: Submitted) => boolean) =>
    tasks.filter((task) => is(task, wanted.get(task.id) ?? NOBODY)).map(({ id }) => id);
  const completion = ({ attempts }: RecordedTask) => attempts.find(({ outcome }) => outcome === 'completed');

  return {
    completed: idsWhere(({ state }) => state === 'completed'),
    failed: idsWhere((task, { value }) => task.state === 'failed' && value === null),
    exhausted: idsWhere((task, { value }) => task.state === 'failed' && value !== null && isExplained(task)),
    neverTaken: submitted
      .filter(({ id, isAcknowledged }) => !isAcknowledged && !recorded.has(id))
      .map(({ id }) => id),
    wrong: {
      lost: submitted
        .filter(({ id, isAcknowledged }) => isAcknowledged && !recorded.has(id))
        .map(({ id }) => id),
      unexpected: idsWhere(({ id }) => !wanted.has(id)),
      recordedTwice: [
        ...idsWhere((task) => task.completions > 1 || completedAttempts(task) > 1),
        ...tasks.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index),
      ],
      ranTwice: [...Map.groupBy(started, ({ wire }) => wire)]
        .filter(([, some]) => some.reduce((sum, { starts }) => sum + starts, 0) > 1)
        .map(([wire]) => wire),
      unfinished: idsWhere(({ state }) => ['pending', 'assigned', 'running'].includes(state)),
      failedForNothing: idsWhere(
        (task) => task.state === 'cancelled' || (task.state === 'failed' && !isExplained(task)),
      ),
      neverRan: idsWhere((task) => {
        const attempt = completion(task);
        if (task.state !== 'completed') return false;
        return attempt === undefined || runOf(task, attempt)?.state !== 'completed';
      }),
      wrongResult: idsWhere(
        (task, { value }) =>
          task.state === 'completed' && (value === null || task.result?.particleCollisions !== value),
      ),
      ranUnasked: ranUnasked(tasks, started),
    },
    severalWorkers: severalWorkers(tasks, runOf),
  };
}

const NOBODY: Submitted = { id: '', value: null, isAcknowledged: false };

function keyOf(wire: string, workerId: string): string {
  return `${wire} ${workerId}`;
}

function completedAttempts({ attempts }: RecordedTask): number {
  return attempts.filter(({ outcome }) => outcome === 'completed').length;
}

/** Failed because its attempts were used up, or as suspect, and every attempt tells what went wrong. */
function isExplained({ failure, attempts }: RecordedTask): boolean {
  const of = (...outcomes: string[]) =>
    attempts.filter(({ outcome }) => outcomes.includes(outcome ?? '')).length;
  const enough =
    failure === 'suspect' ? of('died') >= 3 : failure === 'attempts' && of('failed', 'timeout') > 3;
  return enough && attempts.every(({ error }) => error !== null && error !== '');
}

/** Runs of which the master's record says that they never were: its attempt is not there, or as not sent. */
function ranUnasked(tasks: readonly RecordedTask[], started: readonly Run[]): string[] {
  const known = new Set<string>();
  for (const { id, attempts } of tasks) {
    for (const { number, workerId, outcome } of attempts) {
      if (outcome !== 'not-sent') known.add(keyOf(wireId(id, number), workerId));
    }
  }
  return started.filter(({ wire, workerId }) => !known.has(keyOf(wire, workerId))).map(({ wire }) => wire);
}

function severalWorkers(
  tasks: readonly RecordedTask[],
  runOf: (task: RecordedTask, attempt: RecordedAttempt) => Run | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    const ran = task.attempts.filter((attempt) => (runOf(task, attempt)?.starts ?? 0) > 0);
    if (new Set(ran.map(({ workerId }) => workerId)).size < 2) continue;
    const others = ran.filter(({ outcome }) => outcome !== 'completed').map(({ outcome }) => String(outcome));
    const why = [...new Set(others)].sort().join(' and ');
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return counts;
}
