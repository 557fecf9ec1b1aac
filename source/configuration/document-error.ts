import { said } from '#model/said.ts';
import { shown, wrong } from './found.ts';

/** What a schema found wrong, as zod says it. */
interface Issue {
  readonly path: readonly PropertyKey[];
  /** What was expected. */
  readonly message: string;
}

/** Where the checked value stands: in which file, and at which place in it. */
interface Location {
  readonly file: string;
  readonly place: readonly PropertyKey[];
}

/** A line for each thing that is wrong in a parsed file, with its place, for example `workers[0].port`. */
export function wrongIn(value: unknown, issues: readonly Issue[], { file, place }: Location): string[] {
  return issues.map(({ path, message }) =>
    wrong(`${file}${at([...place, ...path])}`, describe(valueAt(value, path)), message),
  );
}

function at(place: readonly PropertyKey[]): string {
  const steps = place.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return steps.length === 0 ? '' : `: ${steps.join('').replace(/^\./, '')}`;
}

function valueAt(document: unknown, place: readonly PropertyKey[]): unknown {
  let value = document;
  for (const step of place) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** Containers are named, not shown: they may be large and deep. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return said`a list`;
  if (typeof value === 'object' && value !== null) return said`an object`;
  return typeof value === 'string' ? `"${shown(value)}"` : shown(String(value));
}
