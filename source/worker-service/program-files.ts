import { fileURLToPath } from 'node:url';

/** The shipped programs, absolute: beside the bundle, or beside this source. */
export interface ProgramFiles {
  readonly python: string;
  readonly cython: string;
  /** The module of the builtin engine. */
  readonly builtin: string;
}

export function programFiles(): ProgramFiles {
  const file = (name: string) => fileURLToPath(new URL(`./benchmarks/${name}`, import.meta.url));
  const built = import.meta.url.endsWith('.js');
  return {
    python: file('benchmark.py'),
    cython: file('benchmark_cython.py'),
    builtin: file(built ? 'benchmark.js' : 'benchmark.ts'),
  };
}
