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
  /** Those that came last first. */
  readonly entries: readonly ProcessEntry[];
  /** False: one has ended about when it was looked at, and may have started another just before. */
  readonly whole: boolean;
}

/**
 * Gives everything that runs, as often as it is asked; what has ended and only waits to be reaped does not run. The first
 * look takes some milliseconds for some hundred processes; the next ones read only what is new, and so see a process that
 * lives for a millisecond. Empty where there is no /proc (macOS).
 */
export function processLooks(): () => ProcessTable {
  let known = new Map<number, ProcessEntry | null>();
  return () => {
    const before = known;
    known = new Map();
    let whole = true;
    for (const pid of pidsIn('/proc')) {
      const isNew = !before.has(pid);
      const entry = isNew ? readProcess(pid) : before.get(pid);
      if (entry !== undefined) known.set(pid, entry);
      if (isNew && !entry) whole = false;
    }
    return { entries: [...known.values()].filter((entry) => entry !== null), whole };
  };
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

/** In falling order: the highest are those that came last, and may not live long. */
function pidsIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .map(Number)
      .filter(Number.isInteger)
      .toSorted((one, other) => other - one);
  } catch {
    return [];
  }
}
