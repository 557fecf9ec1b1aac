import { shown } from '#configuration/found.ts';
import { plainLine } from '#model/text.ts';
import type { Parameter, ParameterValue, ParameterValues } from './benchmark.ts';

/** Valid values for every parameter, or one sentence for each value that is wrong, which names the parameter. */
export type ParametersRead =
  | { readonly ok: true; readonly values: ParameterValues }
  | { readonly ok: false; readonly errors: readonly string[] };

export interface ParametersInput {
  readonly parameters: readonly Parameter[];
  /** What came over the wire; undefined: nothing, so that the defaults stand. */
  readonly given: unknown;
  /** Whether names that are not declared are ignored, as version 1 does, or an error. */
  readonly unknown: 'ignored' | 'error';
}

const MAX_TEXT = 1_024;

/** Checks what was sent against what a benchmark declares. */
export function readParameters({ parameters, given, unknown }: ParametersInput): ParametersRead {
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))) {
    return { ok: false, errors: [`params is ${described(given)}; expected an object`] };
  }
  const sent = new Map<string, unknown>(Object.entries(given ?? {}));
  const errors: string[] = [];
  const values: [string, ParameterValue][] = [];
  for (const parameter of parameters) {
    const raw = sent.has(parameter.name) ? sent.get(parameter.name) : parameter.default;
    sent.delete(parameter.name);
    const value = raw === undefined ? undefined : parameterValue(parameter, raw);
    if (value !== undefined) values.push([parameter.name, value]);
    else {
      errors.push(`params.${parameter.name} is ${described(raw)}; expected ${expectedOf(parameter)}`);
    }
  }
  if (unknown === 'error' && sent.size > 0) {
    const known = parameters.map(({ name }) => name).join(', ') || 'none';
    for (const name of sent.keys()) {
      errors.push(`params.${shown(name)} is no parameter of this benchmark; it has ${known}`);
    }
  }
  return errors.length === 0 ? { ok: true, values: Object.fromEntries(values) } : { ok: false, errors };
}

/** The value as the benchmark's own type, or undefined where it is none. Digits in a text count as a number, as in version 1. */
export function parameterValue(parameter: Parameter, raw: unknown): ParameterValue | undefined {
  const value = typed(parameter, raw);
  if (value === undefined) return undefined;
  const { choices } = parameter;
  return choices === undefined || choices.some((choice) => choice === value) ? value : undefined;
}

function typed(parameter: Parameter, raw: unknown): ParameterValue | undefined {
  switch (parameter.type) {
    case 'boolean':
      return typeof raw === 'boolean' ? raw : undefined;
    case 'text':
      return typeof raw === 'string' && isText(parameter, raw) ? raw : undefined;
    case 'integer':
    case 'number': {
      const value = typeof raw === 'string' && NUMBER.test(raw) ? Number(raw) : raw;
      return typeof value === 'number' && isNumber(parameter, value) ? value : undefined;
    }
  }
}

const NUMBER = /^-?\d{1,16}(\.\d{1,16})?$/;

function isNumber({ type, minimum, maximum }: Parameter, value: number): boolean {
  const whole = type === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value);
  return (
    whole && value >= (minimum ?? Number.NEGATIVE_INFINITY) && value <= (maximum ?? Number.POSITIVE_INFINITY)
  );
}

/** A text goes into an argument: it holds no control character, and does not look like an option unless that is declared. */
function isText({ pattern, choices }: Parameter, value: string): boolean {
  if (value.length > MAX_TEXT || plainLine(value) !== value) return false;
  if (pattern !== undefined) return new RegExp(`^(?:${pattern})$`, 'u').test(value);
  return choices !== undefined || !value.startsWith('-');
}

/** Ends a sentence that begins with `expected`. */
function expectedOf(parameter: Parameter): string {
  const { type, choices, pattern, minimum, maximum } = parameter;
  if (choices !== undefined) return `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'text') {
    const form = pattern === undefined ? 'not beginning with -' : `matching ${pattern}`;
    return `a text of at most ${MAX_TEXT} printable characters, ${form}`;
  }
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind}, at least ${minimum}`;
  return maximum === undefined ? kind : `${kind}, at most ${maximum}`;
}

/** The beginning of a value that came as JSON, fit for one line of a message. Never throws. */
export function described(value: unknown): string {
  try {
    return shown(JSON.stringify(value) ?? 'missing');
  } catch {
    // V8 reads what is nested far more deeply than what it can write.
    return 'nested too deeply';
  }
}
