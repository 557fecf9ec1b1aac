import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import type { WorkerProcess } from '../helpers/worker-process.ts';
import { answerOf, get, post, startWorker } from './calls.ts';
import { folderOfPrograms } from './fake-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What each program prints, and what of it a worker may keep in memory: the ends of both streams, and what waits for the disk. */
const PRINTED = 150_000_000;
const MEMORY_BYTES = 256 * 2 ** 20;
/** Of one task: both files together. */
const FILE_BYTES = 64 * 2 ** 20;
const MEGABYTE = 1_048_576;

const SCRIPTS = {
  lines: `yes "$(printf '%01023d' 1)" | head -c ${PRINTED}; echo; echo value: 1`,
  line: `head -c ${PRINTED} /dev/zero | tr '\\0' x; echo; echo value: 1`,
  both: `line=$(printf '%0999d' 1); yes $line | head -c ${PRINTED / 2} & yes $line | head -c ${PRINTED / 2} >&2; wait; echo; echo value: 1`,
  endless: 'exec yes',
};

let worker: WorkerProcess;
beforeEach(async () => {
  const dir = await temporaryFolder();
  await folderOfPrograms(join(dir, 'programs'), SCRIPTS);
  const rules = {
    progress: '^step (?<done>\\d+) / (?<total>\\d+)$',
    results: [{ name: 'value', pattern: '^value: (?<value>\\d+)$' }],
  };
  const benchmarks = Object.keys(SCRIPTS).map((name) => ({
    name,
    executor: 'process',
    command: [`./programs/${name}`],
    output: name === 'endless' ? {} : rules,
  }));
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ benchmarks }));
  worker = await startWorker({ dir, args: ['--slots', '4'] });
});

/** The most that the worker has ever had in memory. */
async function peakBytes(): Promise<number> {
  const status = await readFile(`/proc/${worker.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

const run = (benchmark: string) => post(worker, { task_id: benchmark, benchmark });
const task = async (id: string) => (await get(worker, `/v2/tasks/${id}`)).body;

test('programs that print hundreds of megabytes take neither the memory of the worker nor the disk, and are understood', async () => {
  const before = await peakBytes();
  const names = ['lines', 'line', 'both'];
  for (const { status, body } of await Promise.all(names.map(run))) {
    expect([status, body.status, body.results]).toEqual([200, 'success', { value: 1 }]);
    expect(JSON.stringify(body).length).toBeLessThan(3 * MEGABYTE);
  }
  expect((await peakBytes()) - before).toBeLessThan(MEMORY_BYTES);
  for (const name of names) {
    expect((await task(name)).output_bytes).toBeGreaterThanOrEqual(PRINTED);
  }
  const folder = join(worker.dir, 'results', 'output');
  const sizes = new Map<string, number>();
  for (const file of await readdir(folder)) {
    const row = file.split('.')[0] ?? '';
    sizes.set(row, (sizes.get(row) ?? 0) + (await stat(join(folder, file))).size);
  }
  expect(sizes.size).toBe(names.length);
  for (const size of sizes.values()) expect(size).toBeLessThanOrEqual(FILE_BYTES);
});

test('programs that print without end leave the worker answering, and are ended when they are cancelled', async () => {
  const before = await peakBytes();
  const ids = ['a', 'b', 'c'];
  const answers = ids.map((task_id) => post(worker, { task_id, benchmark: 'endless' }));
  const printed = async (id: string) => Number((await task(id)).output_bytes);
  await Promise.all(
    ids.map((id) => until(`${id} has printed a lot`, async () => (await printed(id)) > 20 * MEGABYTE)),
  );
  expect((await get(worker, '/ping')).body).toMatchObject({ status: 'active', slots_free: 1 });
  expect((await post(worker, { task_id: 'd', benchmark: 'benchmark.js', params: ONE })).status).toBe(200);
  for (const id of ids) {
    const response = await fetch(`${worker.url}/v2/tasks/${id}`, { method: 'DELETE' });
    expect(await answerOf(response)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  }
  for (const { status, body } of await Promise.all(answers)) {
    expect([status, body.state]).toEqual([500, 'cancelled']);
  }
  expect((await peakBytes()) - before).toBeLessThan(MEMORY_BYTES);
});

const ONE = { NUM_PARTICULAS: 1, NUM_PASOS: 1, SEMILLA: 1 };
