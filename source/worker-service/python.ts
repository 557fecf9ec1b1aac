import type { Executor } from './executor.ts';
import { isExecutable, lookUpProgram } from './path-lookup.ts';

/** Finds the Python 3 that runs the benchmarks. */
export interface Python {
  /** Null where there is none. Starts programs only where the last answer does not hold any more. */
  find(): Promise<string | null>;
}

export interface PythonOptions {
  readonly executor: Executor;
  readonly path: string | undefined;
  readonly cwd: string;
}

const NAMES = ['python3', 'python'];
const PROBE = 'import sys; print(sys.version_info[0], sys.executable)';
const PROBE_LIMIT_MS = 5_000;

/**
 * Remembers the interpreter itself, not the name under which it was found: a version manager's shim in front of it
 * takes longer to start than a small benchmark to run.
 */
export function createPython({ executor, path, cwd }: PythonOptions): Python {
  let known: string | null = null;
  let searching: Promise<string | null> | null = null;

  async function search(): Promise<string | null> {
    if (known !== null && (await isExecutable(known))) return known;
    for (const name of NAMES) {
      for (const file of await lookUpProgram(name, path)) {
        const interpreter = await interpreterOf(file);
        if (interpreter !== null) return interpreter;
      }
    }
    return null;
  }

  async function interpreterOf(file: string): Promise<string | null> {
    const { stdout } = await executor.run({ file, args: ['-I', '-c', PROBE], cwd, limitMs: PROBE_LIMIT_MS });
    const interpreter = /^3 (\/.*)$/m.exec(stdout)?.[1];
    return interpreter !== undefined && (await isExecutable(interpreter)) ? interpreter : null;
  }

  return {
    find() {
      searching ??= search()
        .then((found) => {
          known = found;
          return found;
        })
        .finally(() => {
          searching = null;
        });
      return searching;
    },
  };
}
