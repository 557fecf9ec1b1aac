import { type Batch, batchSize } from '#model/batch.ts';
import { expansionOf } from '#model/sweep.ts';
import type { ParameterValue, Task } from '#model/task.ts';
import { textOfValue } from '#ui/overlays/form/form-values.ts';

/**
 * What a batch was asked for with: one of its tasks, and what its parameters went through, as the form takes it. Or why
 * that cannot be said: not all of its tasks are known here, or together they are no sweep.
 */
export type BatchSweep =
  | { readonly known: true; readonly origin: Task; readonly swept: Readonly<Record<string, string>> }
  | { readonly known: false; readonly reason: 'few'; readonly seen: number; readonly total: number }
  | { readonly known: false; readonly reason: 'no-sweep' };

/** The sweep that a batch is, as far as all of its tasks among `tasks` tell. */
export function batchSweep({ id, counts }: Batch, tasks: Iterable<Task>): BatchSweep {
  const own = new Map<string, Task>();
  for (const task of tasks) if (task.batch === id) own.set(task.id, task);
  const total = batchSize(counts);
  const [first, ...others] = [...own.values()].sort((a, b) => a.sequence - b.sequence);
  if (first === undefined || own.size < total) {
    return { known: false, reason: 'few', seen: own.size, total };
  }
  const all = [first, ...others];
  const names = Object.keys(first.parameters);
  const axes = names.map((name) => ({
    name,
    values: [...new Set(all.map((task) => task.parameters[name]))],
  }));
  const product = axes.reduce((count, { values }) => count * values.length, 1);
  const cells = new Set(all.map(({ parameters }) => JSON.stringify(names.map((name) => parameters[name]))));
  const isSweep =
    product === all.length && cells.size === all.length && others.every((task) => isAlike(first, task));
  if (!isSweep) return { known: false, reason: 'no-sweep' };
  const swept = axes.flatMap(({ name, values }): [string, string][] =>
    values.length === 1 ? [] : [[name, sweptText(values.filter((value) => value !== undefined))]],
  );
  return { known: true, origin: first, swept: Object.fromEntries(swept) };
}

/** Whether two tasks were asked for with the same, but for the values of their parameters. */
function isAlike(one: Task, other: Task): boolean {
  return JSON.stringify(askedOf(one)) === JSON.stringify(askedOf(other));
}

function askedOf(task: Task) {
  const { benchmark, priority, wantedWorker, labels, startAt, deadline, timeoutMs, retries } = task;
  const names = Object.keys(task.parameters).sort();
  return { names, benchmark, priority, wantedWorker, labels, startAt, deadline, timeoutMs, retries };
}

/** Values as they are written into the form: a range where they are one, else a list. */
function sweptText(values: readonly ParameterValue[]): string {
  const range = rangeText(values);
  return range !== null && isSaid(range, values) ? range : values.map(textOfValue).join(',');
}

function rangeText(values: readonly ParameterValue[]): string | null {
  const [first, second, ...rest] = values;
  const last = rest.at(-1);
  if (typeof first !== 'number' || typeof second !== 'number' || typeof last !== 'number') return null;
  // The difference of decimal fractions has digits that nobody wrote.
  const step = Number((second - first).toPrecision(12));
  return Math.abs(step) === 1 ? `${first}..${last}` : `${first}..${last}..${step}`;
}

/** Whether a range says exactly these values. */
function isSaid(range: string, values: readonly ParameterValue[]): boolean {
  try {
    const said = expansionOf({ range }, values.length).axes[0]?.values ?? [];
    return said.length === values.length && said.every((value, index) => value === values[index]);
  } catch {
    // No range, or one of more values than these.
    return false;
  }
}
