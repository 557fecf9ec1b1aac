import { fileURLToPath } from 'node:url';
import type { WorkerSettings } from '#configuration/worker-settings.ts';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { localTime } from '#model/local-time.ts';
import { readCollisions } from './benchmark-output.ts';
import type { Executor } from './executor.ts';
import type { History } from './history.ts';
import { readTaskRequest, type TaskName, type TaskRequest } from './task-request.ts';
import {
  type Answer,
  errorAnswer,
  NO_PYTHON,
  NO_TASK,
  type RunAnswer,
  type RunningTask,
  runAnswer,
  type Signature,
} from './version-1.ts';

/** Runs the tasks that come to /execute. */
export interface TaskRunner {
  /** Resolves when the task has ended, whether or not anybody still waits for it. Never rejects. */
  execute(body: string): Promise<Answer>;
  /** The task that started last of those that run. */
  current(): RunningTask | null;
}

export interface TaskRunnerOptions {
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly history: History;
  readonly executor: Executor;
  readonly findPython: () => Promise<string | null>;
}

/** Version 1's own limit. */
const LIMIT_MS = 300_000;
const BENCHMARK = fileURLToPath(new URL('./benchmarks/benchmark.py', import.meta.url));

export function createTaskRunner(options: TaskRunnerOptions): TaskRunner {
  const { settings, clock, log, history } = options;
  const running = new Set<RunningTask>();

  const signature = (): Signature => ({ worker_id: settings.id, timestamp: localTime(clock.now()) });

  async function run(task: TaskRequest): Promise<RunAnswer & { seconds: number }> {
    const refuse = (error: string) => ({
      ...errorAnswer(error, signature()),
      success: false,
      error,
      seconds: 0,
    });
    // Any other name that is not known runs benchmark.py, as in version 1.
    if (task.benchmark === settings.benchmarks.cython && task.benchmark !== settings.benchmarks.python) {
      return refuse(`The Cython engine is not built on this worker, so ${task.benchmark} cannot run here`);
    }
    const python = await options.findPython();
    if (python === null) return refuse(NO_PYTHON);
    const { NUM_PARTICULAS, NUM_PASOS, SEMILLA } = task.params;
    const end = await options.executor.run({
      file: python,
      args: [
        ...['-I', '-X', 'utf8', '-u', BENCHMARK],
        ...[NUM_PARTICULAS, NUM_PASOS, SEMILLA].map(String),
        '--end-with-stdin',
      ],
      cwd: settings.dir,
      limitMs: LIMIT_MS,
    });
    const { debug } = settings;
    const collisions = readCollisions(end.stdout);
    return {
      ...runAnswer({ task, end, collisions, limitMs: LIMIT_MS, debug }, signature()),
      seconds: end.seconds,
    };
  }

  async function runAndRecord(task: TaskRequest): Promise<Answer> {
    const { taskId, benchmark, params } = task;
    const started_at = localTime(clock.now());
    const entry: RunningTask = { task_id: taskId, benchmark, params, started_at };
    running.add(entry);
    log.write('info', 'task started', { task: taskId, benchmark, ...params });
    try {
      const answer = await run(task);
      record(task, answer, answer.seconds);
      return answer;
    } finally {
      running.delete(entry);
    }
  }

  /** Before the task stops being current: a master that asks in between must find it in one of the two places. */
  function record(task: TaskName & Partial<TaskRequest>, answer: RunAnswer, seconds: number): void {
    const { taskId, benchmark, params = {} } = task;
    history.add({
      task_id: taskId,
      algorithm: benchmark,
      parameters: params,
      execution_time: seconds,
      success: answer.success,
      result: answer.body,
      error: answer.error,
      ...signature(),
    });
    const fields = { task: taskId, seconds, status: answer.status };
    if (answer.error === null) log.write('info', 'task ended', fields);
    else log.write('warn', 'task failed', { ...fields, error: answer.error });
  }

  return {
    async execute(body) {
      const read = readTaskRequest(body);
      if (read.kind === 'task') return runAndRecord(read.task);
      if (read.kind === 'nothing') return NO_TASK;
      const answer = { ...errorAnswer(read.error, signature()), success: false, error: read.error };
      if (read.name === null) log.write('warn', 'task refused', { error: read.error });
      else record(read.name, answer, 0);
      return answer;
    },
    current: () => [...running].at(-1) ?? null,
  };
}
