import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import type { TestProject } from 'vitest/node';
import { input, output } from '../../rolldown.config.ts';

/** The threads that tests start by the hundred, by the names under which the URLs of their bundles are provided. */
const THREADS = {
  taskDatabaseThread: new URL('../../source/persistence/task-database-thread.ts', import.meta.url),
  journalThread: new URL('../../source/worker-service/tasks/journal-thread.ts', import.meta.url),
};

declare module 'vitest' {
  export interface ProvidedContext extends Record<keyof typeof THREADS, string> {}
}

/** Once for all files, before the first: what would otherwise be done at each of many hundred starts. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'elastic-tests-'));
  // For the programs that run from source; the shipped ones use the same, and a build begins it anew.
  process.env.NODE_COMPILE_CACHE = fileURLToPath(new URL('../../dist/.compile-cache', import.meta.url));
  process.env.PATH = pathWithInterpreter(process.env.PATH ?? '');
  await bundle(folder);
  for (const name of ['taskDatabaseThread', 'journalThread'] as const) {
    provide(name, pathToFileURL(join(folder, `${name}.cjs`)).href);
  }
  return () => rm(folder, { recursive: true });
}

/** A thread that runs from source has its types erased anew at each start, which takes three times as long as all else. */
async function bundle(folder: string): Promise<void> {
  const entries = Object.entries(THREADS).map(([name, url]) => [name, fileURLToPath(url)]);
  const bundled = await rolldown({ ...input, input: Object.fromEntries(entries) });
  // As a module it would start a fifth more slowly.
  const files = { entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' };
  await bundled.write({ ...output, ...files, format: 'cjs', dir: folder });
  await bundled.close();
}

/** The folder of the interpreter itself first: the shim of a version manager takes longer to start than most benchmarks to run. */
function pathWithInterpreter(path: string): string {
  const args = ['-I', '-c', 'import sys; print(sys.executable)'];
  const { stdout, status } = spawnSync('python3', args, { encoding: 'utf8' });
  return status === 0 ? [dirname(stdout.trim()), path].join(delimiter) : path;
}
