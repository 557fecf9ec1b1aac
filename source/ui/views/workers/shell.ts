import type { Settings } from '#model/settings.ts';
import type { WorkerConfig } from '#model/worker.ts';
import type { Program } from '#ui/terminal.ts';

/** What an address is made of: nothing of it can be an option, a user, or a second word. */
const ADDRESS = /^[\p{L}\p{N}:_][\p{L}\p{N}:._-]*$/u;

/**
 * The program that opens a shell on a worker's machine. The address comes after `--`, and one that looks like an option
 * is refused all the same, since not every program knows `--`. Null for such an address.
 */
export function shellProgram({ host }: WorkerConfig, { command, user }: Settings['shell']): Program | null {
  const [file, ...options] = command;
  if (file === undefined || !ADDRESS.test(host)) return null;
  return { file, args: [...options, '--', user === null ? host : `${user}@${host}`] };
}
