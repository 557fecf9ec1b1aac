import { wireId } from '#model/task.ts';
import type { RecordedAttempt, RecordedBatch, RecordedTask, Records, Run, Sent } from './records.ts';

/**
 * Whether a task was called off. `asked`: the master may not have heard it, or had nothing to call off. `promised`: it
 * said that it would be. `at once`: it said that it was, and that nothing of it ran.
 */
export type Cancelled = 'no' | 'asked' | 'promised' | 'at once';

/** A task as the harness submitted it. */
export interface Submitted {
  readonly id: string;
  /** What its result must be; null: it is meant to fail. */
  readonly value: number | null;
  /** Whether the master ever acknowledged it. */
  readonly isAcknowledged: boolean;
  readonly cancelled: Cancelled;
  /** How many attempts of it there were when the master said so, where that is known. */
  readonly attemptsAtCancel: number | null;
  /** The batch that it was submitted with. */
  readonly batch: string | null;
  /** Those that were sent in one command have the same. */
  readonly sending: number;
}

export interface Evidence extends Records {
  readonly submitted: readonly Submitted[];
  readonly runs: readonly Run[];
  /** What was seen on the way to the workers. */
  readonly sent: readonly Sent[];
  /** How long a worker of version 1 that proves nothing must be waited for. */
  readonly waitMs: number;
}

/** Every id in its class; the classes of `wrong` must be empty. */
export interface Verdict {
  readonly completed: readonly string[];
  /** As they were meant to. */
  readonly failed: readonly string[];
  /** Used up their attempts, or saw three workers die; every error is kept. */
  readonly exhausted: readonly string[];
  /** As somebody asked. */
  readonly cancelled: readonly string[];
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
    /** Failed without a reason that is recorded, or was cancelled though nobody asked. */
    readonly failedForNothing: readonly string[];
    /**
     * Called off, as the master said, and neither cancelled nor completed; or had not run then, and is not cancelled; or was
     * begun once more after that.
     */
    readonly cancelForgotten: readonly string[];
    /** Sent in one command of which only a part is there. */
    readonly torn: readonly string[];
    /** In another batch than it was submitted with. */
    readonly wrongBatch: readonly string[];
    /** Batches whose counts are not those of their tasks, or that have not ended though these have. */
    readonly miscounted: readonly string[];
    /** Completed, and no worker's journal has that run as completed. */
    readonly neverRan: readonly string[];
    /** Completed with the result of another task, or though it can only fail. */
    readonly wrongResult: readonly string[];
    /** Ids on the wire that ran though the master's record says that nothing did: sent again, or elsewhere, unasked. */
    readonly ranUnasked: readonly string[];
    /** Sent again though nobody could say what became of it at a worker of version 1, before TASK_TIMEOUT was over. */
    readonly givenUpEarly: readonly string[];
  };
  /** Every task for which programs were started more than once. */
  readonly reruns: readonly Rerun[];
}

/** A task that ran more than once. */
export interface Rerun {
  readonly id: string;
  readonly workers: number;
  /** Whether the run after which it ran again was one of a worker of version 1. */
  readonly isOfVersion1: boolean;
  /** How the runs that did not complete it ended for the master, `failed and lost`. */
  readonly why: string;
}

