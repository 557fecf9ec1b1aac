import type { BenchmarkParameter } from '#model/benchmark-parameter.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { maxCharactersOf } from './form-fields.ts';
import type { FormState } from './form-state.ts';
import { accepts, sweptValues, textOfValue } from './form-values.ts';
import { type TextField, textField } from './text-field.ts';

type Written = Pick<FormState, 'choices' | 'values' | 'remembered' | 'origin'>;

/** What the value of a parameter of a benchmark is remembered under: no parameter has a colon in its name. */
export function valueKey(benchmark: string, parameter: string): string {
  return `${benchmark}:${parameter}`;
}

/**
 * What stands in a parameter's field: what was written there, for this benchmark; else what the task had that is sent
 * again; else what was sent last, where it is still valid; else the default.
 */
export function parameterText(
  { choices, values, remembered, origin }: Written,
  parameter: BenchmarkParameter,
  { snapshot }: { readonly snapshot: Snapshot },
): TextField {
  const key = valueKey(choices.benchmark, parameter.name);
  const written = Object.hasOwn(values, key) ? values[key] : undefined;
  if (written !== undefined) return written;
  const sent = origin?.benchmark === choices.benchmark ? origin.parameters : {};
  const had = Object.hasOwn(sent, parameter.name) ? sent[parameter.name] : undefined;
  if (had !== undefined) return textField(textOfValue(had));
  const last = Object.hasOwn(remembered, key) ? (remembered[key] ?? '') : '';
  const isValid =
    last.length <= maxCharactersOf(parameter) && sweptValues(last, parameter, Number.MAX_SAFE_INTEGER).ok;
  return textField(isValid ? last : defaultText(parameter, snapshot));
}

function defaultText(parameter: BenchmarkParameter, { settings }: Snapshot): string {
  const configured = configuredDefault(parameter.name, settings?.taskDefaults);
  if (configured !== undefined && accepts(parameter, configured)) return String(configured);
  if (parameter.default !== null) return textOfValue(parameter.default);
  return parameter.type === 'boolean' ? 'false' : '';
}

function configuredDefault(
  name: string,
  defaults: NonNullable<Snapshot['settings']>['taskDefaults'] | undefined,
): number | undefined {
  switch (name) {
    case 'NUM_PARTICULAS':
      return defaults?.particles;
    case 'NUM_PASOS':
      return defaults?.steps;
    case 'SEMILLA':
      return defaults?.seed;
    default:
      return undefined;
  }
}
