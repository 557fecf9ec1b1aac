import type { Clock } from '#model/clock.ts';
import { localTime } from '#model/local-time.ts';
import type { Benchmark, ParameterValue } from '#worker-service/catalogue/benchmark.ts';
import { lastOfText } from '#worker-service/tasks/bounded-text.ts';
import type { AcceptedTask, Answer, TaskEnd } from '#worker-service/tasks/task.ts';
import type { EndedRun, TaskEnds } from '#worker-service/tasks/task-ends.ts';
import { errorAnswer, type Signature } from './version-1.ts';

export interface TaskAnswersOptions {
  readonly clock: Clock;
  readonly workerId: string;
  /** With it, a good answer carries the program's output. */
  readonly debug: boolean;
}

/** What an answer repeats of one stream, in JSON: a master that takes answers of a few megabytes takes all of ours. */
const STREAM_BYTES = 1_048_576;
const ERROR_BYTES = 4_096;
/** The results that version 1 has keys for. */
const COUNTS = ['particle_collisions', 'wall_collisions'] as const;

const NOT_RUN = { results: {}, returnCode: null, seconds: 0 };

/** The answers of version 1 to every way in which a task can end. */
export function createTaskAnswers({ clock, workerId, debug }: TaskAnswersOptions): TaskEnds {
  const signature = (): Signature => ({ worker_id: workerId, timestamp: localTime(clock.now()) });

  function failure(state: TaskEnd['state'], answer: Answer, error: string): TaskEnd {
    return { ...NOT_RUN, state, answer, error: lastOfText(error, ERROR_BYTES) };
  }

  /** Version 1 has no word for these: the key `state` is ours. */
  function stated(state: 'cancelled' | 'lost', error: string, status?: number): TaskEnd {
    const { body, status: code } = errorAnswer(error, signature(), status);
    return failure(state, { status: code, body: { ...body, state } }, error);
  }

  function notStarted({ benchmark }: AcceptedTask, reason: string): TaskEnd {
    const error = `${benchmark} could not be started: ${lastOfText(reason, STREAM_BYTES)}`;
    return failure('failed', errorAnswer(error, signature()), error);
  }

  /** A run that was not ended from outside. */
  function ofEnded(run: EndedRun): TaskEnd {
    const { task, end } = run;
    const stdout = lastOfText(run.stdout, STREAM_BYTES);
    if (end.returnCode !== 0) {
      const said = lastOfText(run.stderr, STREAM_BYTES);
      const error =
        said.trim() === '' ? `${task.benchmark} ${howEnded(end.returnCode)} and said nothing` : said;
      const body = { status: 'error', error, stdout, return_code: end.returnCode, ...signature() };
      return failure('failed', { status: 500, body }, error);
    }
    const declared = tellsOnlyCounts(run.benchmark) ? {} : { results: run.results };
    if (run.missing.length > 0) {
      const error = `The output of ${task.benchmark} does not tell ${run.missing.join(', ')}`;
      const body = {
        status: 'completed_with_parse_error',
        execution_time: end.seconds,
        ...signature(),
        raw_output: stdout,
        parse_error: error,
        ...declared,
      };
      return failure('failed', { status: 200, body }, error);
    }
    const body = {
      status: 'success',
      execution_time: end.seconds,
      particle_collisions: numberOrNull(run.results.particle_collisions),
      wall_collisions: numberOrNull(run.results.wall_collisions),
      ...signature(),
      benchmark: task.benchmark,
      params: task.params,
      ...declared,
      ...(debug ? { full_output: stdout } : {}),
    };
    return { ...NOT_RUN, state: 'completed', answer: { status: 200, body }, error: null };
  }

  function endOf(run: EndedRun): TaskEnd {
    const { task, benchmark, end } = run;
    switch (end.kind) {
      case 'ended':
        return ofEnded(run);
      case 'timeout': {
        const error = `${task.benchmark} did not end within ${benchmark.timeoutSeconds} s and was killed`;
        const body = { status: 'timeout', error, ...signature() };
        return failure('timeout', { status: 408, body }, error);
      }
      case 'cancelled':
        return stated('cancelled', `${task.benchmark} was cancelled while it ran`);
      case 'stopped':
        return stated('lost', `The worker was stopped while ${task.benchmark} ran`);
      case 'not-started':
        return notStarted(task, end.error);
    }
  }

  return {
    ofRun(run) {
      const { returnCode, seconds } = run.end;
      return { ...endOf(run), results: run.results, returnCode, seconds };
    },
    notStarted,
    cancelled: ({ benchmark }) => stated('cancelled', `${benchmark} was cancelled before it ran`),
    refused: ({ benchmark }, reason) =>
      stated('lost', `${benchmark} was not started, send it again: ${reason}`, 503),
    lost: ({ benchmark }) =>
      stated('lost', `The worker ended while ${benchmark} waited or ran: how far it came is not known`),
  };
}

/** Then `results` would say nothing that the keys of version 1 do not. */
function tellsOnlyCounts({ output }: Benchmark): boolean {
  const names = output.results.map(({ name }) => name);
  return !output.json && names.length === COUNTS.length && COUNTS.every((name) => names.includes(name));
}

function numberOrNull(value: ParameterValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function howEnded(returnCode: number | null): string {
  return returnCode !== null && returnCode < 0
    ? `was ended by signal ${-returnCode}`
    : `ended with code ${returnCode}`;
}
