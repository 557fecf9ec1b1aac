import { readFileSync } from 'node:fs';

/** The results of the legacy program: particles, steps, seed, and the collisions of each kind. */
export const LEGACY_RESULTS = readFileSync(new URL('../data/benchmark-results.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t').map(Number));

/** `<particle collisions> <wall collisions>` as a benchmark has printed them. */
export function countsIn(stdout: string): string {
  const particle = /^Total colisiones Partícula-Partícula: (\d+)$/m.exec(stdout)?.[1];
  const wall = /^Total colisiones con Pared: (\d+)$/m.exec(stdout)?.[1];
  return `${particle} ${wall}`;
}
