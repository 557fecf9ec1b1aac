/** What the benchmark counted. */
export interface Collisions {
  readonly particle: number;
  readonly wall: number;
}

const PARTICLE = /^\s*Total colisiones Partícula-Partícula: (\d{1,15})\s*$/gm;
const WALL = /^\s*Total colisiones con Pared: (\d{1,15})\s*$/gm;

/** Reads the benchmark's result lines; null where one of them is missing. The last of each kind stands. */
export function readCollisions(output: string): Collisions | null {
  const particle = lastNumber(output, PARTICLE);
  const wall = lastNumber(output, WALL);
  return particle === null || wall === null ? null : { particle, wall };
}

function lastNumber(output: string, pattern: RegExp): number | null {
  const digits = [...output.matchAll(pattern)].at(-1)?.[1];
  return digits === undefined ? null : Number(digits);
}
