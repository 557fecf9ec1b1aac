import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that runs, as the kernel shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** The process that leads its group. */
  readonly group: number;
  /** When it started, in ticks since the machine did. */
  readonly startedAt: number;
}

/** The processes of this machine as of one look. */
export interface ProcessTable {
  readonly entries: readonly ProcessEntry[];
  /** False: one ended while it was being looked at, and may have started another just before. */
  readonly whole: boolean;
}

/**
 * Everything that runs; what has ended and only waits to be reaped does not. Takes a millisecond for some hundred
 * processes. Empty where there is no /proc (macOS).
 */
export function processTable(): ProcessTable {
  const entries: ProcessEntry[] = [];
  let whole = true;
  for (const name of namesIn('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const entry = readProcess(pid);
    if (entry === undefined) whole = false;
    else if (entry !== null) entries.push(entry);
  }
  return { entries, whole };
}

/** Null: it has ended and waits to be reaped. Undefined: there is none. Field numbers as in proc_pid_stat(5). */
export function readProcess(pid: number): ProcessEntry | null | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, field 2, may hold anything but its own closing bracket; the state is field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return { pid, parent: Number(fields[1]), group: Number(fields[2]), startedAt: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

/** The value of a variable in the environment that a process was started with; undefined also where it may not be read. */
export function variableOf(pid: number, name: string): string | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}

/** Names the pipes and sockets that are a process's standard output and standard error; files and terminals do not count. */
export function outputsOf(pid: number): string[] {
  return [1, 2].flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      return /^(socket|pipe):\[/.test(target) ? [target] : [];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
