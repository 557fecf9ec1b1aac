import type { NewBatch } from '#model/batch.ts';
import type { Wanted } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { countOf, expansionOf, MAX_SWEEP_ID, type Sweep, tooLarge } from '#model/sweep.ts';
import type { Table } from '#model/table.ts';
import {
  DEFAULT_PRIORITY,
  isTaskId,
  MAX_PRIORITY,
  MAX_RETRIES,
  MAX_TIMEOUT_MS,
  MIN_PRIORITY,
  type NewTask,
  type Parameters,
  type Task,
} from '#model/task.ts';
import { type TaskField, TaskInvalid } from '#model/task-invalid.ts';
import { plainLine } from '#model/text.ts';
import type { Worker } from '#model/worker.ts';
import { mayRun } from './runners.ts';

const MAX_LABELS = 16;
const MAX_LABEL = 128;
/** The last moment that a Date can hold. */
const MAX_TIME = 8_640_000_000_000_000;
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
  /** How many tasks one submission may make. */
  readonly limit: number;
}

/** What a submission asks for, ready for the database. */
export interface Accepted {
  readonly batches: readonly NewBatch[];
  readonly tasks: readonly Task[];
  readonly sweeps: readonly Sweep[];
  /** Of all tasks together. */
  readonly count: number;
}

/**
 * The tasks that a submission asks for, pending. All are counted before any is made.
 *
 * @throws UserError TASK_INVALID that names the field, what was found and what was expected; SWEEP_INVALID;
 * SWEEP_TOO_LARGE with the number of tasks that it would have made.
 */
export function acceptTasks(wanted: readonly Wanted[], acceptance: Acceptance): Accepted {
  const { limit } = acceptance;
  if (wanted.length === 0) throw invalid('tasks', said`none`, said`at least one`);
  const known = knownBenchmarks(acceptance.workers);
  const batches = new Map<string, NewBatch>();
  const tasks: Task[] = [];
  const sweeps: Sweep[] = [];
  let count = 0;
  for (const [index, one] of wanted.entries()) {
    try {
      const { fixed, axes } = expansionOf(one.parameters, limit);
      const made = countOf(axes);
      const first = accept(
        { ...one, parameters: fixed },
        { ...acceptance, sequence: acceptance.sequence + count, known },
      );
      const task = axes.length === 0 ? first : { ...first, batch: first.batch ?? first.id };
      for (const { name, values } of axes) for (const value of values) checkedValue(name, value);
      if (axes.length === 0) tasks.push(task);
      else if (task.id.length > MAX_SWEEP_ID) {
        throw invalid('id', task.id, said`at most ${MAX_SWEEP_ID} characters for a sweep`);
      } else sweeps.push({ template: task, axes, count: made });
      if (task.batch !== null && !batches.has(task.batch)) batches.set(task.batch, batchOf(task.batch, task));
      count += made;
    } catch (error) {
      if (!(error instanceof UserError) || wanted.length === 1) throw error;
      if (error instanceof TaskInvalid) throw new TaskInvalid(error, { index, count: wanted.length });
      throw new UserError(error.code, said`task ${index + 1} of ${wanted.length}: ${error.message}`);
    }
  }
  if (count > limit) throw tooLarge(count, limit);
  return { batches: [...batches.values()], tasks, sweeps, count };
}

