interface Observation {
  readonly target: number;
  readonly weight: number;
  /** What is kept of all that was seen before, 0–1. */
  readonly keep: number;
}

/** Sums of products of centred values, from which coefficients are fitted. */
export interface Moments {
  /** Forgets a share of what was seen, then counts one observation in: how features and target depart from their means. */
  add(features: readonly number[], observation: Observation): void;
  /** Ridge estimate of the coefficients; those of features that were never seen to vary are 0. */
  coefficients(): readonly number[];
}

/**
 * Ridge regression on centred values: (X'X + K)β = X'y, with `ridgeOf` on the diagonal of K: the weight of the assumption
 * that a feature does not matter, as if it had been seen in so much variation. Hoerl and Kennard, “Ridge Regression: Biased Estimation for
 * Nonorthogonal Problems”, Technometrics 12(1), 1970.
 */
export function createMoments(ridgeOf: (feature: number) => number): Moments {
  const products: number[][] = [];
  const targets: number[] = [];

  function grow(size: number): void {
    while (targets.length < size) {
      targets.push(0);
      for (const row of products) row.push(0);
      products.push(new Array<number>(targets.length).fill(0));
    }
  }

  return {
    add(features, { target, weight, keep }) {
      grow(features.length);
      for (const [i, row] of products.entries()) {
        const scaled = weight * (features[i] ?? 0);
        targets[i] = keep * (targets[i] ?? 0) + scaled * target;
        for (let j = 0; j < row.length; j += 1) row[j] = keep * (row[j] ?? 0) + scaled * (features[j] ?? 0);
      }
    },
    coefficients() {
      const rows = products.map((row, i) => [
        ...row.map((value, j) => (i === j ? value + ridgeOf(i) : value)),
        targets[i] ?? 0,
      ]);
      return solve(rows);
    },
  };
}

/** Gaussian elimination of [A | b] for a positive definite A, which needs no pivoting (Golub and Van Loan, §3.4). */
function solve(rows: number[][]): number[] {
  const size = rows.length;
  for (const [k, pivot] of rows.entries()) {
    for (const row of rows.slice(k + 1)) {
      const factor = (row[k] ?? 0) / (pivot[k] ?? 1);
      for (let j = k; j <= size; j += 1) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (const [k, row] of [...rows.entries()].reverse()) {
    let rest = row[size] ?? 0;
    for (let j = k + 1; j < size; j += 1) rest -= (row[j] ?? 0) * (solution[j] ?? 0);
    solution[k] = rest / (row[k] ?? 1);
  }
  return solution;
}
