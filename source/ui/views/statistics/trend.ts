import { known } from './bar-glyphs.ts';

export type Trend = 'rising' | 'falling' | 'steady';

/** Fewer values than this have no trend. */
const LEAST_VALUES = 6;
/** A mean that differs by less of the larger one is the same. */
const SAME = 0.1;

/** Where values go, oldest first: the mean of the last third against that of the first; null of too few that are known. */
export function trendOf(values: readonly (number | null)[]): Trend | null {
  const told = known(values);
  if (told.length < LEAST_VALUES) return null;
  const third = Math.floor(told.length / 3);
  const [before, after] = [mean(told.slice(0, third)), mean(told.slice(-third))];
  if (Math.abs(after - before) <= SAME * Math.max(after, before)) return 'steady';
  return after > before ? 'rising' : 'falling';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
