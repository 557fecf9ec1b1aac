// How much faster than benchmark.py the other two engines are, each started as the worker starts it: Python as a process,
// TypeScript in a worker thread. In the same run, one after the other, so that the machine is the same for all.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { median } from './program.ts';

const ROUNDS = 3;
const INPUTS = [
  [10, 10_000, 1],
  [100, 500, 42],
  [200, 800, 49],
  [1_000, 1_000, 1],
  [2_000, 500, 1],
  [10_000, 20, 1],
] as const;
const FOLDER = new URL('../dist/benchmarks/', import.meta.url);

type Input = readonly number[];

const python = interpreter(process.env.PYTHON ?? 'python3');
const check = runPython('benchmark_cython.py', '--check');
const engines = new Map<string, (input: Input) => Promise<string>>([
  ['benchmark.py', async (input) => runPython('benchmark.py', ...input.map(String)).stdout],
  ['benchmark.js', runThread],
]);
if (check.status === 0) {
  engines.set('benchmark_cython.py', async (input) => {
    return runPython('benchmark_cython.py', ...input.map(String)).stdout;
  });
} else {
  console.log(
    `OVER benchmark_cython.py is NOT BUILT (npm run build:cython), so it is not measured: ${check.stderr}`,
  );
  process.exitCode = 1;
}
for (const input of INPUTS) await compare(input);

/** Prints the medians of one input; the process fails at its end if an engine is not faster, or counts differently. */
async function compare(input: Input): Promise<void> {
  const times = new Map([...engines.keys()].map((name) => [name, [] as number[]]));
  const outputs = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, run] of engines) {
      const before = performance.now();
      outputs.add(await run(input));
      times.get(name)?.push(performance.now() - before);
    }
  }
  const [particles = 0, steps = 0, seed = 0] = input;
  const base = median(times.get('benchmark.py') ?? []);
  const what = `${particles} particles, ${steps} steps, seed ${seed}`;
  console.log(`${what}: benchmark.py ${base.toFixed(0)} ms (medians of ${ROUNDS})`);
  for (const [name, values] of times) {
    if (name === 'benchmark.py') continue;
    const factor = base / median(values);
    const good = factor > 1;
    console.log(
      `  ${good ? 'ok  ' : 'OVER'} ${name}: ${median(values).toFixed(0)} ms, ${factor.toFixed(1)} times as fast`,
    );
    if (!good) process.exitCode = 1;
  }
  if (outputs.size === 1) return;
  console.log('  OVER the engines do not print the same');
  process.exitCode = 1;
}

/** The interpreter itself: a version manager's shim in front of it would be measured with it. */
function interpreter(name: string): string {
  const { stdout, error } = spawnSync(name, ['-I', '-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return stdout.trim();
}

function runPython(script: string, ...args: string[]) {
  const file = fileURLToPath(new URL(script, FOLDER));
  return spawnSync(python, ['-I', '-X', 'utf8', '-u', file, ...args], { encoding: 'utf8' });
}

function runThread(input: Input): Promise<string> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('benchmark.js', FOLDER), {
      argv: input.map(String),
      stdout: true,
      stderr: true,
    });
    let output = '';
    thread.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    thread.on('error', reject);
    // What it wrote has arrived when it exits: both come over the same port.
    thread.on('exit', () => resolve(output));
  });
}
