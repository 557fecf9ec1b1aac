import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCellGrid } from '#worker-service/benchmarks/cell-grid.ts';
import { DIAMETER, type Discs, scatterDiscs, TIME_STEP } from '#worker-service/benchmarks/discs.ts';
import { createNearPairs } from '#worker-service/benchmarks/near-pairs.ts';

/** Changes one particle as a collision could, and much more. */
interface Kick {
  readonly particle: number;
  readonly dx: number;
  readonly dy: number;
  readonly faster: number;
}

const kick: fc.Arbitrary<Kick> = fc.record({
  particle: fc.nat(),
  dx: fc.double({ min: -30, max: 30, noNaN: true }),
  dy: fc.double({ min: -30, max: 30, noNaN: true }),
  faster: fc.double({ min: -8, max: 8, noNaN: true }),
});

/** The touching pairs, in order. */
function touchingPairs({ count, x, y }: Discs): string[] {
  const pairs = [];
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 1; j < count; j += 1) {
      const dx = (x[i] ?? 0) - (x[j] ?? 0);
      const dy = (y[i] ?? 0) - (y[j] ?? 0);
      if (dx * dx + dy * dy < DIAMETER * DIAMETER) pairs.push(`${i} ${j}`);
    }
  }
  return pairs;
}

function written(listed: Int32Array): string[] {
  return Array.from(
    { length: listed.length / 2 },
    (_, index) => `${listed[2 * index]} ${listed[2 * index + 1]}`,
  );
}

test('while the list holds, every touching pair is in it, in order, whoever was pushed or made faster', () => {
  let held = 0;
  let kept = 0;
  const crowd = fc.record({
    count: fc.integer({ min: 2, max: 400 }),
    seed: fc.nat(),
    // In each step, now and then somebody is kicked.
    steps: fc.array(fc.option(kick, { freq: 3 }), { minLength: 1, maxLength: 60 }),
  });
  fc.assert(
    fc.property(crowd, ({ count, seed, steps }) => {
      const discs = scatterDiscs(count, seed);
      const near = createNearPairs(discs, createCellGrid(count));
      const { x, y, vx, vy } = discs;
      let before: Int32Array | undefined;
      for (const kicked of steps) {
        for (let i = 0; i < count; i += 1) {
          x[i] = (x[i] ?? 0) + (vx[i] ?? 0) * TIME_STEP;
          y[i] = (y[i] ?? 0) + (vy[i] ?? 0) * TIME_STEP;
        }
        near.moved();
        if (kicked !== null) {
          const i = kicked.particle % count;
          x[i] = (x[i] ?? 0) + kicked.dx;
          y[i] = (y[i] ?? 0) + kicked.dy;
          vx[i] = (vx[i] ?? 0) * kicked.faster;
          near.changed(i);
        }
        if (!near.prepare()) continue;
        const listed = near.listed();
        const all = new Set(written(listed));
        const touching = touchingPairs(discs);
        expect(touching.filter((pair) => !all.has(pair))).toEqual([]);
        expect(written(listed).filter((pair) => touching.includes(pair))).toEqual(touching);
        held += 1;
        if (before?.byteOffset === listed.byteOffset && before.buffer === listed.buffer) kept += 1;
        before = listed;
      }
    }),
    { numRuns: 60 },
  );
  // Not by making a new one for every step.
  expect(kept).toBeGreaterThan(held / 3);
});
