import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes `folder` a whole PATH: it holds these shell scripts and nothing else, by name. */
export async function folderOfPrograms(
  folder: string,
  scripts: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(folder, name);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  }
  return folder;
}

/**
 * The script of an interpreter that tells the worker's probe that it is Python 3 and has no Cython engine, and runs `script`
 * instead of a benchmark.
 */
export function fakePython(script: string): string {
  return `[ "$2" = -c ] && { echo "3 $0"; exit 0; }\n[ "$3" = --check ] && exit 1\n${script}`;
}
