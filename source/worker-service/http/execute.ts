import { shown } from '#configuration/found.ts';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { localTime } from '#model/local-time.ts';
import type { Benchmark, Catalogue } from '#worker-service/catalogue/benchmark.ts';
import { readParameters } from '#worker-service/catalogue/parameters.ts';
import { LEGACY_PARAMETERS } from '#worker-service/catalogue/shipped.ts';
import type { Answer } from '#worker-service/tasks/task.ts';
import type { Submission, TaskRunner } from '#worker-service/tasks/task-runner-role.ts';
import { readTaskRequest, type TaskRequest } from './task-request.ts';
import { errorAnswer, NO_TASK } from './version-1.ts';

/** An answer to /execute. */
export interface ExecuteAnswer extends Answer {
  /** Where the same may be asked again later. */
  readonly retryAfterSeconds?: number;
}

/** A full disk is rarely emptied sooner. */
const RETRY_AFTER_SECONDS = 30;

export interface ExecuteOptions {
  readonly workerId: string;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly catalogue: Catalogue;
  /** The name under which version 1 runs whatever it does not know. */
  readonly fallback: string;
  readonly runner: Pick<TaskRunner, 'submit'>;
}

/**
 * POST /execute: answers when the task has ended, whether or not anybody still waits for it. Never rejects. What cannot
 * be accepted is answered as version 1 would, but stands in no history: its id may be that of a task that runs.
 */
export function createExecute(options: ExecuteOptions): (body: string) => Promise<ExecuteAnswer> {
  const { workerId, clock, log, catalogue, runner } = options;

  function errorWith(error: string, status?: number): Answer {
    return errorAnswer(error, { worker_id: workerId, timestamp: localTime(clock.now()) }, status);
  }

  function refuse(error: string, task?: TaskRequest): Answer {
    const fields = task === undefined ? {} : { task: task.taskId ?? 'unknown', benchmark: task.benchmark };
    log.write('warn', 'task refused', { ...fields, error });
    return errorWith(error);
  }

  async function run(task: TaskRequest): Promise<ExecuteAnswer> {
    const { taskId, benchmark: name, params: given } = task;
    const benchmark = catalogue.find(name) ?? legacyBenchmark(given);
    if (benchmark === undefined) return refuse(unknownBenchmark(name, catalogue), task);
    // Version 1 ignores what its benchmark does not know.
    const unknown = isLegacy(benchmark) ? 'ignored' : 'error';
    const read = readParameters({ parameters: benchmark.parameters, given, unknown });
    if (!read.ok) return refuse(read.errors.join('; '), task);
    return answerTo(task, await runner.submit({ taskId, benchmark: name, params: read.values }));
  }

  /** A name that is not known runs benchmark.py, as in version 1, where nothing but its own parameters was given. */
  function legacyBenchmark(given: unknown): Benchmark | undefined {
    const benchmark = catalogue.find(options.fallback);
    const names = typeof given === 'object' && given !== null ? Object.keys(given) : [];
    const known = LEGACY_PARAMETERS.map(({ name }) => name);
    return benchmark !== undefined && isLegacy(benchmark) && names.every((name) => known.includes(name))
      ? benchmark
      : undefined;
  }

  async function answerTo(task: TaskRequest, submission: Submission): Promise<ExecuteAnswer> {
    switch (submission.kind) {
      case 'accepted':
      case 'joined':
        return (await submission.ended).answer;
      case 'known':
        return submission.end.answer;
      case 'busy': {
        const why =
          submission.reason === 'draining' ? 'The worker is about to end' : 'The queue of the worker is full';
        const answer = errorWith(`${why}: send the task again later, here or elsewhere`, 503);
        return { ...answer, retryAfterSeconds: submission.retryAfterSeconds };
      }
      case 'conflict':
        return refuse(submission.error, task);
      case 'unrecorded':
        // Nothing was accepted, and the task is not at fault.
        log.write('error', 'a task could not be recorded', { error: submission.error });
        return { ...errorWith(submission.error, 503), retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
  }

  return async (body) => {
    const read = readTaskRequest(body);
    if (read.kind === 'nothing') return NO_TASK;
    return read.kind === 'wrong' ? refuse(read.error) : run(read.task);
  };
}

function isLegacy({ parameters }: Benchmark): boolean {
  return parameters === LEGACY_PARAMETERS;
}

function unknownBenchmark(name: string, { benchmarks }: Catalogue): string {
  const known = benchmarks.map((benchmark) => benchmark.name).join(', ');
  return `This worker has no benchmark “${shown(name)}”; it has ${known}`;
}
