import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCellGrid } from '#worker-service/benchmarks/cell-grid.ts';
import { DIAMETER, type Discs, scatterDiscs, TIME_STEP } from '#worker-service/benchmarks/discs.ts';
import { createNearPairs } from '#worker-service/benchmarks/near-pairs.ts';

/** Two particles meet: each goes its share of the way, at once, or at a speed that takes some steps. */
interface Meeting {
  readonly first: number;
  readonly second: number;
  readonly share: number;
  readonly steps: number;
  /** Steps until the next two meet; then these stand still. */
  readonly quiet: number;
}

const meeting: fc.Arbitrary<Meeting> = fc.record({
  first: fc.nat(),
  second: fc.nat(),
  share: fc.oneof(fc.constantFrom(0, 0.5), fc.double({ min: 0, max: 1, noNaN: true })),
  steps: fc.integer({ min: 0, max: 4 }),
  quiet: fc.integer({ min: 4, max: 12 }),
});

/** Returns those that it has changed. */
function meet({ count, x, y, vx, vy }: Discs, { first, second, share, steps }: Meeting): number[] {
  const [i, j] = [first % count, second % count];
  const [dx, dy] = [(x[j] ?? 0) - (x[i] ?? 0), (y[j] ?? 0) - (y[i] ?? 0)];
  for (const [particle, part] of [
    [i, share],
    [j, share - 1],
  ] as const) {
    if (steps === 0) {
      x[particle] = (x[particle] ?? 0) + part * dx;
      y[particle] = (y[particle] ?? 0) + part * dy;
    } else {
      vx[particle] = (part * dx) / (steps * TIME_STEP);
      vy[particle] = (part * dy) / (steps * TIME_STEP);
    }
  }
  return [i, j];
}

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

  function run(discs: Discs, meetings: readonly Meeting[]): void {
    const { count, x, y, vx, vy } = discs;
    const near = createNearPairs(discs, createCellGrid(count));
    let before: Int32Array | undefined;

    function step(met?: Meeting): number[] {
      for (let i = 0; i < count; i += 1) {
        x[i] = (x[i] ?? 0) + (vx[i] ?? 0) * TIME_STEP;
        y[i] = (y[i] ?? 0) + (vy[i] ?? 0) * TIME_STEP;
      }
      near.moved();
      const changed = met === undefined ? [] : meet(discs, met);
      for (const particle of changed) near.changed(particle);
      if (!near.prepare()) return changed;
      const listed = near.listed();
      const pairs = written(listed);
      const touching = touchingPairs(discs);
      const all = new Set(touching);
      expect(pairs.filter((pair) => all.has(pair))).toEqual(touching);
      held += 1;
      if (before?.byteOffset === listed.byteOffset && before.buffer === listed.buffer) kept += 1;
      before = listed;
      return changed;
    }

    for (const met of meetings) {
      const changed = step(met);
      for (let left = met.quiet; left > 0; left -= 1) step();
      for (const particle of changed) {
        vx[particle] = 0;
        vy[particle] = 0;
        near.changed(particle);
      }
    }
  }

  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 100 }),
      fc.nat(),
      fc.array(meeting, { minLength: 1, maxLength: 8 }),
      (count, seed, meetings) => run(scatterDiscs(count, seed), meetings),
    ),
    { numRuns: 800 },
  );
  // Not by making a new one for every step.
  expect(kept).toBeGreaterThan(held / 3);
});
