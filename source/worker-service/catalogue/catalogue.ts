import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { isExecutable, lookUpProgram } from '#worker-service/machine/path-lookup.ts';
import type { Benchmark, Catalogue, ParameterValues, Program } from './benchmark.ts';
import type { BenchmarksFile } from './benchmarks-file.ts';
import type { DeclaredBenchmark } from './declared-benchmark.ts';
import { fillTemplate } from './template.ts';

export interface CatalogueOptions {
  readonly file: BenchmarksFile;
  readonly shipped: readonly Benchmark[];
  /** The folder of benchmarks.json; programs run in it. */
  readonly dir: string;
  /** Where programs without a slash are looked for. */
  readonly path: string | undefined;
  /** Why no container can run here just now; null: one can. */
  readonly engineTrouble: () => string | null;
}

/** The shipped benchmarks and the declared ones. A declared one takes the place of a shipped one of its name. */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { file, shipped } = options;
  const declared = file.benchmarks.map((benchmark) => runnable(benchmark, options));
  const replaced = new Set(declared.map(({ name }) => name));
  const kept = file.shipped ? shipped.filter(({ name }) => !replaced.has(name)) : [];
  const benchmarks = [...kept, ...declared];
  const byName = new Map(benchmarks.map((benchmark) => [benchmark.name, benchmark]));
  return { benchmarks, find: (name) => byName.get(name) };
}

function runnable(declared: DeclaredBenchmark, options: CatalogueOptions): Benchmark {
  const { command, image, limits, ...benchmark } = declared;
  const missing = `the program ${command[0]} of ${benchmark.name} is not there or not executable`;
  const trouble = () => {
    if (image !== null) return options.engineTrouble();
    return isThere(command[0] ?? '', benchmark.executor, options) ? null : missing;
  };
  async function program(values: ParameterValues): Promise<Program | Unavailable> {
    const [first = '', ...rest] = command.map((template) => fillTemplate(template, values));
    if (image !== null) {
      const reason = trouble();
      const args = command.length === 0 ? [] : [first, ...rest];
      return reason === null ? { kind: 'container', image, args, limits } : unavailable(reason);
    }
    if (benchmark.executor === 'builtin') {
      return { kind: 'builtin', module: resolve(options.dir, first), args: rest };
    }
    const file = await findProgram(first, options);
    if (file === undefined) return unavailable(missing);
    return { kind: 'process', file, args: rest, cwd: options.dir, endsWithStdin: false };
  }
  return { ...benchmark, program, unavailable: trouble };
}

type Unavailable = { readonly kind: 'unavailable'; readonly reason: string };

function unavailable(reason: string): Unavailable {
  return { kind: 'unavailable', reason };
}

/** Looked at when somebody asks what can run; nothing is started. A name without a slash may be anywhere on the PATH. */
function isThere(
  name: string,
  executor: Benchmark['executor'],
  { dir, path }: Pick<CatalogueOptions, 'dir' | 'path'>,
): boolean {
  if (executor === 'builtin' || name.includes('/')) return existsSync(resolve(dir, name));
  const folders = (path ?? '').split(':').filter(isAbsolute);
  return folders.some((folder) => existsSync(resolve(folder, name)));
}

async function findProgram(name: string, { dir, path }: CatalogueOptions): Promise<string | undefined> {
  if (!name.includes('/')) return (await lookUpProgram(name, path))[0];
  const file = isAbsolute(name) ? name : resolve(dir, name);
  return (await isExecutable(file)) ? file : undefined;
}

/**
 * The catalogue as POST /execute sees it: as in version 1, a name that is not known runs benchmark.py, with what that one
 * knows of parameters.
 */
export function withLegacyRule(catalogue: Catalogue, fallback: string): Catalogue {
  const { benchmarks, find } = catalogue;
  return { benchmarks, find: (name) => find(name) ?? find(fallback) };
}
