/**
 * The smallest of `values` that at least `share` (0–1) of them do not exceed (nearest rank); null where there are none.
 */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
