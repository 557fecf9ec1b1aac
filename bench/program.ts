import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressOf } from './stub-addresses.ts';

const FLEET_PORT = 18_080;

/** The shipped launcher. */
export const LAUNCHER = fileURLToPath(new URL('../bin/elastic-tui.js', import.meta.url));

/** Starts `count` stub workers in a process of their own and writes the config_workers.json that names them. */
export async function startFleet(count: number, dir: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./stub-fleet.ts', import.meta.url));
  const fleet = spawn(process.execPath, [script, String(count), String(FLEET_PORT)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (fleet.stdout === null) throw new Error('the stub fleet has no output');
  await once(fleet.stdout, 'data');
  const workers = Array.from({ length: count }, (_, index) => ({
    id: `worker-${String(index + 1).padStart(4, '0')}`,
    ip: addressOf(index),
    port: FLEET_PORT,
  }));
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers }));
  return fleet;
}

/** CPU time that a process and all its threads have used so far, in seconds (proc(5): utime and stime, in ticks of 10 ms). */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return (at(Math.ceil(sorted.length / 2 - 1)) + at(Math.floor(sorted.length / 2))) / 2;
}

/** Prints one measured figure beside its limit; the process fails at its end if the limit is passed. */
export function report(name: string, value: number, limit: number): void {
  const good = value <= limit;
  console.log(`${good ? 'ok  ' : 'OVER'} ${name}: ${value.toFixed(3)} (limit ${limit})`);
  if (!good) process.exitCode = 1;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
