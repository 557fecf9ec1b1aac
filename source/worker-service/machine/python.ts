import { isExecutable, lookUpProgram } from './path-lookup.ts';
import type { Prober } from './prober.ts';

/** A Python 3. */
export interface Interpreter {
  /** Absolute. */
  readonly file: string;
  /** Null: it did not say. */
  readonly version: string | null;
}

/** Finds the Python 3 that runs the benchmarks. */
export interface Python {
  /** Null where there is none. Starts programs only where the last answer does not hold any more. */
  find(): Promise<Interpreter | null>;
}

export interface PythonOptions {
  readonly prober: Prober;
  readonly path: string | undefined;
}

const NAMES = ['python3', 'python'];
const PROBE =
  'import sys; print(sys.version_info[0], sys.executable); print("version", sys.version.split()[0])';

/**
 * Remembers the interpreter itself, not the name under which it was found: a version manager's shim in front of it
 * takes longer to start than a small benchmark to run.
 */
export function createPython({ prober, path }: PythonOptions): Python {
  let known: Interpreter | null = null;
  let searching: Promise<Interpreter | null> | null = null;

  async function search(): Promise<Interpreter | null> {
    if (known !== null && (await isExecutable(known.file))) return known;
    for (const name of NAMES) {
      for (const file of await lookUpProgram(name, path)) {
        const interpreter = await interpreterOf(file);
        if (interpreter !== null) return interpreter;
      }
    }
    return null;
  }

  async function interpreterOf(found: string): Promise<Interpreter | null> {
    const { stdout } = await prober.run(found, ['-I', '-c', PROBE]);
    const file = /^3 (\/.*)$/m.exec(stdout)?.[1];
    if (file === undefined || !(await isExecutable(file))) return null;
    return { file, version: /^version (\d[\w.+]{0,30})$/m.exec(stdout)?.[1] ?? null };
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
