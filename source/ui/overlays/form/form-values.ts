import type { BenchmarkParameter } from '#model/benchmark-parameter.ts';
import { isRange, literalText, rangeIn } from '#model/sweep.ts';
import type { ParameterValue } from '#model/task.ts';
import { plainLine } from '#model/text.ts';

export type ValueProblem =
  | 'empty'
  | 'not-whole'
  | 'not-number'
  | 'not-boolean'
  | 'not-choice'
  | 'bad-text'
  | 'range-text'
  | 'too-small'
  | 'too-large'
  | 'bad-range'
  | 'too-many';

/** What a value has to be: of a type, in a range, one of some choices. */
export type Wish = Pick<BenchmarkParameter, 'type' | 'minimum' | 'maximum' | 'choices'>;

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ValueProblem };

/** What a parameter is to go through. */
export interface Swept {
  /** As a command takes it: one value, or a list of values and ranges. */
  readonly wanted: ParameterValue | readonly ParameterValue[];
  readonly count: number;
}

const WHOLE = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Between commas: a text in quotes (as JSON writes it), or any other. */
const LISTED = /\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)/y;

/**
 * The values that `text` says: one, a list (`50,100,200`), a range of numbers (`1..20`, `0..100..5`), or a list with
 * ranges. A text with a comma in it, or one that looks like a range, is written in quotes. Nothing is made of a range but its count.
 */
export function sweptValues(text: string, wish: Wish, limit: number): Read<Swept> {
  const parts = partsOf(text, wish);
  const wanted: ParameterValue[] = [];
  let count = 0;
  let ranges = 0;
  for (const part of parts) {
    const isSeveral = isRange(part) && wish.choices?.includes(part.trim()) !== true;
    const read = isSeveral ? rangePart(part, wish, limit) : onePart(part, wish);
    if (!read.ok) return read;
    wanted.push(read.value.value);
    count += read.value.count;
    if (isSeveral) ranges += 1;
  }
  if (count > limit) return wrong('too-many');
  const [first] = wanted;
  return right({ wanted: count === 1 && ranges === 0 && first !== undefined ? first : wanted, count });
}

/** The text that stands in a field for a value: read again, it is the same value. */
export function textOfValue(value: ParameterValue): string {
  if (typeof value !== 'string') return String(value);
  return value === '' || isRange(value) || /[",]|^\s|\s$/.test(value) ? JSON.stringify(value) : value;
}

/** The whole number that `text` says. */
export function wholeNumber(text: string, bounds: Pick<Wish, 'minimum' | 'maximum'>): Read<number> {
  return oneNumber(text, { type: 'integer', ...bounds });
}

/** The number that `text` says. */
export function oneNumber(text: string, bounds: Pick<Wish, 'type' | 'minimum' | 'maximum'>): Read<number> {
  const read = numberIn(text.trim(), { choices: null, ...bounds });
  return read.ok ? right(Number(read.value)) : read;
}

/** Whether a value that was announced, or configured, may be sent. */
export function accepts(wish: Wish, value: ParameterValue): boolean {
  const read = valueIn(textOfValue(value), wish);
  return read.ok && read.value === value;
}

interface Part {
  readonly value: ParameterValue;
  readonly count: number;
}

function partsOf(text: string, { type, choices }: Wish): readonly string[] {
  // A choice may have a comma in it.
  if (choices?.includes(text.trim())) return [text.trim()];
  if (type !== 'text') return text.split(',');
  const parts: string[] = [];
  LISTED.lastIndex = 0;
  for (let end = -1; end < text.length; ) {
    const match = LISTED.exec(text);
    if (match === null) return [text];
    parts.push(match[1] ?? '');
    end = LISTED.lastIndex;
    if (end === text.length && match[0].endsWith(',')) return [...parts, ''];
  }
  return parts;
}

function onePart(text: string, wish: Wish): Read<Part> {
  const read = valueIn(text.trim(), wish);
  if (!read.ok) return read;
  const { value } = read;
  return right({ value: typeof value === 'string' ? literalText(value) : value, count: 1 });
}

function valueIn(text: string, wish: Wish): Read<ParameterValue> {
  if (wish.type === 'text') return textIn(text, wish);
  if (text === '') return wrong('empty');
  if (wish.type === 'boolean') {
    return text === 'true' || text === 'false' ? right(text === 'true') : wrong('not-boolean');
  }
  return numberIn(text, wish);
}

function textIn(text: string, { choices }: Wish): Read<string> {
  if (choices?.includes(text)) return right(text);
  const value = text.startsWith('"') && text.length > 1 ? unquoted(text) : text;
  if (text === '') return wrong('empty');
  if (value === null || plainLine(value) !== value) return wrong('bad-text');
  return choices === null || choices.includes(value) ? right(value) : wrong('not-choice');
}

function unquoted(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

function numberIn(text: string, { type, minimum, maximum, choices }: Wish): Read<ParameterValue> {
  if (text === '') return wrong('empty');
  if (!(type === 'integer' ? WHOLE : NUMBER).test(text)) {
    return wrong(type === 'integer' ? 'not-whole' : 'not-number');
  }
  const value = Number(text);
  if (minimum !== null && value < minimum) return wrong('too-small');
  if (maximum !== null && value > maximum) return wrong('too-large');
  // Beyond these a number is not exact, or none, any more.
  if (!(type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value))) {
    return wrong(value < 0 ? 'too-small' : 'too-large');
  }
  return choices === null || choices.includes(value) ? right(value) : wrong('not-choice');
}

function rangePart(text: string, wish: Wish, limit: number): Read<Part> {
  if (wish.type === 'text') return wrong(wish.choices === null ? 'range-text' : 'not-choice');
  if (wish.type === 'boolean') return wrong('not-boolean');
  const bounds = { ...wish, choices: null };
  for (const bound of text.split('..').slice(0, 2)) {
    const read = numberIn(bound.trim(), bounds);
    if (!read.ok) return read;
  }
  try {
    const { first, step, count } = rangeIn(text);
    if (wish.type === 'integer' && !Number.isInteger(step)) return wrong('not-whole');
    if (count > limit) return wrong('too-many');
    const { choices } = wish;
    if (choices !== null) {
      if (count > choices.length) return wrong('not-choice');
      for (let index = 0; index < count; index += 1) {
        if (!choices.includes(first + index * step)) return wrong('not-choice');
      }
    }
    return right({ value: text.trim(), count });
  } catch {
    return wrong('bad-range');
  }
}

function right<T>(value: T): Read<T> {
  return { ok: true, value };
}

function wrong(problem: ValueProblem): { readonly ok: false; readonly problem: ValueProblem } {
  return { ok: false, problem };
}
