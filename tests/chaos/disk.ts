import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIZE_MIB = 128;
const PAGE = 4_096;

/** A disk for the master that can be full for a while. */
export interface Disk {
  readonly dir: string;
  /** False where this user may not make one: then it is a plain folder, and never full. */
  readonly canFill: boolean;
  fill(): void;
  empty(): void;
  remove(): void;
}

/** A small file system in memory where this user may mount one (root), at `dir`. */
export function makeDisk(dir: string): Disk {
  mkdirSync(dir, { recursive: true });
  const filler = join(dir, 'filler');
  const canFill = mounted(dir);
  return {
    dir,
    canFill,
    fill() {
      if (!canFill) return;
      const { bavail, bsize } = statfsSync(dir);
      writeUntilFull(filler, bavail * bsize);
    },
    empty: () => rmSync(filler, { force: true }),
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

function mounted(dir: string): boolean {
  try {
    system('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'none', dir]);
    return true;
  } catch {
    return false;
  }
}

/** Down to the last page: the master may take some of it, or give some back, meanwhile. */
function writeUntilFull(path: string, bytes: number): void {
  let piece = Math.max(PAGE, bytes);
  while (piece >= PAGE) {
    try {
      writeFileSync(path, Buffer.alloc(piece), { flag: 'a' });
    } catch {
      piece = Math.floor(piece / 2);
    }
  }
}
