// Latency of the shipped worker's /ping while all of its slots are busy with benchmark.py, beside a bare node:http server
// that answers as many bytes in a process of its own: both are asked in turn, so that the machine is the same for both.
// It fails where the worker is over its aim and the bare server is not the explanation: a busy machine slows both down.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, sleep } from './program.ts';
import { createClient, startBaseline, startWorker } from './servers.ts';

const ROUNDS = 9;
const PINGS = 200;
const PAUSE_MS = 5;
const AIM_MS = 5;
/** /ping reads the machine's facts and writes an answer; the bare server writes a constant. */
const MAX_RATIO = 4;
const ENDLESS = { NUM_PARTICULAS: 100, NUM_PASOS: 1_000_000_000, SEMILLA: 42 };

interface Ping {
  readonly slots: number;
  readonly slots_free: number;
}

const client = createClient();
const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
const worker = await startWorker(dir);
const ping = async () => client.ask(`${worker.url}/ping`);
const state = async () => JSON.parse(await ping()) as Ping;
try {
  const { slots } = await state();
  // They end with the worker.
  const tasks = Array.from({ length: slots }, (_, index) =>
    client.ask(`${worker.url}/execute`, { task_id: `busy-${index}`, params: ENDLESS }).catch(() => {}),
  );
  while ((await state()).slots_free > 0) await sleep(20);
  const baseline = await startBaseline('constant', String(Buffer.byteLength(await ping())));
  try {
    await measure(slots, [worker.url, baseline.url]);
  } finally {
    await baseline.stop();
  }
  await worker.stop();
  await Promise.all(tasks);
} finally {
  await worker.stop();
  client.close();
  await rm(dir, { recursive: true, force: true });
}

/** Prints the median over the rounds of each round's median and 99th percentile. */
async function measure(slots: number, urls: readonly string[]): Promise<void> {
  const middles = urls.map((): number[] => []);
  const tails = urls.map((): number[] => []);
  // The first round warms both up.
  for (let round = -1; round < ROUNDS; round += 1) {
    const times = urls.map((): number[] => []);
    for (let count = 0; count < PINGS; count += 1) {
      for (const [index, url] of urls.entries()) {
        const before = performance.now();
        await client.ask(`${url}/ping`);
        times[index]?.push(performance.now() - before);
      }
      await sleep(PAUSE_MS);
    }
    if (round < 0) continue;
    for (const [index, values] of times.entries()) {
      middles[index]?.push(median(values));
      tails[index]?.push(percentile(values, 99));
    }
  }
  const [own = Number.NaN, bare = Number.NaN] = middles.map(median);
  const [ownTail = Number.NaN, bareTail = Number.NaN] = tails.map(median);
  const busy = slots === 1 ? 'its slot' : `all ${slots} slots`;
  const over = `medians of ${ROUNDS} rounds of ${PINGS} pings`;
  console.log(`/ping with ${busy} busy: median ${own.toFixed(2)} ms, p99 ${ownTail.toFixed(2)} ms (${over})`);
  console.log(`a bare server: median ${bare.toFixed(2)} ms, p99 ${bareTail.toFixed(2)} ms`);
  const ratio = own / bare;
  const good = own <= AIM_MS || ratio <= MAX_RATIO;
  const bound = `aim ${AIM_MS} ms; over it a ratio of at most ${MAX_RATIO}`;
  console.log(`${good ? 'ok  ' : 'OVER'} /ping / bare server: ${ratio.toFixed(2)} (${bound})`);
  if (!good) process.exitCode = 1;
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
}
