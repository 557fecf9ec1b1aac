import type { BenchmarkParameter } from '#model/benchmark-parameter.ts';

/** A field that is a parameter of the benchmark, by the benchmark's own name of it. */
export type ParameterFieldId = `parameter:${string}`;
export type ChoiceFieldId = 'benchmark' | 'worker' | 'priority';
export type TextFieldId = 'copies' | 'description';
export type FieldId = ChoiceFieldId | TextFieldId | ParameterFieldId;

const BEFORE = ['benchmark', 'worker'] as const;
const AFTER = ['priority', 'copies', 'description'] as const;

/** The fields of the form, in their order, for a benchmark with these parameters. */
export function fieldIds(parameters: readonly Pick<BenchmarkParameter, 'name'>[]): FieldId[] {
  return [...BEFORE, ...parameters.map(({ name }) => parameterField(name)), ...AFTER];
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

/** Characters that a field takes. */
export const MAX_CHARACTERS: Readonly<Record<TextFieldId, number>> = { copies: 15, description: 200 };

/** Characters that a parameter's field takes: it may be a list. */
export function maxCharactersOf({ type, choices }: Pick<BenchmarkParameter, 'type' | 'choices'>): number {
  return choices !== null || type === 'text' ? 1_024 : 60;
}
