import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import type { FromVersion1 } from './messages.ts';
import { type Run, runsInLines, runsOf } from './records.ts';

/** Tasks at once on each worker, of either version. */
export const SLOTS = 4;

/** A worker that runs now. */
export interface StartedWorker {
  readonly child: ChildProcess;
  readonly port: number;
  kill(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** How a version is started, in a folder of its own, and what it leaves there. */
export interface WorkerVersion {
  readonly version: 1 | 2;
  start(id: string, dir: string): Promise<StartedWorker>;
  /** What the journal of one that has ended says. */
  runs(id: string, dir: string): readonly Run[];
}

/** The program that is shipped. */
const SHIPPED = fileURLToPath(new URL('../../bin/elastic-worker.js', import.meta.url));
const VERSION_1 = fileURLToPath(new URL('./version-1-program.ts', import.meta.url));
const SETTABLE_DATE = new URL('./settable-date.ts', import.meta.url).href;

/** Three benchmarks: one that says what it was given, one that takes a moment to, and one that fails. */
const BENCHMARKS = {
  shipped: false,
  benchmarks: [
    declared('echo', ['echo', 'value: {N}']),
    declared('slow', ['sh', '-c', 'sleep 0.3; echo "value: $0"', '{N}']),
    declared('fails', ['sh', '-c', 'echo no >&2; exit 3']),
  ],
};

function declared(name: string, command: readonly string[]): object {
  return {
    name,
    executor: 'process',
    command,
    parameters: [{ name: 'N', type: 'integer', default: 0 }],
    output: { results: [{ name: 'particle_collisions', pattern: '^value: (?<value>\\d+)$' }] },
  };
}

/** Our worker, as it is shipped; only its wall clock can be set. */
export const version2: WorkerVersion = {
  version: 2,
  start(id, dir) {
    writeFileSync(join(dir, 'benchmarks.json'), JSON.stringify(BENCHMARKS));
    const env = { NODE_OPTIONS: `--import ${SETTABLE_DATE}` };
    return startWorkerProcess({ id, dir, env, program: SHIPPED, args: ['--slots', String(SLOTS)] });
  },
  runs: (id, dir) => runsOf(dir, id),
};

/** What stands in for the deployed worker: the protocol is its whole description. */
export const version1: WorkerVersion = {
  version: 1,
  async start(id, dir) {
    const child = fork(VERSION_1, [id, linesIn(dir)], {
      execArgv: ['--import', SETTABLE_DATE],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const exited = once(child, 'exit');
    const ended = exited.then(() => Promise.reject(new Error(`${id} ended before it listened`)));
    const [message] = await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
    const kill: StartedWorker['kill'] = () => {
      child.kill('SIGKILL');
      return exited;
    };
    return { child, port: (message as FromVersion1).port, kill, stop: kill };
  },
  runs: (id, dir): readonly Run[] => runsInLines(linesIn(dir), id),
};

function linesIn(dir: string): string {
  return join(dir, 'runs.jsonl');
}
