import { InvalidArgumentError } from 'commander';
import { isRange, literalText, type SweepParameters } from '#model/sweep.ts';
import type { ParameterValue } from '#model/task.ts';

const NAME = /^[^\s=]{1,128}$/;

/**
 * One `NAME=VALUE` more. A value is a number, true or false, else a text; `50,100` and `1..20` are several, as in the form;
 * a value in double quotes is that text as JSON has it, also where it has commas or looks like a range.
 */
export function addParameter(text: string, before: SweepParameters = {}): SweepParameters {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  if (!NAME.test(name))
    throw new InvalidArgumentError('It is NAME=VALUE, such as SEMILLA=7 or SEMILLA=1..20.');
  if (Object.hasOwn(before, name)) {
    throw new InvalidArgumentError(
      `${name} is given twice: several values are written as ${name}=1,2 or ${name}=1..9.`,
    );
  }
  return Object.fromEntries([...Object.entries(before), [name, valuesOf(text.slice(at + 1))]]);
}

function valuesOf(text: string): SweepParameters[string] {
  if (text.startsWith('"')) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'string') return literalText(value);
    } catch {
      // It only begins like one.
    }
    throw new InvalidArgumentError(
      'A value that begins with a double quote must be a JSON text, such as "a,b".',
    );
  }
  const parts = text.split(',').map((part) => part.trim());
  const [only, ...others] = parts.map(partOf);
  return only !== undefined && others.length === 0 ? only : parts.map(partOf);
}

function partOf(text: string): ParameterValue {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  const isNumber = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(number);
  // An integer that a double does not hold would become another one.
  const isExact = !/^-?\d+$/.test(text) || Number.isSafeInteger(number);
  return !isRange(text) && isNumber && isExact ? number : text;
}
