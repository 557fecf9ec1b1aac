const BLOCKS = ' ▁▂▃▄▅▆▇█';
const EIGHTHS = 8;

/** The block of a bar `rows` high in the row that has `above` rows below it. What is not 0 is seen. */
export function barBlock(rows: number, above: number): string {
  const eighths = rows > 0 ? Math.max(1, Math.round(rows * EIGHTHS)) : 0;
  return BLOCKS[Math.min(EIGHTHS, Math.max(0, eighths - above * EIGHTHS))] ?? ' ';
}

const CEILINGS = [1, 2, 3, 4, 5, 6, 8, 10];

/** The next round figure: an axis that stays while values move a little. */
export function roundCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  // The slack keeps 0.3, which is a little more than 3 × 0.1, from becoming 0.4.
  const step = CEILINGS.find((each) => value <= each * power * (1 + 4 * Number.EPSILON)) ?? 10;
  return step * power;
}

/** The values that are known. */
export function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
