import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { countsIn, LEGACY_RESULTS } from '../worker-service/benchmark-output.ts';
import { referenceBenchmark } from '../worker-service/reference-benchmark.ts';
import { type ContainerEngine, containerEngine } from './container-engine.ts';

let engine: ContainerEngine;
let image: string;

beforeAll(async () => {
  engine = await containerEngine();
  image = await engine.build('benchmark');
});

describe.each(['benchmark.py', 'benchmark_cython.py'])('%s in a container', (name) => {
  const benchmark = (...args: readonly (string | number)[]) => engine.run(image, name, ...args.map(String));

  test.each(LEGACY_RESULTS)(
    '%i particles, %i steps, seed %i give %i and %i collisions as in the legacy program',
    async (particles, steps, seed, particleCollisions, wallCollisions) => {
      const { stdout, stderr, exitCode } = await benchmark(particles ?? 0, steps ?? 0, seed ?? 0).end;
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(countsIn(stdout)).toBe(`${particleCollisions} ${wallCollisions}`);
      expect(stdout).toContain(`  Progreso: ${steps} / ${steps} pasos completados...\n`);
    },
  );

  test.each([
    [['0', '10', '1'], "PARTICLES must be an integer, at least 1, not '0'"],
    [
      ['5', '5', '4294967296'],
      "SEED must be an integer, at least 0 and at most 4294967295, not '4294967296'",
    ],
    [['5', '5'], `usage: ${name} PARTICLES STEPS SEED [--end-with-stdin]`],
  ])('arguments %j are refused with a reason', async (args, reason) => {
    const { exitCode, stdout, stderr } = await benchmark(...args).end;
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: reason });
  });

  test('it runs as a normal user who sees no network, and ends at once when it is told to', async () => {
    // Nine more such lines are to come.
    const run = benchmark(1, name === 'benchmark.py' ? 10_000_000 : 2_000_000_000, 1);
    await until('progress', () => run.stdout() !== '');
    const command = `import os; print(os.stat('/proc/1').st_uid > 0, os.listdir('/sys/class/net'))`;
    expect(await engine.call('exec', run.name, 'python3', '-c', command)).toBe("True ['lo']");
    // Nobody has to wait until the engine loses its patience and kills it.
    await engine.call('stop', '--time', '100', run.name);
    expect((await run.end).exitCode).toBe(128 + 15);
  });

  test('it ends when its standard input closes, if it was told to', async () => {
    expect((await benchmark(10, 3_000_000_000, 1, '--end-with-stdin').end).exitCode).toBe(1);
  });
});

test('whatever the crowd and the seed, the Cython engine counts as the plain description', async () => {
  const crowd = (particles: number, steps: number, least = 1) =>
    fc.tuple(fc.integer({ min: least, max: particles }), fc.integer({ min: 1, max: steps }));
  const inputs = fc.tuple(crowd(60, 1_500), crowd(300, 300), crowd(2_500, 30, 1_000), crowd(9_000, 3, 4_000));
  const seeds = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(inputs, seeds, async (crowds, [...withSeeds]) => {
      for (const [index, [particles, steps]] of crowds.entries()) {
        const seed = withSeeds[index] ?? 0;
        const { stdout } = await engine.run(
          image,
          'benchmark_cython.py',
          ...[particles, steps, seed].map(String),
        ).end;
        expect(countsIn(stdout)).toBe(referenceBenchmark(particles, steps, seed));
      }
    }),
    { numRuns: 4, endOnFailure: true },
  );
});
