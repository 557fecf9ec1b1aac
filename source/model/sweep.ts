import { UserError } from './errors.ts';
import { said } from './said.ts';
import type { Parameters, ParameterValue, Task } from './task.ts';

/**
 * Parameters of which some may have several values: a list, or the text of a range (`1..20`, `0..100..5`). A text that
 * is written as a range but is to stay a text is in quotes, as JSON writes it (`literalText`).
 */
export type SweepParameters = Readonly<Record<string, ParameterValue | readonly ParameterValue[]>>;

/** A parameter and the values that it goes through. */
export interface Axis {
  readonly name: string;
  readonly values: readonly ParameterValue[];
}

/** A cross product of parameters. Nothing is made of it before it is counted. */
export interface Expansion {
  /** Parameters of one value. */
  readonly fixed: Parameters;
  /** In the order in which they were written; the last one changes fastest. */
  readonly axes: readonly Axis[];
}

/** Tasks that differ in the values of some parameters only. */
export interface Sweep {
  /** The first task, without the swept parameters; its id is what the tasks' ids begin with. */
  readonly template: Task;
  readonly axes: readonly Axis[];
  readonly count: number;
}

const NUMBER = String.raw`(-?\d+(?:\.\d+)?)`;
const RANGE = new RegExp(String.raw`^\s*${NUMBER}\s*\.\.\s*${NUMBER}(?:\s*\.\.\s*${NUMBER})?\s*$`);

/** Whether a text is written as a range: its values are numbers, both ends included. */
export function isRange(text: string): boolean {
  return RANGE.test(text);
}

/** What a command takes for exactly this text, also where it is written as a range. */
export function literalText(text: string): string {
  return isRange(text) || quotedText(text) !== null ? JSON.stringify(text) : text;
}

/** What stands in the quotes of a text that would mean something else without them; null for every other text. */
function quotedText(text: string): string | null {
  if (!text.startsWith('"')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' && (isRange(value) || quotedText(value) !== null) ? value : null;
  } catch {
    return null;
  }
}

/** A range as it is written, its values not made yet. */
export interface RangeText {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly count: number;
}

/**
 * What a text that is written as a range says.
 *
 * @throws UserError SWEEP_INVALID for a step that does not lead from its first number to its last.
 */
export function rangeIn(text: string): RangeText {
  const [first = '', last = '', by] = text.split('..').map((part) => part.trim());
  const match: RegExpExecArray | null = RANGE.exec(text);
  if (match === null) {
    throw invalid(said`range: found “${text}”, expected a range such as 1..20 or 0..100..5`);
  }
  const { count } = rangeOf('range', text, match);
  const step = by === undefined ? Math.sign(Number(last) - Number(first)) || 1 : Number(by);
  return { first: Number(first), last: Number(last), step, count };
}

/**
 * Splits parameters into those of one value and those to go through. The values of a range are only made where
 * there are at most `limit`.
 *
 * @throws UserError SWEEP_INVALID for a list or a range without values, SWEEP_TOO_LARGE, with the number, for more than
 * `limit` tasks.
 */
export function expansionOf(parameters: SweepParameters, limit: number): Expansion {
  const fixed: [string, ParameterValue][] = [];
  const axes: Axis[] = [];
  let count = 1;
  for (const [name, wanted] of Object.entries(parameters)) {
    const several = severalOf(name, wanted);
    if (several === null) fixed.push([name, meant(wanted as ParameterValue)]);
    else {
      count *= several.count;
      if (several.count <= limit) axes.push({ name, values: several.values() });
    }
  }
  if (count > limit) throw tooLarge(count, limit);
  return { fixed: Object.fromEntries(fixed), axes };
}

/** How many tasks there will be. */
export function countOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/** @returns The error that says how many tasks a submission would make, and how many may be made at once. */
export function tooLarge(count: number, limit: number): UserError {
  return new UserError(
    'SWEEP_TOO_LARGE',
    said`this would make ${count} tasks, and at most ${limit} may be made at once: take fewer values, or raise TASK_SWEEP_LIMIT`,
  );
}

interface Several {
  readonly count: number;
  values(): readonly ParameterValue[];
}

function meant(value: ParameterValue): ParameterValue {
  return typeof value === 'string' ? (quotedText(value) ?? value) : value;
}

/** Null for a parameter of one value. */
function severalOf(name: string, wanted: SweepParameters[string]): Several | null {
  if (typeof wanted === 'object') {
    if (wanted.length === 0) throw invalid(said`${name}: found “[]”, expected a list of at least one value`);
    // A list may hold ranges: each stands for its values.
    const parts = wanted.map((item) => severalOf(name, item) ?? { count: 1, values: () => [meant(item)] });
    return {
      count: parts.reduce((sum, { count }) => sum + count, 0),
      values: () => parts.flatMap(({ values }) => values()),
    };
  }
  if (typeof wanted !== 'string') return null;
  const match = RANGE.exec(wanted);
  return match === null ? null : rangeOf(name, wanted, match);
}

function rangeOf(name: string, text: string, [, from = '', to = '', by]: RegExpExecArray): Several {
  const scale = 10 ** Math.max(...[from, to, by ?? ''].map(decimalsOf));
  // Whole numbers of the smallest digit: 0..1..0.1 must not become 0.30000000000000004.
  const [first, last] = [Math.round(Number(from) * scale), Math.round(Number(to) * scale)];
  const step = by === undefined ? scale * (last < first ? -1 : 1) : Math.round(Number(by) * scale);
  if (step === 0 || (last - first) * step < 0) {
    throw invalid(
      said`${name}: found “${text}”, expected a range whose step leads from its first number to its last, such as 0..100..5`,
    );
  }
  const count = Math.floor((last - first) / step) + 1;
  return { count, values: () => Array.from({ length: count }, (_, index) => (first + index * step) / scale) };
}

function decimalsOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

function invalid(message: string): UserError {
  return new UserError('SWEEP_INVALID', message);
}

/** The task at a place of a sweep, 0 ≤ index < count. Its id ends with the place, counted from 1. */
export function sweepTask({ template, axes }: Sweep, index: number): Task {
  const swept: [string, ParameterValue][] = [];
  let rest = index;
  for (const { name, values } of axes.toReversed()) {
    const value = values[rest % values.length];
    rest = Math.floor(rest / values.length);
    if (value !== undefined) swept.push([name, value]);
  }
  return {
    ...template,
    id: `${template.id}-${index + 1}`,
    sequence: template.sequence + index,
    parameters: { ...template.parameters, ...Object.fromEntries(swept.reverse()) },
  };
}

/** Longest that a sweep's id may be, so that its tasks' ids fit: 128 less `-` and the digits of the largest place. */
export const MAX_SWEEP_ID = 118;
