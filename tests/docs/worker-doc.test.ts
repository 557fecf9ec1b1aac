import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';

const DOC = new URL('../../docs/worker.md', import.meta.url);

/** The first block of that language that contains `text`. */
function block(doc: string, language: string, text: string): string {
  const blocks = [...doc.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.find(([, of, content]) => of === language && content?.includes(text));
  if (found?.[2] === undefined) throw new Error(`no block of ${language} with ${text}`);
  return found[2];
}

/** Declares what the page declares. */
let worker: WorkerProcess;
let doc: string;
let dir: string;
beforeAll(async () => {
  doc = await readFile(DOC, 'utf8');
  dir = await mkdtemp(join(tmpdir(), 'elastic-worker-'));
  await writeFile(join(dir, 'benchmarks.json'), block(doc, 'json', '"benchmarks"'));
  await writeFile(join(dir, 'primes.py'), block(doc, 'python', '#!'));
  await chmod(join(dir, 'primes.py'), 0o755);
  worker = await startWorkerProcess({ dir, args: ['--insecure'] });
});
afterAll(async () => {
  await worker.stop();
  await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

test('the benchmark that docs/worker.md declares runs as it says', async () => {
  const found = async (params: object) => {
    const body = JSON.stringify({ benchmark: 'primes', params });
    const response = await fetch(`${worker.url}/execute`, { method: 'POST', body });
    return [response.status, await response.json()];
  };
  expect(await found({})).toEqual([200, expect.objectContaining({ results: { found: 9_592 } })]);
  const twins = await found({ LIMIT: 1_000, KIND: 'twins' });
  expect(twins).toEqual([200, expect.objectContaining({ results: { found: 35 } })]);
  const refused = await found({ KIND: 'cousins' });
  expect(refused).toEqual([500, expect.objectContaining({ error: expect.stringMatching(/params\.KIND/) })]);
});

test('docs/worker.md explains every capability that a worker announces', async () => {
  const { capabilities } = (await (await fetch(`${worker.url}/ping`)).json()) as { capabilities: string[] };
  expect(capabilities).toContain('insecure');
  const explained = [...doc.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  for (const capability of capabilities) expect(explained).toContain(capability);
});
