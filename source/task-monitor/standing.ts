import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { EventOf } from '#model/events.ts';
import { takesTasks } from '#model/health.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { type Attempt, completedAttempt, type Task } from '#model/task.ts';

/** What a worker did fades: about its last 20 tasks count. */
const KEEP = 0.95;
/** A new worker is taken to have completed so many tasks, so that its first failure does not decide. */
const PRIOR_COMPLETED = 4;
/** It is set aside after so many tasks that others completed, if they are such a share of what counts … */
const ASIDE_FAILURES = 3;
const ASIDE_SHARE = 0.5;
/** … or after so many failed tasks in a row while others complete theirs: that is known sooner where tasks are long. */
const ASIDE_IN_A_ROW = 5;
/** For so long the first time, twice as long each time that it fails at once again, up to the longest. */
const FIRST_ASIDE_MS = 5 * 60_000;
const LONGEST_ASIDE_MS = 60 * 60_000;

/** What each worker makes of its tasks, seen beside what the others make of theirs. */
export interface Standing {
  /** The share of tasks, in (0, 1], that it does not fail while others succeed in them. */
  reliabilityOf(workerId: string): number;
  isAside(workerId: string): boolean;
  readonly anyAside: boolean;
  close(): void;
}

export interface StandingOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly current: () => Snapshot;
}

interface Account {
  completed: number;
  /** Tasks that it failed and another worker completed. */
  failed: number;
  /** Tasks that it failed since it last completed one. */
  inARow: number;
  /** What all workers had done before the first of those. */
  before: Tally;
  /** How often it was set aside without having proved itself since. */
  times: number;
  /** It was taken back and has not completed a task since. */
  onProbation: boolean;
}

interface Tally {
  readonly completed: number;
  readonly failed: number;
}

/**
 * A failure counts against a worker once another worker has completed the same task: until then the task may be at
 * fault. A worker's reliability is the posterior mean of a beta distribution, (completed + 4) / (completed + failed + 4);
 * the balancer divides expected times by it, so that the worker is used less. With three such failures that are half of
 * what counts, or five failed tasks in a row while the others complete more than they fail, it is set aside for five
 * minutes. Then it is tried again: if the next task that tells counts against it too, it is set aside for twice as long.
 * The last worker that takes tasks is never set aside, and the balancer falls back on those that are where nobody else
 * may run a task.
 */
export function createStanding({ bus, clock, current }: StandingOptions): Standing {
  const accounts = new Map<string, Account>();
  /** Of those that have failed what others completed. */
  const reliabilities = new Map<string, number>();
  /** Those that are set aside, and what calls off their return. */
  const aside = new Map<string, () => void>();
  let all: Tally = { completed: 0, failed: 0 };

  function accountOf(workerId: string): Account {
    const known = accounts.get(workerId);
    if (known !== undefined) return known;
    const account: Account = {
      completed: 0,
      failed: 0,
      inARow: 0,
      before: all,
      times: 0,
      onProbation: false,
    };
    accounts.set(workerId, account);
    return account;
  }

  function counted(workerId: string, what: 'completed' | 'failed'): Account {
    const account = accountOf(workerId);
    account.completed *= KEEP;
    account.failed *= KEEP;
    account[what] += 1;
    const good = account.completed + PRIOR_COMPLETED;
    if (account.failed > 0) reliabilities.set(workerId, good / (good + account.failed));
    return account;
  }

  function credit(workerId: string): void {
    const account = counted(workerId, 'completed');
    all = { ...all, completed: all.completed + 1 };
    account.inARow = 0;
    account.onProbation = false;
    if (account.completed >= account.failed) account.times = 0;
  }

  function failed(workerId: string): Account {
    const account = accountOf(workerId);
    if (account.inARow === 0) account.before = all;
    account.inARow += 1;
    all = { ...all, failed: all.failed + 1 };
    return account;
  }

  function failsMuch({ completed: done, failed: blamed }: Account): boolean {
    // Faded counts never quite reach a whole number.
    return Math.round(blamed) >= ASIDE_FAILURES && blamed >= ASIDE_SHARE * (done + blamed);
  }

  /** Where the others fail as well, the tasks are at fault. */
  function failsAlone({ inARow, before }: Account): boolean {
    const completedSince = all.completed - before.completed;
    const failedSince = all.failed - before.failed - inARow;
    return inARow >= ASIDE_IN_A_ROW && completedSince > failedSince;
  }

  function othersTakeTasks(workerId: string): boolean {
    for (const worker of current().workers) {
      if (worker.id !== workerId && takesTasks(worker) && !aside.has(worker.id)) return true;
    }
    return false;
  }

  function setAside(task: Task, { workerId, error }: Attempt): void {
    const account = accountOf(workerId);
    if (aside.has(workerId) || !othersTakeTasks(workerId)) return;
    const ms = Math.min(LONGEST_ASIDE_MS, FIRST_ASIDE_MS * 2 ** account.times);
    account.times += 1;
    aside.set(
      workerId,
      clock.after(ms, () => takeBack(workerId)),
    );
    const at = clock.now();
    const told = {
      since: at,
      until: at + ms,
      failed: Math.max(Math.round(account.failed), account.inARow),
      completed: Math.round(account.completed),
      taskId: task.id,
      error: error ?? '',
    };
    bus.publish({ type: 'worker-set-aside', at, workerId, aside: told });
  }

  function takeBack(workerId: string): void {
    aside.delete(workerId);
    Object.assign(accountOf(workerId), { onProbation: true, inARow: 0 });
    bus.publish({ type: 'worker-taken-back', at: clock.now(), workerId });
  }

  function completed(task: Task, told: boolean): void {
    const winner = completedAttempt(task)?.workerId;
    if (winner === undefined) return;
    credit(winner);
    for (const attempt of task.attempts) {
      if (!isFailure(attempt) || attempt.workerId === winner) continue;
      // Another worker completed what it had failed.
      const account = counted(attempt.workerId, 'failed');
      if (told && (account.onProbation || failsMuch(account))) setAside(task, attempt);
    }
  }

  function changed({ change, task }: EventOf<'task-changed'>): void {
    if (change === 'restored' && task.state === 'completed') completed(task, false);
    if (change === 'completed') completed(task, true);
    const last = task.attempts.at(-1);
    const fell = (change === 'requeued' || change === 'failed') && task.failure !== 'rejected';
    if (fell && last !== undefined && isFailure(last) && failsAlone(failed(last.workerId)))
      setAside(task, last);
  }

  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'task-changed') changed(event);
  });

  return {
    reliabilityOf: (workerId) => (reliabilities.size === 0 ? 1 : (reliabilities.get(workerId) ?? 1)),
    isAside: (workerId) => aside.has(workerId),
    get anyAside() {
      return aside.size > 0;
    },
    close() {
      unsubscribe();
      for (const cancel of aside.values()) cancel();
    },
  };
}

function isFailure({ outcome }: Attempt): boolean {
  return outcome === 'failed' || outcome === 'timeout';
}
