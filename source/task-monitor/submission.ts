import { UserError } from '#model/errors.ts';
import type { Table } from '#model/table.ts';
import {
  DEFAULT_PRIORITY,
  isTaskId,
  MAX_PRIORITY,
  MIN_PRIORITY,
  type NewTask,
  type Parameters,
  type Task,
} from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import type { Worker } from '#model/worker.ts';
import { mayRun } from './balancer.ts';

const MAX_TASKS = 10_000;
const MAX_PARAMETERS = 64;
const MAX_NAME = 64;
const MAX_BENCHMARK = 128;
const MAX_TEXT = 1_024;
const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export interface Acceptance {
  readonly now: number;
  /** Of the first task; the others follow. */
  readonly sequence: number;
  readonly newId: () => string;
  readonly workers: Table<Worker>;
}

/**
 * The tasks that a submission asks for, pending.
 *
 * @throws UserError TASK_INVALID that names the field, what was found and what was expected.
 */
export function acceptTasks(wanted: readonly NewTask[], acceptance: Acceptance): Task[] {
  if (wanted.length === 0) throw invalid('tasks', 'none', 'at least one');
  if (wanted.length > MAX_TASKS) throw invalid('tasks', wanted.length, `at most ${MAX_TASKS} at once`);
  const known = knownBenchmarks(acceptance.workers);
  return wanted.map((task, index) => {
    try {
      return accept(task, { ...acceptance, sequence: acceptance.sequence + index, known });
    } catch (error) {
      if (!(error instanceof UserError) || wanted.length === 1) throw error;
      throw new UserError(error.code, `task ${index + 1} of ${wanted.length}: ${error.message}`);
    }
  });
}

/** Every benchmark that a worker announces, or null while a worker may have others. */
function knownBenchmarks(workers: Table<Worker>): ReadonlySet<string> | null {
  const known = new Set<string>();
  for (const { statusReport } of workers) {
    if (statusReport === null || statusReport.benchmarks.length === 0) return null;
    for (const benchmark of statusReport.benchmarks) known.add(benchmark);
  }
  return known.size === 0 ? null : known;
}

interface Knowledge extends Acceptance {
  readonly known: ReadonlySet<string> | null;
}

function accept(wanted: NewTask, { now, sequence, newId, workers, known }: Knowledge): Task {
  const id = wanted.id ?? newId();
  if (!isTaskId(id)) throw invalid('id', id, '1–128 of A–Z a–z 0–9 . _ -');
  const benchmark = plainLine(wanted.benchmark).trim();
  if (benchmark === '' || benchmark.length > MAX_BENCHMARK) {
    throw invalid('benchmark', benchmark, `a name of at most ${MAX_BENCHMARK} characters`);
  }
  if (known?.has(benchmark) === false) {
    throw invalid('benchmark', benchmark, `one that a worker has: ${[...known].join(', ')}`);
  }
  const priority = wanted.priority ?? DEFAULT_PRIORITY;
  if (!Number.isInteger(priority) || priority < MIN_PRIORITY || priority > MAX_PRIORITY) {
    throw invalid('priority', priority, `a whole number from ${MIN_PRIORITY} to ${MAX_PRIORITY}`);
  }
  const wantedWorker = wanted.wantedWorker ?? null;
  if (wantedWorker !== null) checkWorker(wantedWorker, benchmark, workers);
  return {
    id,
    sequence,
    benchmark,
    parameters: checked(wanted.parameters),
    priority,
    wantedWorker,
    description: plainLine(wanted.description ?? '').slice(0, MAX_TEXT),
    state: 'pending',
    createdAt: now,
    updatedAt: now,
    attempts: [],
    result: null,
    notBefore: null,
  };
}

function checkWorker(id: string, benchmark: string, workers: Table<Worker>): void {
  const worker = workers.get(id);
  if (worker === undefined) {
    throw invalid('worker', id, 'a configured worker, or none for an automatic choice');
  }
  if (mayRun({ wantedWorker: id, benchmark }, worker)) return;
  const announced = worker.statusReport?.benchmarks.join(', ');
  throw invalid('benchmark', benchmark, `one that ${id} has: ${announced}`);
}

/** The parameters, their text free of control characters. */
function checked(parameters: Parameters): Parameters {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) {
    throw invalid('parameters', entries.length, `at most ${MAX_PARAMETERS}`);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, checkedValue(name, value)]));
}

function checkedValue(name: string, value: unknown): string | number | boolean {
  // `__proto__` would not be a plain property wherever an object is built from it.
  if (name.length > MAX_NAME || !PARAMETER_NAME.test(name) || name === '__proto__') {
    throw invalid('parameter name', name, `letters, digits and _, at most ${MAX_NAME}, not a digit first`);
  }
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value === 'string' && value.length <= MAX_TEXT) return plainLine(value);
  throw invalid(name, value, `a finite number, true or false, or at most ${MAX_TEXT} characters`);
}

function invalid(field: string, found: unknown, expected: string): UserError {
  const shown = plainLine(String(found)).slice(0, 40);
  return new UserError('TASK_INVALID', `${field}: found “${shown}”, expected ${expected}`);
}
