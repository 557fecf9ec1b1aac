import type { WorkerSettings } from '#configuration/worker-settings.ts';
import { localTime } from '#model/local-time.ts';
import type { Collisions } from './benchmark-output.ts';
import type { ProgramEnd } from './executor.ts';
import type { HistoryEntry, TaskStatistics } from './history.ts';
import type { MachineState } from './machine-probe.ts';
import type { BenchmarkParameters, TaskRequest } from './task-request.ts';

/** A task that runs, as /ping shows it. */
export interface RunningTask {
  readonly task_id: string;
  readonly benchmark: string;
  readonly params: BenchmarkParameters;
  readonly started_at: string;
}

/** A status code and the body that goes with it. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Everything that the bodies are made from. */
export interface Version1State {
  readonly settings: WorkerSettings;
  readonly machine: MachineState;
  readonly statistics: TaskStatistics;
  /** The task that started last of those that run. */
  readonly currentTask: RunningTask | null;
  /** Unix milliseconds. */
  readonly now: number;
}

/** What this worker can do beyond version 1 (rule 2 of the protocol). */
const CAPABILITIES: readonly string[] = [];

/** GET /ping */
export function pingBody({ settings, machine, statistics, currentTask, now }: Version1State): object {
  return {
    status: 'active',
    worker_id: settings.id,
    timestamp: localTime(now),
    current_task: currentTask,
    docker_available: machine.engine.available,
    task_statistics: statistics,
    message: currentTask === null ? 'Worker is ready' : 'Worker is running a task',
    config: {
      docker_image: settings.dockerImage,
      debug_mode: settings.debug,
      using_env_config: settings.usesEnvFile,
    },
    capabilities: CAPABILITIES,
  };
}

/** GET /status */
export function statusBody({ settings, machine, now }: Version1State): object {
  return {
    status: 'ready',
    worker_id: settings.id,
    docker_available: machine.engine.available,
    image_available: machine.engine.imageAvailable,
    docker_image: settings.dockerImage,
    timestamp: localTime(now),
    config: {
      benchmark_python: settings.benchmarks.python,
      // No Cython engine is built: a name here would promise one.
      benchmark_cython: '',
      debug_mode: settings.debug,
      verbose_mode: settings.verbose,
      using_env_config: settings.usesEnvFile,
    },
    capabilities: CAPABILITIES,
    python_available: machine.python !== null,
    problems: machine.python === null ? [NO_PYTHON] : [],
  };
}

/** GET /history */
export function historyBody(state: Version1State, entries: readonly HistoryEntry[]): object {
  return {
    worker_id: state.settings.id,
    task_history: entries,
    statistics: state.statistics,
    timestamp: localTime(state.now),
  };
}

export const NO_PYTHON =
  'No Python 3 was found on this machine; install python3 and make sure that it is on the PATH';

export const NO_TASK: Answer = { status: 400, body: { error: 'No task data provided' } };

/** Who answers, and when. */
export type Signature = { readonly worker_id: string; readonly timestamp: string };

/** Version 1 says so of everything that goes wrong. */
export function errorAnswer(error: string, signature: Signature, status = 500): Answer {
  return { status, body: { status: 'error', error, ...signature } };
}

/** How a run is told: the answer to /execute, and what /history keeps beside it. */
export interface RunAnswer extends Answer {
  readonly success: boolean;
  readonly error: string | null;
}

export interface Run {
  readonly task: TaskRequest;
  readonly end: ProgramEnd;
  /** What the output says; null where it does not. */
  readonly collisions: Collisions | null;
  readonly limitMs: number;
  readonly debug: boolean;
}

/** The answer of version 1 to a run that was begun. */
export function runAnswer(run: Run, signature: Signature): RunAnswer {
  const { task, end, collisions } = run;
  if (end.kind === 'timeout') {
    const error = `${task.benchmark} did not end within ${run.limitMs / 1_000} s and was killed`;
    return { status: 408, body: { status: 'timeout', error, ...signature }, success: false, error };
  }
  if (end.kind === 'not-started') {
    const error = `${task.benchmark} could not be started: ${end.stderr}`;
    return { ...errorAnswer(error, signature), success: false, error };
  }
  if (end.kind === 'stopped') {
    const error = `The worker was stopped while ${task.benchmark} ran`;
    return { ...errorAnswer(error, signature), success: false, error };
  }
  if (end.returnCode !== 0) {
    const error =
      end.stderr.trim() === '' ? `${task.benchmark} ${howEnded(end)} and said nothing` : end.stderr;
    const body = { status: 'error', error, stdout: end.stdout, return_code: end.returnCode, ...signature };
    return { status: 500, body, success: false, error };
  }
  if (collisions === null) {
    const error = `The output of ${task.benchmark} does not name its counts`;
    const body = {
      status: 'completed_with_parse_error',
      execution_time: end.seconds,
      ...signature,
      raw_output: end.stdout,
      parse_error: error,
    };
    return { status: 200, body, success: false, error };
  }
  const body = {
    status: 'success',
    execution_time: end.seconds,
    particle_collisions: collisions.particle,
    wall_collisions: collisions.wall,
    ...signature,
    benchmark: task.benchmark,
    params: task.params,
    ...(run.debug ? { full_output: end.stdout } : {}),
  };
  return { status: 200, body, success: true, error: null };
}

function howEnded({ returnCode }: ProgramEnd): string {
  return returnCode !== null && returnCode < 0
    ? `was ended by signal ${-returnCode}`
    : `ended with code ${returnCode}`;
}
