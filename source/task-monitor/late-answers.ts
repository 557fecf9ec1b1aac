import type { Settings } from '#model/settings.ts';
import { type Attempt, type Task, type TaskResult, wireId } from '#model/task.ts';
import { can, type PingReport } from '#model/worker.ts';
import { mayEndLate } from './endings.ts';
import { historyOf } from './reconciliation.ts';
import type { TaskClient } from './roles.ts';
import type { SignOptions } from './signs.ts';

/** A run that was given up may still end well: its worker is asked for so long. */
const ASKED_FOR_MS = 60 * 60_000;
/** From one question to a worker to the next. */
const ASK_AGAIN_MS = 10_000;

/** An attempt that was given up though it may have run. */
interface GivenUp {
  readonly taskId: string;
  readonly number: number;
  readonly wire: string;
  /** Monotonic milliseconds. */
  readonly since: number;
}

export interface LateAnswersOptions extends SignOptions {
  readonly settings: Pick<Settings, 'httpTimeoutMs'>;
  readonly client: Pick<TaskClient, 'history' | 'task'>;
  readonly onLate: (taskId: string, number: number, result: TaskResult) => void;
}

/** Asks workers that come back for what was given up as they vanished. */
export interface LateAnswers {
  /** An attempt ended without anybody knowing how. */
  watch(taskId: string, attempt: Pick<Attempt, 'number' | 'workerId'>): void;
  /** The attempts that an earlier run of the master gave up, of a task that a late answer may still complete. */
  resume(task: Task): void;
  close(): void;
}

export function createLateAnswers(options: LateAnswersOptions): LateAnswers {
  const { bus, clock, current, client, settings, signal, onLate } = options;
  const givenUp = new Map<string, Map<string, GivenUp>>();
  const askAgainAt = new Map<string, number>();

  function drop(workerId: string, wire: string): void {
    const onWorker = givenUp.get(workerId);
    onWorker?.delete(wire);
    if (onWorker?.size === 0) givenUp.delete(workerId);
  }

  function watch(
    taskId: string,
    { number, workerId }: Pick<Attempt, 'number' | 'workerId'>,
    since = clock.monotonic(),
  ): void {
    const wire = wireId(taskId, number);
    const onWorker = givenUp.get(workerId) ?? new Map<string, GivenUp>();
    givenUp.set(workerId, onWorker.set(wire, { taskId, number, wire, since }));
  }

  async function ask(workerId: string, runs: string | undefined, sentAt: number): Promise<void> {
    const worker = current().workers.get(workerId);
    const asked = [...(givenUp.get(workerId)?.values() ?? [])].filter(
      ({ since, wire }) => since <= sentAt && wire !== runs,
    );
    if (worker === undefined || asked.length === 0) return;
    const hasAccount = can(worker, 'tasks');
    const history = hasAccount ? null : await client.history(worker.config, settings.httpTimeoutMs);
    for (const { taskId, number, wire, since } of asked) {
      if (signal.aborted) return;
      if (clock.monotonic() - since > ASKED_FOR_MS) drop(workerId, wire);
      if (history === null) {
        const answer = await client.task(worker.config, wire, settings.httpTimeoutMs);
        if (answer.kind === 'no-answer') continue;
        const ended = answer.kind === 'unknown' || !['queued', 'running'].includes(answer.report.state);
        if (ended) drop(workerId, wire);
        const outcome = answer.kind === 'known' ? answer.report.outcome : null;
        if (outcome?.kind === 'completed') onLate(taskId, number, outcome.result);
      } else {
        const found = historyOf(wire, history);
        // While another task is in front, it may still run behind that one.
        if (typeof found === 'object' || (found === 'absent' && runs === undefined)) drop(workerId, wire);
        if (typeof found === 'object' && found.kind === 'completed') onLate(taskId, number, found.result);
      }
    }
  }

  function pinged(workerId: string, report: PingReport, latencyMs: number): void {
    const now = clock.monotonic();
    if (!givenUp.has(workerId) || now < (askAgainAt.get(workerId) ?? 0)) return;
    askAgainAt.set(workerId, now + ASK_AGAIN_MS);
    void ask(workerId, report.currentTask?.taskId, now - latencyMs);
  }

  const unsubscribe = bus.subscribe((event) => {
    if (event.type !== 'worker-pinged' || !event.outcome.ok) return;
    pinged(event.workerId, event.outcome.report, event.outcome.latencyMs);
  });

  return {
    watch: (taskId, attempt) => watch(taskId, attempt),
    resume(task) {
      if (!mayEndLate(task)) return;
      const unknown = task.attempts.filter(
        ({ outcome }) => outcome === 'died' || outcome === 'lost' || outcome === 'timeout',
      );
      for (const attempt of unknown) {
        const agoMs = Math.max(0, clock.now() - (attempt.endedAt ?? clock.now()));
        watch(task.id, attempt, clock.monotonic() - agoMs);
      }
    },
    close: unsubscribe,
  };
}
