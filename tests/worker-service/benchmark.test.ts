import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createParticles } from '#worker-service/benchmarks/particles.ts';
import { until } from '../helpers/until.ts';
import { countsIn, LEGACY_RESULTS } from './benchmark-output.ts';
import { referenceBenchmark } from './reference-benchmark.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FOLDER = new URL('../../source/worker-service/benchmarks/', import.meta.url);
const SCRIPT = fileURLToPath(new URL('benchmark.py', FOLDER));
const TYPESCRIPT = fileURLToPath(new URL('benchmark.ts', FOLDER));
/** Not the shim of a version manager, which takes longer to start than most of these benchmarks to run. */
const { stdout: PYTHON } = await execa('python3', ['-I', '-c', 'import sys; print(sys.executable)']);

interface Engine {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The end of its usage line. */
  readonly usage: string;
}

// The Cython engine needs a compiler: it is tested in its image, by `npm run test:containers`.
const ENGINES: readonly Engine[] = [
  {
    name: 'benchmark.py',
    command: [PYTHON, '-I', '-X', 'utf8', '-u', SCRIPT],
    usage: 'PARTICLES STEPS SEED [--end-with-stdin]',
  },
  { name: 'benchmark.js', command: [process.execPath, TYPESCRIPT], usage: 'PARTICLES STEPS SEED' },
];

test('the table of the legacy results has all of its ten rows', () => {
  expect(LEGACY_RESULTS).toHaveLength(10);
  expect(LEGACY_RESULTS.every((row) => row.length === 5 && row.every(Number.isInteger))).toBe(true);
});

describe.each(ENGINES)('$name', ({ name, command: [file, ...before], usage }) => {
  const benchmark = (...args: readonly (string | number)[]) =>
    execa(file, [...before, ...args.map(String)], { reject: false });

  test.concurrent.each(LEGACY_RESULTS)(
    '%i particles, %i steps, seed %i give %i and %i collisions as in the legacy program',
    async (particles, steps, seed, particleCollisions, wallCollisions) => {
      const { stdout } = await benchmark(particles, steps, seed);
      expect(countsIn(stdout)).toBe(`${particleCollisions} ${wallCollisions}`);
    },
  );

  test('whatever the crowd and the seed, it counts as the plain description', async () => {
    const input = fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 120 })),
      fc.tuple(fc.integer({ min: 500, max: 1_800 }), fc.integer({ min: 1, max: 4 })),
    );
    await fc.assert(
      fc.asyncProperty(input, seeds(), async ([particles, steps], seed) => {
        const { stdout } = await benchmark(particles, steps, seed);
        expect(countsIn(stdout)).toBe(referenceBenchmark(particles, steps, seed));
      }),
      { numRuns: 12 },
    );
  });

  test.each([
    [1_000, 100],
    [25, 2],
    [7, 1],
  ])('progress of %i steps is printed in the legacy wording, every %i', async (steps, interval) => {
    const { stdout, stderr, exitCode } = await benchmark(2, steps, 7);
    const expected = [];
    for (let done = interval; done <= steps; done += interval) {
      expected.push(`  Progreso: ${done} / ${steps} pasos completados...`);
    }
    expect(stdout.split('\n').slice(0, -2)).toEqual(expected);
    expect(stdout).toMatch(/\nTotal colisiones Partícula-Partícula: \d+\nTotal colisiones con Pared: \d+$/);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  test.each([
    [['0', '10', '1'], "PARTICLES must be an integer, at least 1, not '0'"],
    [['5', '1.5', '1'], "STEPS must be an integer, at least 1, not '1.5'"],
    [['5', '-5', '1'], "STEPS must be an integer, at least 1, not '-5'"],
    [['5', "4'", '1'], `STEPS must be an integer, at least 1, not "4'"`],
    [['٣', '5', '1'], "PARTICLES must be an integer, at least 1, not '٣'"],
    [
      ['5', '5', '4294967296'],
      "SEED must be an integer, at least 0 and at most 4294967295, not '4294967296'",
    ],
    [['5', '5', ''], "SEED must be an integer, at least 0 and at most 4294967295, not ''"],
    [['5', '5'], `usage: ${name} ${usage}`],
    [['5', '5', '1', '1'], `usage: ${name} ${usage}`],
  ])('arguments %j are refused with a reason', async (args, reason) => {
    const { exitCode, stdout, stderr } = await benchmark(...args);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: reason });
  });
});

