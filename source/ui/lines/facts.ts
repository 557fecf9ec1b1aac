import type { Style } from '#ui/theme/theme.ts';
import { type Line, line, padEnd, type Span, span, widthOf, wrap } from './line.ts';

/** One value of a fact; longer ones are wrapped under themselves. */
export interface Value {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** A label and what stands beside it, one value a row. Without values it is left out. */
export interface Fact {
  readonly label: string;
  readonly values: readonly Value[];
}

/** Narrower than this beside its label, a value stands below it. */
const NARROWEST_VALUE = 12;

/** Facts as two aligned columns in `width` cells. */
export function factLines(facts: readonly Fact[], width: number): Line[] {
  const shown = facts.filter(({ values }) => values.length > 0);
  const labelWidth = Math.max(0, ...shown.map(({ label }) => widthOf(label))) + 2;
  if (width - labelWidth < NARROWEST_VALUE) return stackedLines(shown, width);
  return shown.flatMap(({ label, values }) =>
    wrapped(values, width - labelWidth).map((value, index) => [
      span(padEnd(index === 0 ? label : '', labelWidth), 'muted'),
      value,
    ]),
  );
}

function stackedLines(facts: readonly Fact[], width: number): Line[] {
  return facts.flatMap(({ label, values }) => [
    line(label, 'muted'),
    ...wrapped(values, width - 1).map((value) => [span(' '), value]),
  ]);
}

function wrapped(values: readonly Value[], width: number): Span[] {
  return values.flatMap(({ text, style }) => wrap(text, width).map((part) => span(part, style)));
}
