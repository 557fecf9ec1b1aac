import { codeOf } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import { expansionOf, isRange } from '#model/sweep.ts';
import type { ParameterValue } from '#model/task.ts';

/** The fields of the form, in their order. */
export const FIELD_IDS = [
  'benchmark',
  'worker',
  'particles',
  'steps',
  'seed',
  'priority',
  'copies',
  'description',
] as const;
export type FieldId = (typeof FIELD_IDS)[number];

export type TextFieldId = 'particles' | 'steps' | 'seed' | 'copies' | 'description';
export type NumberFieldId = Exclude<TextFieldId, 'description'>;
export type ChoiceFieldId = Exclude<FieldId, TextFieldId>;

export function isTextField(field: FieldId): field is TextFieldId {
  return field === 'description' || isNumberField(field);
}

export function isNumberField(field: FieldId): field is NumberFieldId {
  return field in NUMBER_FIELDS;
}

/** The fields that are parameters of the benchmark. */
export const PARAMETER_FIELDS = ['particles', 'steps', 'seed'] as const;
export type ParameterFieldId = (typeof PARAMETER_FIELDS)[number];

interface NumberRange {
  readonly minimum: number;
  /** Null: none but what `MAX_CHARACTERS` lets in. */
  readonly maximum: number | null;
}

interface ParameterField extends NumberRange {
  /** The benchmark's own name of it. */
  readonly parameter: string;
}

/** The numbers of the form and their ranges (worker-http.md, “The particle benchmark”). */
export const NUMBER_FIELDS: Readonly<Record<ParameterFieldId, ParameterField>> & {
  readonly copies: NumberRange;
} = {
  particles: { minimum: 1, maximum: null, parameter: 'NUM_PARTICULAS' },
  steps: { minimum: 1, maximum: null, parameter: 'NUM_PASOS' },
  seed: { minimum: 0, maximum: 2 ** 32 - 1, parameter: 'SEMILLA' },
  copies: { minimum: 1, maximum: 1_000 },
};

/** Characters that a field takes. A parameter may be a list. */
export const MAX_CHARACTERS: Readonly<Record<TextFieldId, number>> = {
  particles: 60,
  steps: 60,
  seed: 60,
  copies: 15,
  description: 200,
};

/** What the numbers start with where nothing is remembered. */
export function defaultNumbers(settings: Settings | null): Readonly<Record<NumberFieldId, string>> {
  const { particles, steps, seed } = settings?.taskDefaults ?? { particles: '', steps: '', seed: '' };
  return { particles: String(particles), steps: String(steps), seed: String(seed), copies: '1' };
}

export type NumberProblem = 'empty' | 'not-whole' | 'too-small' | 'too-large' | 'bad-range' | 'too-many';

/** The whole number that `text` says, or what is wrong with it. */
export function wholeNumber(text: string, { minimum, maximum }: NumberRange): number | NumberProblem {
  const written = text.trim();
  if (written === '') return 'empty';
  if (!/^[+-]?\d+$/.test(written)) return 'not-whole';
  const value = Number(written);
  if (value < minimum) return 'too-small';
  // Beyond this a number is not exact any more.
  return value > (maximum ?? Number.MAX_SAFE_INTEGER) ? 'too-large' : value;
}

/** What a parameter is to go through. */
export interface Swept {
  /** As a command takes it: one number, or a list of numbers and ranges. */
  readonly wanted: number | readonly ParameterValue[];
  readonly count: number;
}

/** The numbers that `text` says: one, a list (`50,100,200`), a range (`1..20`, `0..100..5`), or a list with ranges. */
export function sweptNumbers(text: string, range: NumberRange, limit: number): Swept | NumberProblem {
  if (!/,|\.\./.test(text)) {
    const number = wholeNumber(text, range);
    return typeof number === 'number' ? { wanted: number, count: 1 } : number;
  }
  const parts: ParameterValue[] = [];
  let count = 0;
  for (const part of text.split(',')) {
    const read = isRange(part) ? rangePart(part.trim(), range, limit) : numberPart(part, range);
    if (typeof read === 'string') return read;
    parts.push(read.value);
    count += read.count;
  }
  return { wanted: parts, count };
}

interface Part {
  readonly value: ParameterValue;
  readonly count: number;
}

function numberPart(text: string, range: NumberRange): Part | NumberProblem {
  const number = wholeNumber(text, range);
  return typeof number === 'number' ? { value: number, count: 1 } : number;
}

function rangePart(text: string, range: NumberRange, limit: number): Part | NumberProblem {
  const bounds = text.split('..').slice(0, 2);
  for (const bound of bounds) {
    const number = wholeNumber(bound, range);
    if (typeof number === 'string') return number;
  }
  try {
    const values = expansionOf({ text }, limit).axes[0]?.values ?? [];
    return values.every((value) => Number.isInteger(value))
      ? { value: text, count: values.length }
      : 'not-whole';
  } catch (error) {
    return codeOf(error) === 'SWEEP_TOO_LARGE' ? 'too-many' : 'bad-range';
  }
}