/** A total-queue check: every id that was submitted, recorded or run is in a class. */
export function classify({ submitted, tasks, batches, runs, sent, waitMs }: Evidence): Verdict {
  const wanted = new Map(submitted.map((one) => [one.id, one]));
  const recorded = new Map(tasks.map((task) => [task.id, task]));
  const started = runs.filter(({ starts }) => starts > 0);
  const runKeys = new Map(runs.map((run) => [keyOf(run.wire, run.workerId), run]));
  const runOf = (task: RecordedTask, { number, workerId }: RecordedAttempt) =>
    runKeys.get(keyOf(wireId(task.id, number), workerId));
  const idsWhere = (is: (task: RecordedTask, one: Submitted) => boolean) =>
    tasks.filter((task) => is(task, wanted.get(task.id) ?? NOBODY)).map(({ id }) => id);
  const completion = ({ attempts }: RecordedTask) => attempts.find(({ outcome }) => outcome === 'completed');

  const isThere = ({ id }: Submitted) => recorded.has(id);

  return {
    completed: idsWhere(({ state }) => state === 'completed'),
    failed: idsWhere((task, { value }) => task.state === 'failed' && value === null),
    exhausted: idsWhere((task, { value }) => task.state === 'failed' && value !== null && isExplained(task)),
    cancelled: idsWhere((task, { cancelled }) => task.state === 'cancelled' && cancelled !== 'no'),
    neverTaken: submitted.filter((one) => !one.isAcknowledged && !isThere(one)).map(({ id }) => id),
    wrong: {
      lost: submitted.filter((one) => one.isAcknowledged && !isThere(one)).map(({ id }) => id),
      unexpected: idsWhere(({ id }) => !wanted.has(id)),
      recordedTwice: [
        ...idsWhere((task) => task.completions > 1 || completedAttempts(task) > 1),
        ...[...Map.groupBy(tasks, ({ id }) => id)].filter(([, same]) => same.length > 1).map(([id]) => id),
      ],
      ranTwice: [...Map.groupBy(started, ({ wire }) => wire)]
        .filter(([, some]) => some.reduce((sum, { starts }) => sum + starts, 0) > 1)
        .map(([wire]) => wire),
      unfinished: idsWhere(({ state }) => ['pending', 'assigned', 'running'].includes(state)),
      failedForNothing: idsWhere(
        (task, { cancelled }) =>
          (task.state === 'cancelled' && cancelled === 'no') ||
          (task.state === 'failed' && !isExplained(task)),
      ),
      cancelForgotten: idsWhere(
        ({ state, attempts }, { cancelled, attemptsAtCancel }) =>
          (cancelled === 'promised' && state === 'failed') ||
          (cancelled === 'at once' && state !== 'cancelled') ||
          attempts.length > (attemptsAtCancel ?? attempts.length),
      ),
      torn: [...Map.groupBy(submitted, ({ sending }) => sending).values()]
        .filter((together) => together.some(isThere) && !together.every(isThere))
        .map(([first = NOBODY]) => first.id),
      wrongBatch: idsWhere((task, { batch }) => wanted.has(task.id) && task.batch !== batch),
      miscounted: miscounted(tasks, batches),
      neverRan: idsWhere((task) => {
        const attempt = completion(task);
        if (task.state !== 'completed') return false;
        const run = attempt && runOf(task, attempt);
        const isForgotten = run?.mayBeForgotten === true && run.state === 'lost' && run.starts > 0;
        return run?.state !== 'completed' && !isForgotten;
      }),
      wrongResult: idsWhere(
        (task, { value }) =>
          task.state === 'completed' && (value === null || task.result?.particleCollisions !== value),
      ),
      ranUnasked: ranUnasked(tasks, started),
      givenUpEarly: givenUpEarly(tasks, { sent, waitMs }),
    },
    reruns: reruns(tasks, runOf),
  };
}

const NOBODY: Submitted = {
  id: '',
  value: null,
  isAcknowledged: false,
  cancelled: 'no',
  attemptsAtCancel: null,
  batch: null,
  sending: 0,
};

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

/** Seen from the way to the workers: when the attempt came by for the last time, and when a later one did first. */
function givenUpEarly(
  tasks: readonly RecordedTask[],
  { sent, waitMs }: Pick<Evidence, 'sent' | 'waitMs'>,
): string[] {
  const byWire = Map.groupBy(sent, ({ wire }) => wire);
  const comings = (id: string, number: number) => byWire.get(wireId(id, number)) ?? [];
  const isEarly = ({ id, attempts }: RecordedTask, { number, workerId, outcome }: RecordedAttempt) => {
    if (outcome !== 'lost' && outcome !== 'timeout') return false;
    const own = comings(id, number).filter((one) => one.workerId === workerId && one.version === 1);
    const later = attempts.filter((one) => one.number > number).flatMap((one) => comings(id, one.number));
    const gap = Math.min(...later.map(({ at }) => at)) - Math.max(...own.map(({ at }) => at));
    return own.length > 0 && later.length > 0 && gap < waitMs;
  };
  return tasks.filter((task) => task.attempts.some((one) => isEarly(task, one))).map(({ id }) => id);
}

function miscounted(tasks: readonly RecordedTask[], batches: readonly RecordedBatch[]): string[] {
  const byBatch = Map.groupBy(tasks, ({ batch }) => batch);
  const isRight = ({ id, counts, isEnded }: RecordedBatch) => {
    const inIt = byBatch.get(id) ?? [];
    const isOver = inIt.every(({ state }) => ENDED.includes(state));
    return (
      isEnded === isOver &&
      Object.entries(counts).every(
        ([state, count]) => inIt.filter((task) => task.state === state).length === count,
      )
    );
  };
  return batches.filter((batch) => !isRight(batch)).map(({ id }) => id);
}

const ENDED: readonly string[] = ['completed', 'failed', 'cancelled'];

function reruns(
  tasks: readonly RecordedTask[],
  runOf: (task: RecordedTask, attempt: RecordedAttempt) => Run | undefined,
): Rerun[] {
  return tasks.flatMap((task) => {
    const ran = task.attempts.flatMap((attempt) => {
      const run = runOf(task, attempt);
      return run !== undefined && run.starts > 0 ? [{ attempt, run }] : [];
    });
    if (ran.reduce((sum, { run }) => sum + run.starts, 0) < 2) return [];
    const others = ran.filter(({ attempt }) => attempt.outcome !== 'completed');
    return [
      {
        id: task.id,
        workers: new Set(ran.map(({ run }) => run.workerId)).size,
        isOfVersion1: others.some(({ run }) => run.version === 1),
        why: [...new Set(others.map(({ attempt }) => String(attempt.outcome)))].sort().join(' and '),
      },
    ];
  });
}
