// No-op tasks a second through /execute of the shipped worker, its durable journal and the files of the output included:
// 8 slots, 16 requests at once. Beside it, in the same run, a bare server that starts the same program, or the same
// module in a thread, for each request and records nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median, report } from './program.ts';
import { type Client, createClient, startBaseline, startWorker } from './servers.ts';

const ROUNDS = 5;
const TASKS = 100;
const SLOTS = 8;
const AT_ONCE = 16;
/** What the records around each start (fsync), the look for what a program leaves behind, and the files may cost. */
const LIMIT = 25;
const PROGRAM = 'true';
const MODULE = 'noop.js';

let number = 0;
const client = createClient();
const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
try {
  const module = join(dir, MODULE);
  await writeFile(module, '');
  const benchmarks = [
    { name: 'process', executor: 'process', command: [PROGRAM] },
    { name: 'builtin', executor: 'builtin', command: [MODULE] },
  ];
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ benchmarks }));
  await compare('process', ['spawn', PROGRAM]);
  await compare('builtin', ['thread', pathToFileURL(module).href]);
} finally {
  client.close();
  await rm(dir, { recursive: true, force: true });
}

/** Prints the medians of one executor and of its baseline, measured in turn. */
async function compare(benchmark: string, baseline: readonly string[]): Promise<void> {
  const worker = await startWorker(dir, ['--slots', String(SLOTS)]);
  const bare = await startBaseline(...baseline);
  const rates = { own: [] as number[], bare: [] as number[] };
  try {
    // The first round warms both up.
    for (let round = -1; round < ROUNDS; round += 1) {
      const own = await tasksASecond(worker.url, benchmark, client);
      const other = await tasksASecond(bare.url, benchmark, client);
      if (round < 0) continue;
      rates.own.push(own);
      rates.bare.push(other);
    }
  } finally {
    await Promise.all([worker.stop(), bare.stop()]);
  }
  const [own, other] = [median(rates.own), median(rates.bare)];
  console.log(
    `no-op tasks, ${benchmark}: ${own.toFixed(0)} a second (medians of ${ROUNDS} rounds of ${TASKS}, ${SLOTS} slots, ${AT_ONCE} at once); a bare server: ${other.toFixed(0)}`,
  );
  report(`bare server / worker, ${benchmark}`, other / own, LIMIT);
}

async function tasksASecond(url: string, benchmark: string, { ask }: Client): Promise<number> {
  let left = TASKS;
  const before = performance.now();
  const sender = async () => {
    while (left > 0) {
      left -= 1;
      number += 1;
      const answer = await ask(`${url}/execute`, { task_id: `noop-${number}`, benchmark });
      if ((JSON.parse(answer) as { status: string }).status !== 'success') throw new Error(answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return TASKS / ((performance.now() - before) / 1_000);
}
