import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { referenceBenchmark } from './reference-benchmark.ts';

const BENCHMARK = fileURLToPath(
  new URL('../../source/worker-service/benchmarks/benchmark.py', import.meta.url),
);
const TABLE = new URL('../data/benchmark-results.tsv', import.meta.url);
const ROWS = readFileSync(TABLE, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t').map(Number));

function benchmark(...args: readonly (string | number)[]) {
  return execa('python3', ['-I', '-X', 'utf8', '-u', BENCHMARK, ...args.map(String)], { reject: false });
}

/** `<particle collisions> <wall collisions>` */
async function counts(...input: readonly number[]): Promise<string> {
  const { stdout } = await benchmark(...input);
  const particle = /^Total colisiones Partícula-Partícula: (\d+)$/m.exec(stdout)?.[1];
  const wall = /^Total colisiones con Pared: (\d+)$/m.exec(stdout)?.[1];
  return `${particle} ${wall}`;
}

test('the table of the legacy results has all of its ten rows', () => {
  expect(ROWS).toHaveLength(10);
  expect(ROWS.every((row) => row.length === 5 && row.every(Number.isInteger))).toBe(true);
});

test.concurrent.each(ROWS)(
  '%i particles, %i steps, seed %i give %i and %i collisions as in the legacy program',
  async (particles, steps, seed, particleCollisions, wallCollisions) => {
    expect(await counts(particles, steps, seed)).toBe(`${particleCollisions} ${wallCollisions}`);
  },
);

test('whatever the crowd and the seed, the counts are those of the plain description', async () => {
  const input = fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 120 })),
    fc.tuple(fc.integer({ min: 500, max: 1_800 }), fc.integer({ min: 1, max: 4 })),
  );
  const seed = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 32 - 1));
  await fc.assert(
    fc.asyncProperty(input, seed, async ([particles, steps], withSeed) => {
      expect(await counts(particles, steps, withSeed)).toBe(referenceBenchmark(particles, steps, withSeed));
    }),
    { numRuns: 12 },
  );
});

test('progress is printed in the legacy wording', async () => {
  const { stdout } = await benchmark(2, 1000, 7);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('  Progreso: 100 / 1000 pasos completados...');
  expect(lines[9]).toBe('  Progreso: 1000 / 1000 pasos completados...');
  expect(lines).toHaveLength(12);
});

test.each([
  [['0', '10', '1'], /PARTICLES must be an integer, at least 1, not '0'/],
  [['5', '1.5', '1'], /STEPS must be an integer/],
  [['5', '5', '4294967296'], /SEED must be an integer, at least 0 and at most 4294967295/],
  [['5', '5'], /usage: benchmark\.py PARTICLES STEPS SEED/],
])('arguments %j are refused with a reason', async (args, reason) => {
  const { exitCode, stdout, stderr } = await benchmark(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(reason);
  expect(stdout).toBe('');
});

test('a run that was told to ends when its standard input closes', async () => {
  const run = execa('python3', ['-I', '-u', BENCHMARK, '10', '100000000', '1', '--end-with-stdin'], {
    reject: false,
    buffer: false,
  });
  run.stdin.end();
  expect((await run).exitCode).toBe(1);
});
