import { createCellGrid, sortRange } from './cell-grid.ts';
import { DIAMETER, HEIGHT, RADIUS, scatterDiscs, TIME_STEP, WIDTH } from './discs.ts';
import { createNearPairs } from './near-pairs.ts';

/** Discs that collide with each other and with the walls of a box: the benchmark, without its input and output. */
export interface Particles {
  step(): void;
  particleCollisions(): number;
  wallCollisions(): number;
}

const WALL_RESTITUTION = 0.8;
const PARTICLE_RESTITUTION = 0.9;
/** A little wider than a diameter, so that no rounding puts two touching particles two cells apart. */
const CELL = DIAMETER / 0.99;

/**
 * All arithmetic is in the order of the specification, so that the counts are those of every other engine. What is done
 * for speed only chooses the pairs that are looked at: never one less than touch, and in their order. Throws a
 * RangeError where there is no memory for so many.
 */
export function createParticles(count: number, seed: number): Particles {
  const discs = scatterDiscs(count, seed);
  const { x, y, vx, vy } = discs;
  const cells = createCellGrid(count);
  const cellOf = new Int32Array(count);
  /** Those that a step has moved beyond a wall. */
  const beyond = new Int32Array(count);
  const near = createNearPairs(discs, cells);
  let particleCollisions = 0;
  let wallCollisions = 0;

  function step(): void {
    move();
    if (near.prepare()) collideListed();
    else collideNear(0, 0);
  }

  function move(): void {
    near.moved();
    let outside = 0;
    // No call in this loop, nor in the next one: only then does the engine keep the arrays at hand.
    for (let i = 0; i < count; i += 1) {
      const px = (x[i] as number) + (vx[i] as number) * TIME_STEP;
      const py = (y[i] as number) + (vy[i] as number) * TIME_STEP;
      x[i] = px;
      y[i] = py;
      if (px < RADIUS || px > WIDTH - RADIUS || py < RADIUS || py > HEIGHT - RADIUS) {
        beyond[outside] = i;
        outside += 1;
      }
    }
    for (let index = 0; index < outside; index += 1) reflect(beyond[index] as number);
  }

  /** Touching two walls counts as one collision. */
  function reflect(i: number): void {
    const px = x[i] as number;
    const py = y[i] as number;
    wallCollisions += 1;
    if (px < RADIUS || px > WIDTH - RADIUS) {
      x[i] = px < RADIUS ? RADIUS : WIDTH - RADIUS;
      vx[i] = -(vx[i] as number) * WALL_RESTITUTION;
    }
    if (py < RADIUS || py > HEIGHT - RADIUS) {
      y[i] = py < RADIUS ? RADIUS : HEIGHT - RADIUS;
      vy[i] = -(vy[i] as number) * WALL_RESTITUTION;
    }
    // It may have come from far outside, where others have pushed it.
    near.changed(i);
  }

  /** Every touching pair i < j, in order, from the list. */
  function collideListed(): void {
    const pairs = near.listed();
    for (let index = 0; ; index += 2) {
      index = nextTouching(pairs, index);
      if (index >= pairs.length) return;
      const i = pairs[index] as number;
      const j = pairs[index + 1] as number;
      if (!collidePair(i, j)) continue;
      // Both are to be told.
      const holds = near.changed(i);
      if (near.changed(j) && holds) continue;
      collideNear(i, j);
      return;
    }
  }

  /** The index of the first pair from `from` on that touches now; the end where none does. */
  function nextTouching(pairs: Int32Array, from: number): number {
    let index = from;
    for (; index < pairs.length; index += 2) {
      const i = pairs[index] as number;
      const j = pairs[index + 1] as number;
      const dx = (x[i] as number) - (x[j] as number);
      const dy = (y[i] as number) - (y[j] as number);
      if (dx * dx + dy * dy < DIAMETER * DIAMETER) break;
    }
    return index;
  }

  /** Every touching pair i < j, in order, from the pair after (first, after) on; looks in the cells around each i. */
  function collideNear(first: number, after: number): void {
    cells.reset(WIDTH, HEIGHT, CELL);
    for (let i = count - 1; i >= first; i -= 1) {
      const cell = cells.cellOf(x[i] as number, y[i] as number);
      cellOf[i] = cell;
      cells.add(i, cell);
    }
    for (let i = first; i < count; i += 1) {
      // From here on nobody asks for it.
      cells.remove(i, cellOf[i] as number);
      let ahead = touching(i, i === first ? after : i);
      for (let index = 0; index < ahead; index += 1) {
        const j = cells.found[index] as number;
        const dx = (x[i] as number) - (x[j] as number);
        const dy = (y[i] as number) - (y[j] as number);
        if (dx * dx + dy * dy >= DIAMETER * DIAMETER || !collidePair(i, j)) continue;
        place(j);
        const cell = cells.cellOf(x[i] as number, y[i] as number);
        if (cell === cellOf[i]) continue;
        // Pushed into another cell: the particles after j are now those near that one.
        cellOf[i] = cell;
        ahead = touching(i, j);
        index = -1;
      }
    }
  }

  /** Puts what is near particle i and comes after `after` into `found`, in order; 0 where nothing touches it. */
  function touching(i: number, after: number): number {
    const all = cells.collect(cellOf[i] as number);
    const { found } = cells;
    const px = x[i] as number;
    const py = y[i] as number;
    let kept = 0;
    let touches = false;
    for (let index = 0; index < all; index += 1) {
      const j = found[index] as number;
      if (j <= after) continue;
      found[kept] = j;
      kept += 1;
      const dx = px - (x[j] as number);
      const dy = py - (y[j] as number);
      touches ||= dx * dx + dy * dy < DIAMETER * DIAMETER;
    }
    if (!touches) return 0;
    sortRange(found, kept);
    return kept;
  }

  /** After a push. */
  function place(j: number): void {
    const cell = cells.cellOf(x[j] as number, y[j] as number);
    if (cell === cellOf[j]) return;
    cells.remove(j, cellOf[j] as number);
    cells.add(j, cell);
    cellOf[j] = cell;
  }

  /** Collides a pair that touches, unless it separates; whether it was pushed apart. */
  function collidePair(i: number, j: number): boolean {
    const vxi = vx[i] as number;
    const vyi = vy[i] as number;
    const vxj = vx[j] as number;
    const vyj = vy[j] as number;
    const dx = (x[i] as number) - (x[j] as number);
    const dy = (y[i] as number) - (y[j] as number);
    if (dx * (vxi - vxj) + dy * (vyi - vyj) > 0) return false;
    particleCollisions += 1;
    const distance = Math.sqrt(dx * dx + dy * dy);
    if (distance === 0) return false;
    const nx = dx / distance;
    const ny = dy / distance;
    const alongI = vxi * nx + vyi * ny;
    const alongJ = vxj * nx + vyj * ny;
    vx[i] = vxi + (alongJ - alongI) * nx * PARTICLE_RESTITUTION;
    vy[i] = vyi + (alongJ - alongI) * ny * PARTICLE_RESTITUTION;
    vx[j] = vxj + (alongI - alongJ) * nx * PARTICLE_RESTITUTION;
    vy[j] = vyj + (alongI - alongJ) * ny * PARTICLE_RESTITUTION;
    const halfOverlap = (DIAMETER - distance) / 2;
    x[i] = (x[i] as number) + nx * halfOverlap;
    y[i] = (y[i] as number) + ny * halfOverlap;
    x[j] = (x[j] as number) - nx * halfOverlap;
    y[j] = (y[j] as number) - ny * halfOverlap;
    return true;
  }

  return {
    step,
    particleCollisions: () => particleCollisions,
    wallCollisions: () => wallCollisions,
  };
}
