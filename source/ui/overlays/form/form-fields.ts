import type { BenchmarkParameter } from '#model/benchmark-parameter.ts';
import { MAX_RETRIES, MAX_TIMEOUT_MS } from '#model/task.ts';

/** A field that is a parameter of the benchmark, by the benchmark's own name of it. */
export type ParameterFieldId = `parameter:${string}`;
export type ChoiceFieldId = 'benchmark' | 'worker' | 'priority';
const TEXT_FIELDS = ['labels', 'copies', 'description', 'timeout', 'retries'] as const;
export type TextFieldId = (typeof TEXT_FIELDS)[number];
/** `more`: the line that the seldom needed fields are folded behind. */
export type FieldId = ChoiceFieldId | TextFieldId | ParameterFieldId | 'more';

const BEFORE = ['benchmark', 'worker'] as const;
const AFTER = ['priority', 'copies', 'description'] as const;
/** Seldom needed. */
const FOLDED = ['timeout', 'retries'] as const;

/** What decides which fields there are. */
interface FieldWish {
  /** Of the benchmark. */
  readonly parameters: readonly Pick<BenchmarkParameter, 'name'>[];
  /** Whether there are labels to choose workers by. */
  readonly labels: boolean;
  /** Whether the seldom needed ones are unfolded. */
  readonly more: boolean;
}

/** The fields of the form, in their order. */
export function fieldIds({ parameters, labels, more }: FieldWish): readonly FieldId[] {
  return [
    ...BEFORE,
    ...(labels ? (['labels'] as const) : []),
    ...parameters.map(({ name }) => parameterField(name)),
    ...AFTER,
    ...(more ? FOLDED : (['more'] as const)),
  ];
}

export function isTextField(field: FieldId): field is TextFieldId {
  return TEXT_FIELDS.some((id) => id === field);
}

export function parameterField(name: string): ParameterFieldId {
  return `parameter:${name}`;
}

/** The name of the parameter that a field is for; null for the other fields. */
export function parameterOf(field: FieldId): string | null {
  return isParameterField(field) ? field.slice('parameter:'.length) : null;
}

function isParameterField(field: FieldId): field is ParameterFieldId {
  return field.startsWith('parameter:');
}

export function isChoiceField(field: FieldId): field is ChoiceFieldId {
  return field === 'benchmark' || field === 'worker' || field === 'priority';
}

/** How many tasks may be asked for at once beside a sweep. */
export const COPIES = { minimum: 1, maximum: 1_000 };

/** Bounds of the time limit of one execution, in seconds. */
export const TIMEOUT_SECONDS = { minimum: 0.001, maximum: MAX_TIMEOUT_MS / 1_000 };
export const RETRIES = { minimum: 0, maximum: MAX_RETRIES };

/** Characters that a field takes. */
export const MAX_CHARACTERS: Readonly<Record<TextFieldId, number>> = {
  labels: 400,
  copies: 15,
  description: 200,
  timeout: 12,
  retries: 4,
};

/** Characters that a parameter's field takes: it may be a list. */
export function maxCharactersOf({ type, choices }: Pick<BenchmarkParameter, 'type' | 'choices'>): number {
  return choices !== null || type === 'text' ? 1_024 : 60;
}
