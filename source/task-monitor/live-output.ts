import type { LiveOutput } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { type Attempt, completedAttempt, isFinal, openAttempt, type Task, wireId } from '#model/task.ts';
import { can } from '#model/worker.ts';
import type { TaskClient } from './roles.ts';

export interface LiveOutputOptions {
  readonly current: () => Snapshot;
  readonly client: Pick<TaskClient, 'task'>;
  /** How long a run is expected to take, seconds; null where nothing is known. */
  readonly expectedSeconds: (task: Task, workerId: string) => number | null;
  readonly deadlineMs: number;
}

/**
 * What a run has printed so far and how far it is, or what the last one of a task that has ended printed: its worker keeps
 * that for a while. Null for a task that is not at a worker. Never rejects.
 */
export async function liveOutput(
  task: Task | null | undefined,
  { current, client, expectedSeconds, deadlineMs }: LiveOutputOptions,
): Promise<LiveOutput | null> {
  const attempt = task ? lastRun(task) : undefined;
  if (!task || attempt === undefined) return null;
  const { workerId, number } = attempt;
  const untold = {
    progress: null,
    stdout: '',
    stderr: '',
    expectedSeconds: expectedSeconds(task, workerId),
  };
  const worker = current().workers.get(workerId);
  if (worker === undefined || !can(worker, 'tasks')) return untold;
  const answer = await client.task(worker.config, wireId(task.id, number), deadlineMs);
  if (answer.kind !== 'known') return untold;
  const { progress, stdoutTail: stdout, stderrTail: stderr } = answer.report;
  return { ...untold, progress, ...(can(worker, 'output') ? { stdout, stderr } : {}) };
}

function lastRun(task: Task): Attempt | undefined {
  if (!isFinal(task.state)) return openAttempt(task);
  const last = completedAttempt(task) ?? task.attempts.at(-1);
  return last?.sentAt === null ? undefined : last;
}
