/**
 * The particle benchmark in TypeScript: `node benchmark.js PARTICLES STEPS SEED`, or the module of a worker thread with
 * the same arguments in `argv`. It prints what benchmark.py prints, and ends with the same codes.
 */
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { createParticles, type Particles } from './particles.ts';

const PROGRESS_LINES = 10;
const ARGUMENTS = [
  { name: 'PARTICLES', least: 1, most: Number.POSITIVE_INFINITY },
  { name: 'STEPS', least: 1, most: Number.POSITIVE_INFINITY },
  { name: 'SEED', least: 0, most: 2 ** 32 - 1 },
];

/** The exit code. */
async function main(args: readonly string[]): Promise<number> {
  const numbers = readArguments(args);
  if (typeof numbers === 'string') return complain(numbers, 2);
  const [particles = 1, steps = 1, seed = 0] = numbers;
  try {
    await run(createParticles(particles, seed), steps);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return complain(`not enough memory for ${particles} particles`, 1);
  }
  return 0;
}

async function run(particles: Particles, steps: number): Promise<void> {
  const interval = Math.max(1, Math.floor(steps / PROGRESS_LINES));
  for (let done = 0; done < steps; ) {
    const next = Math.min(done + interval, steps);
    for (; done < next; done += 1) particles.step();
    if (done % interval !== 0) continue;
    print(`  Progreso: ${done} / ${steps} pasos completados...`);
    // What a worker thread writes leaves it only between two turns of its event loop.
    await setImmediate();
  }
  print(`Total colisiones Partícula-Partícula: ${particles.particleCollisions()}`);
  print(`Total colisiones con Pared: ${particles.wallCollisions()}`);
}

/** The three numbers, or what is wrong with them. */
function readArguments(args: readonly string[]): number[] | string {
  if (args.length !== ARGUMENTS.length) return 'usage: benchmark.js PARTICLES STEPS SEED';
  const numbers = args.map((text) => (/^[0-9]+$/.test(text) ? Number(text) : -1));
  for (const [index, { name, least, most }] of ARGUMENTS.entries()) {
    const number = numbers[index] ?? -1;
    if (number >= least && number <= most) continue;
    const upper = Number.isFinite(most) ? ` and at most ${most}` : '';
    return `${name} must be an integer, at least ${least}${upper}, not ${inspect(args[index])}`;
  }
  return numbers;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string, exitCode: number): number {
  process.stderr.write(`${line}\n`);
  return exitCode;
}

process.exitCode = await main(process.argv.slice(2));
