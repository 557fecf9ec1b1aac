import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** Whether a process exists that is not merely waiting to be reaped. */
export function isAlive(pid: number): boolean {
  return stateOf(pid)?.dead === false;
}

/** The processes that `pid` has started and that still exist. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      const state = stateOf(candidate);
      return state !== null && !state.dead && state.parent === pid;
    });
}

/** Null where there is no such process. */
function stateOf(pid: number): { readonly parent: number; readonly dead: boolean } | null {
  try {
    // pid (name) state parent …; the name may hold anything but its last closing bracket.
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { parent: Number(parent), dead: state === 'Z' || state === 'X' };
  } catch {
    return null;
  }
}

/** The processes whose command line holds a text, such as the path of a test's own folder. */
export async function processesOf(dir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return commandLine.includes(dir) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