function batchOf(id: string, { description, benchmark, createdAt }: Task): NewBatch {
  return { id, description, benchmark, createdAt };
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

interface Knowledge extends Omit<Acceptance, 'limit'> {
  readonly known: ReadonlySet<string> | null;
}

function accept(wanted: NewTask, { now, sequence, newId, workers, known }: Knowledge): Task {
  const id = wanted.id ?? newId();
  if (!isTaskId(id)) throw invalid('id', id, said`1–128 of A–Z a–z 0–9 . _ -`);
  const benchmark = plainLine(wanted.benchmark).trim();
  if (benchmark === '' || benchmark.length > MAX_BENCHMARK) {
    throw invalid('benchmark', benchmark, said`a name of at most ${MAX_BENCHMARK} characters`);
  }
  if (known?.has(benchmark) === false) {
    throw invalid('benchmark', benchmark, said`one that a worker has: ${[...known].join(', ')}`);
  }
  const priority = wanted.priority ?? DEFAULT_PRIORITY;
  if (!Number.isInteger(priority) || priority < MIN_PRIORITY || priority > MAX_PRIORITY) {
    throw invalid('priority', priority, said`a whole number from ${MIN_PRIORITY} to ${MAX_PRIORITY}`);
  }
  const wantedWorker = wanted.wantedWorker ?? null;
  if (wantedWorker !== null) checkWorker(wantedWorker, benchmark, workers);
  const batch = wanted.batch ?? null;
  if (batch !== null && !isTaskId(batch)) throw invalid('batch', batch, said`1–128 of A–Z a–z 0–9 . _ -`);
  return {
    id,
    sequence,
    benchmark,
    parameters: checked(wanted.parameters),
    priority,
    wantedWorker,
    labels: checkedLabels(wanted.labels ?? []),
    startAt: whole('not before', wanted.startAt, 0, MAX_TIME),
    deadline: whole('deadline', wanted.deadline, now + 1, MAX_TIME),
    timeoutMs: whole('timeout', wanted.timeoutMs, 1, MAX_TIMEOUT_MS),
    retries: whole('retries', wanted.retries, 0, MAX_RETRIES),
    batch,
    description: plainLine(wanted.description ?? '').slice(0, MAX_TEXT),
    state: 'pending',
    failure: null,
    createdAt: now,
    updatedAt: now,
    attempts: [],
    result: null,
    notBefore: null,
    countedFrom: 1,
    cancelAt: null,
  };
}

function checkedLabels(labels: readonly string[]): readonly string[] {
  if (labels.length > MAX_LABELS) throw invalid('labels', labels.length, said`at most ${MAX_LABELS}`);
  return labels.map((label) => {
    const text = plainLine(label).trim();
    if (text === '' || text.length > MAX_LABEL) {
      throw invalid('label', label, said`1 to ${MAX_LABEL} characters`);
    }
    return text;
  });
}

/** A whole number within bounds, or null where there is none. */
function whole(
  field: TaskField,
  value: number | null | undefined,
  least: number,
  most: number,
): number | null {
  if (value === null || value === undefined) return null;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(field, value, said`a whole number from ${least} to ${most}`);
}

function checkWorker(id: string, benchmark: string, workers: Table<Worker>): void {
  const worker = workers.get(id);
  if (worker === undefined) {
    throw invalid('worker', id, said`a configured worker, or none for an automatic choice`);
  }
  if (mayRun({ wantedWorker: id, labels: [], benchmark }, worker)) return;
  const announced = worker.statusReport?.benchmarks.join(', ') ?? '';
  throw invalid('benchmark', benchmark, said`one that ${id} has: ${announced}`);
}

/** The parameters, their text free of control characters. */
function checked(parameters: Parameters): Parameters {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) {
    throw invalid('parameters', entries.length, said`at most ${MAX_PARAMETERS}`);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, checkedValue(name, value)]));
}

function checkedValue(name: string, value: unknown): string | number | boolean {
  // `__proto__` would not be a plain property wherever an object is built from it.
  if (name.length > MAX_NAME || !PARAMETER_NAME.test(name) || name === '__proto__') {
    throw invalid(
      'parameter name',
      name,
      said`letters, digits and _, at most ${MAX_NAME}, not a digit first`,
    );
  }
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value === 'string' && value.length <= MAX_TEXT) return plainLine(value);
  throw invalid(
    { parameter: name },
    value,
    said`a finite number, true or false, or at most ${MAX_TEXT} characters`,
  );
}

function invalid(field: TaskField, found: unknown, expected: string): TaskInvalid {
  return new TaskInvalid({ field, found: plainLine(String(found)).slice(0, 40), expected });
}
