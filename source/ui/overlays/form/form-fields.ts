import type { Settings } from '#model/settings.ts';

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

/** Characters that a field takes. 15 digits are exact as a JavaScript number. */
export const MAX_CHARACTERS: Readonly<Record<TextFieldId, number>> = {
  particles: 15,
  steps: 15,
  seed: 15,
  copies: 15,
  description: 200,
};

/** What the numbers start with where nothing is remembered. */
export function defaultNumbers(settings: Settings | null): Readonly<Record<NumberFieldId, string>> {
  const { particles, steps, seed } = settings?.taskDefaults ?? { particles: '', steps: '', seed: '' };
  return { particles: String(particles), steps: String(steps), seed: String(seed), copies: '1' };
}

export type NumberProblem = 'empty' | 'not-whole' | 'too-small' | 'too-large';

/** The whole number that `text` says, or what is wrong with it. */
export function wholeNumber(text: string, { minimum, maximum }: NumberRange): number | NumberProblem {
  const written = text.trim();
  if (written === '') return 'empty';
  if (!/^[+-]?\d+$/.test(written)) return 'not-whole';
  const value = Number(written);
  if (value < minimum) return 'too-small';
  return maximum !== null && value > maximum ? 'too-large' : value;
}