describe('benchmark.py', () => {
  test('a run that was told to ends when its standard input closes', async () => {
    const run = execa(PYTHON, ['-I', '-u', SCRIPT, '10', '100000000', '1', '--end-with-stdin'], {
      reject: false,
      buffer: false,
    });
    run.stdin.end();
    expect((await run).exitCode).toBe(1);
  });
});

describe('benchmark_cython.py where its engine is not built', () => {
  async function script(name: string, ...args: readonly string[]) {
    const folder = await temporaryFolder();
    const names = ['benchmark.py', 'benchmark_cython.py', 'build_cython.py'];
    for (const file of names) await copyFile(new URL(file, FOLDER), join(folder, file));
    // Nothing is found on this PATH.
    return execa(PYTHON, ['-I', join(folder, name), ...args], {
      env: { PATH: folder, CC: '' },
      reject: false,
    });
  }

  test.each([[['--check']], [['100', '500', '42']]])(
    '%j ends with 1 and one line that says so',
    async (args) => {
      const { exitCode, stdout, stderr } = await script('benchmark_cython.py', ...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(
        /^no Cython engine for Python 3\.\S+ \(\/.*\); run build_cython\.py with it: [^\n]*$/,
      );
    },
  );

  test('building it without a compiler says what to install', async () => {
    const { exitCode, stderr } = await script('build_cython.py');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^build_cython: missing: .*a C compiler \(gcc\)$/m);
    expect(stderr).toContain('apt-get install cython3 python3-dev gcc');
  });
});

describe('benchmark.js', () => {
  // What decides which pairs are looked at changes with the crowd: from lists that last for many steps to none at all.
  test.each([
    ['a few for long', { particles: [1, 60], steps: [1, 1_500] }, 40],
    ['enough to keep colliding', { particles: [100, 300], steps: [1, 300] }, 25],
    ['a crowd', { particles: [1_000, 2_500], steps: [1, 12] }, 15],
    ['more than there is room for', { particles: [4_000, 9_000], steps: [1, 3] }, 4],
  ] as const)('%s: the counts are those of the plain description', (_, { particles, steps }, numRuns) => {
    const between = ([min, max]: readonly [number, number]) => fc.integer({ min, max });
    fc.assert(
      fc.property(between(particles), between(steps), seeds(), (count, length, seed) => {
        const simulation = createParticles(count, seed);
        for (let step = 0; step < length; step += 1) simulation.step();
        const counts = `${simulation.particleCollisions()} ${simulation.wallCollisions()}`;
        expect(counts).toBe(referenceBenchmark(count, length, seed));
      }),
      { numRuns },
    );
  });

  test('a crowd that calms down is counted to the end as in the plain description', () => {
    const simulation = createParticles(2_600, 3);
    for (let step = 0; step < 150; step += 1) simulation.step();
    const counts = `${simulation.particleCollisions()} ${simulation.wallCollisions()}`;
    expect(counts).toBe(referenceBenchmark(2_600, 150, 3));
  });

  function thread(...args: readonly number[]) {
    const worker = new Worker(TYPESCRIPT, { argv: args.map(String), stdout: true, stderr: true });
    onTestFinished(async () => void (await worker.terminate()));
    /** Everything it has printed, and what of that was seen before it ended. */
    const seen = { stdout: '', early: '' };
    let isOver = false;
    worker.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen.stdout += text;
      if (!isOver) seen.early += text;
    });
    const exitCode = new Promise<number>((resolve) => {
      worker.once('exit', (code) => {
        isOver = true;
        resolve(code);
      });
    });
    return { worker, seen, exitCode };
  }

  test('in a worker thread it prints the same and ends with the same code', async () => {
    const { seen, exitCode } = thread(100, 500, 42);
    expect(await exitCode).toBe(0);
    expect(seen.stdout).toBe(`${(await execa(process.execPath, [TYPESCRIPT, '100', '500', '42'])).stdout}\n`);
    const refused = thread(100, 500);
    expect(await refused.exitCode).toBe(2);
  });

  test('in a worker thread its progress is seen while it runs, and it can be ended', async () => {
    const steps = 100_000_000;
    const { worker, seen } = thread(1, steps, 42);
    // Nine more such lines are to come.
    await until('the first line', () => seen.stdout !== '');
    expect(seen.early).toContain(`  Progreso: 10000000 / ${steps} pasos completados...\n`);
    await worker.terminate();
  });
});

function seeds() {
  return fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 32 - 1));
}
