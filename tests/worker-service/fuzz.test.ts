import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WorkerProcess } from '../helpers/worker-process.ts';
import { startWorker } from './calls.ts';
import { fakePython, folderOfPrograms } from './fake-programs.ts';
import { wrongWith } from './fuzz-judge.ts';
import { FUZZ_TOKEN, type FuzzConversation, fuzzConversation } from './fuzz-requests.ts';
import { converse, text } from './fuzz-wire.ts';
import { startsOf } from './journal-of.ts';
import { temporaryFolder } from './temporary-folder.ts';

const REQUESTS = 10_000;
const BATCHES = 10;
const AT_ONCE = 24;
/** For what the worker keeps in JavaScript: a leak ends it. */
const HEAP_MEGABYTES = 96;
/** What it may grow by from the first batch to the last; bodies of some megabytes may be under way. */
const GROWTH_BYTES = 160 * 2 ** 20;

/** The same requests every time, so that a run that failed is one that was broken; FUZZ_SEED sends others. */
const seed = Number(process.env.FUZZ_SEED ?? 1);

/** What failed says with which seed: the same seed sends the same again. */
const name = `${REQUESTS} requests of all kinds: each is answered cleanly, and nothing else runs or is written (FUZZ_SEED=${seed})`;

test(name, async () => {
  const parent = await temporaryFolder();
  const worker = await startFuzzedWorker(parent);
  const conversations = conversationsOf(REQUESTS);
  const size = Math.ceil(conversations.length / BATCHES);
  const memory: number[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    await sendAll(worker.port, conversations.slice(batch * size, (batch + 1) * size));
    expect((await fetch(`${worker.url}/ping`)).status, `/ping after batch ${batch + 1}`).toBe(200);
    memory.push(await residentBytes(worker.pid));
  }
  expect(Math.max(...memory) - (memory[0] ?? 0), `memory ${memory}`).toBeLessThan(GROWTH_BYTES);
  await worker.stop();
  expect(worker.stderr(), 'standard error').toBe('');
  await expectOnlyRightTasks(worker.dir, conversations);
  await expectCleanLog(worker.dir);
  expect((await readdir(parent)).sort(), 'the parent folder').toEqual(['bin', 'worker']);
  expect((await readdir(worker.dir)).sort()).toEqual(['benchmarks.json', 'logs', 'results', 'started']);
});

/** A worker in `parent`/worker, whose programs only count their starts. */
async function startFuzzedWorker(parent: string): Promise<WorkerProcess> {
  const dir = join(parent, 'worker');
  await mkdir(dir);
  const count = 'echo >> started';
  const PATH = await folderOfPrograms(join(parent, 'bin'), { python3: fakePython(count), noop: count });
  const benchmarks = [{ name: 'noop', executor: 'process', command: ['noop'] }];
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ benchmarks }));
  const env = { PATH, WORKER_TOKEN: FUZZ_TOKEN, NODE_OPTIONS: `--max-old-space-size=${HEAP_MEGABYTES}` };
  return startWorker({ dir, env, args: ['--slots', '4', '--queue', '10000'] });
}

/** About four requests go in one conversation. */
function conversationsOf(count: number): readonly FuzzConversation[] {
  const conversations: FuzzConversation[] = [];
  let left = count;
  for (const conversation of fc.sample(fuzzConversation, { seed, numRuns: count / 2 })) {
    if (left === 0) return conversations;
    const requests = conversation.requests.slice(-left);
    conversations.push({ ...conversation, requests });
    left -= requests.length;
  }
  throw new Error(`${left} requests are missing`);
}

async function sendAll(port: number, conversations: readonly FuzzConversation[]): Promise<void> {
  const waiting = conversations.values();
  async function sendOnes(): Promise<void> {
    for (const conversation of waiting) {
      const wrong = await converse(port, conversation).then(
        (heard) => wrongWith(conversation, heard),
        (error: unknown) => [String(error)],
      );
      if (wrong.length > 0) throw new Error(`FUZZ_SEED=${seed}: ${wrong.join('; ')}\n${shown(conversation)}`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendOnes));
}

/** Programs ran for valid requests and nothing else, once each: by the journal, and by what the programs count themselves. */
async function expectOnlyRightTasks(dir: string, conversations: readonly FuzzConversation[]): Promise<void> {
  const sent = conversations.flatMap(({ requests }) => requests.flatMap(({ task }) => task ?? []));
  const withoutId = sent.filter(({ id }) => id === null).length;
  const cancelled = new Set(sent.filter(({ mayBeCancelled }) => mayBeCancelled).map(({ id }) => id));
  const limits = new Map(sent.map(({ id }) => [id ?? 'unknown', id === null ? withoutId : 1]));
  const starts = Object.entries(startsOf(dir, 'worker-01'));
  const wrong = starts.filter(([id, count]) => count > (limits.get(id) ?? 0));
  expect(wrong, 'started by nothing valid, or twice').toEqual([]);
  expect(starts.length, 'too few tasks for a test').toBeGreaterThan(50);
  const total = starts.reduce((sum, [, count]) => sum + count, 0);
  const counted = (await readFile(join(dir, 'started'), 'utf8')).length;
  // Threads do not count themselves, and what is cancelled may not come to it.
  expect(counted, `${total} starts in the journal`).toBeLessThanOrEqual(total);
  expect(counted, `${total} starts in the journal`).toBeGreaterThanOrEqual(total - 3 - cancelled.size);
}

async function expectCleanLog(dir: string): Promise<void> {
  const names = await readdir(join(dir, 'logs'));
  const texts = await Promise.all(names.map((name) => readFile(join(dir, 'logs', name), 'utf8')));
  const lines = texts.join('').trimEnd().split('\n');
  const LINE = /^\d{4}-\d\d-\d\dT[\d:.]+Z (error|warn|info) [\x20-\x7e\x80-\uffff]*$/;
  expect(
    lines.filter((line) => !LINE.test(line) || / error /.test(line.slice(0, 40))),
    'the log',
  ).toEqual([]);
  expect(texts.join(''), 'the log').not.toMatch(/\bat [^\n]*\.[jt]s:\d+/);
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

function shown({ requests, ...rest }: FuzzConversation): string {
  const lines = requests.map(
    ({ bytes, task, isWhole }) => `${text(bytes)} ${JSON.stringify({ task, isWhole })}`,
  );
  return [JSON.stringify(rest), ...lines].join('\n');
}
