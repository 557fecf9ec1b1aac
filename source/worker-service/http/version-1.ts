import type { WorkerSettings } from '#configuration/worker-settings.ts';
import { localTime } from '#model/local-time.ts';
import type { Catalogue } from '#worker-service/catalogue/benchmark.ts';
import { NO_CYTHON } from '#worker-service/catalogue/shipped.ts';
import type { MachineProbe } from '#worker-service/machine/machine-probe.ts';
import type { History, HistoryEntry } from '#worker-service/tasks/history.ts';
import type { Answer, TaskRecord } from '#worker-service/tasks/task.ts';
import type { TaskRunner } from '#worker-service/tasks/task-runner-role.ts';
import { announcement } from './announcement.ts';

/** Everything that the bodies are made from. */
export interface Version1State {
  readonly settings: WorkerSettings;
  readonly probe: Pick<MachineProbe, 'current' | 'facts'>;
  readonly history: Pick<History, 'statistics'>;
  readonly runner: Pick<TaskRunner, 'current' | 'occupancy'>;
  readonly catalogue: Catalogue;
  /** Unix milliseconds. */
  readonly now: number;
}

/** What this worker can do beyond version 1 (rule 2 of the protocol). */
const CAPABILITIES: readonly string[] = ['slots', 'idempotent', 'catalogue', 'tasks', 'cancel', 'output'];

function capabilities({ insecure, token }: WorkerSettings): readonly string[] {
  return insecure && token === null ? [...CAPABILITIES, 'insecure'] : CAPABILITIES;
}

/** GET /ping. A stranger is told what version 1 tells. */
export function pingBody(state: Version1State, isKnown: boolean): object {
  const { settings, probe, history, runner, now } = state;
  const current = runner.current();
  const version1 = {
    status: 'active',
    worker_id: settings.id,
    timestamp: localTime(now),
    current_task: current === null ? null : currentTask(current),
    docker_available: probe.current().engine.available,
    task_statistics: history.statistics(),
    message: current === null ? 'Worker is ready' : 'Worker is running a task',
    config: {
      docker_image: settings.dockerImage,
      debug_mode: settings.debug,
      using_env_config: settings.usesEnvFile,
    },
  };
  if (!isKnown) return version1;
  const { slots, slotsFree, queued, draining } = runner.occupancy();
  return {
    ...version1,
    capabilities: capabilities(settings),
    slots,
    slots_free: slotsFree,
    queued,
    draining,
    machine: probe.facts(),
  };
}

function currentTask({ taskId, benchmark, params, startedAt, acceptedAt }: TaskRecord): object {
  return { task_id: taskId ?? 'unknown', benchmark, params, started_at: localTime(startedAt ?? acceptedAt) };
}

/** GET /status */
export function statusBody({ settings, probe, catalogue, now }: Version1State): object {
  const { engine, python } = probe.current();
  const runs = (name: string) => catalogue.find(name)?.unavailable() === null;
  const { benchmarks } = settings;
  return {
    status: 'ready',
    worker_id: settings.id,
    docker_available: engine.available,
    image_available: engine.imageAvailable,
    docker_image: settings.dockerImage,
    timestamp: localTime(now),
    config: {
      // A name here promises that it runs.
      benchmark_python: runs(benchmarks.python) ? benchmarks.python : '',
      benchmark_cython: runs(benchmarks.cython) ? benchmarks.cython : '',
      debug_mode: settings.debug,
      verbose_mode: settings.verbose,
      using_env_config: settings.usesEnvFile,
    },
    capabilities: capabilities(settings),
    python_available: python !== null,
    benchmarks: announcement(catalogue),
    problems: problemsOf(catalogue),
  };
}

/** Why something cannot run here. An engine that was never built is no problem: it is only not there. */
function problemsOf({ benchmarks }: Catalogue): readonly string[] {
  const reasons = benchmarks.map(({ unavailable }) => unavailable());
  return [...new Set(reasons.filter((reason) => reason !== null).filter((reason) => reason !== NO_CYTHON))];
}

/** GET /history */
export function historyBody(
  { settings, history, now }: Version1State,
  entries: readonly HistoryEntry[],
): object {
  return {
    worker_id: settings.id,
    task_history: entries,
    statistics: history.statistics(),
    timestamp: localTime(now),
  };
}

export const NO_TASK: Answer = { status: 400, body: { error: 'No task data provided' } };

/** Who answers, and when. */
export type Signature = { readonly worker_id: string; readonly timestamp: string };

/** Version 1 says so of everything that goes wrong. */
export function errorAnswer(error: string, signature: Signature, status = 500): Answer {
  return { status, body: { status: 'error', error, ...signature } };
}
