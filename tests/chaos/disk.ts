import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';

/** More than any run writes. Memory is taken for what is written only. */
const SIZE = '4g';
const PAGE = 4_096;
/** The program may write between the look at the disk and its cut. */
const TRIES = 20;

/** A disk for a program that can be full for a while. */
export interface Disk {
  readonly dir: string;
  /** False where this user may not make one: then it is a plain folder, and never full. */
  readonly canFill: boolean;
  /** No page more than what it holds now. */
  fill(): void;
  empty(): void;
  remove(): void;
}

/** A file system in memory where this user may mount one (root, on Linux), at `dir`. */
export function makeDisk(dir: string): Disk {
  mkdirSync(dir, { recursive: true });
  const canFill = succeeds(() => system('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'none', dir]));
  const resize = (size: string) => system('mount', ['-o', `remount,size=${size}`, dir]);

  /** The system refuses a size below what is there. */
  function cut(): void {
    const { blocks, bfree, bsize } = statfsSync(dir);
    resize(String(Math.max(PAGE, (blocks - bfree) * bsize)));
  }

  return {
    dir,
    canFill,
    fill() {
      if (!canFill) return;
      for (let tries = 1; !succeeds(cut); tries += 1) {
        if (tries === TRIES) throw new Error(`the disk at ${dir} could not be filled`);
      }
    },
    empty() {
      if (canFill) resize(SIZE);
    },
    remove() {
      if (canFill) system('umount', ['--lazy', dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A program of the system. */
function system(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'ignore' });
}

function succeeds(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
