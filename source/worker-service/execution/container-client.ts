import type { Clock } from '#model/clock.ts';
import { createProcessExecutor } from './process-executor.ts';
import { isRunOf } from './process-tree.ts';
import type { Run, RunRequest } from './run.ts';
import { type ProgramEnd, runToEnd } from './run-to-end.ts';

export interface ContainerClientOptions {
  readonly clock: Clock;
  /** What the engine's client gets as its environment (DOCKER_HOST, XDG_RUNTIME_DIR …); containers have none of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Extra arguments, written as on the engine's command line: those before the word `run` are the engine's own (Podman's
   * `--runtime runc`) and go before every command; those after it, or all where there is no `run`, go to `run`.
   */
  readonly containerArgs: readonly string[];
}

interface ContainerCommand {
  readonly options: readonly string[];
  readonly image: string;
  readonly args: readonly string[];
}

/** The command line of Docker or Podman. `file` is its program, absolute. */
export interface ContainerClient {
  /** Starts `run` with these options, and those of the settings after them, so that they win. */
  run(file: string, container: ContainerCommand, request: RunRequest): Run;
  /** Kills a container: whether there was one that ran. */
  kill(file: string, name: string): Promise<boolean>;
  /** Removes a container, whatever it does: null when it is gone, otherwise why it may not be. */
  remove(file: string, name: string): Promise<string | null>;
  /** The containers of the runs of a prefix, those that have ended included; null where the engine does not answer. */
  namesOf(file: string, runPrefix: string): Promise<string[] | null>;
}

/** An engine that hangs answers no sooner. */
const COMMAND_LIMIT_MS = 10_000;

export function createContainerClient(options: ContainerClientOptions): ContainerClient {
  // Podman's monitor of a container lives on after its client, and cleans up: it must not be killed as a leftover.
  const executor = createProcessExecutor({ ...options, scope: 'group' });
  const { engine, run } = splitContainerArgs(options.containerArgs);

  function command(file: string, ...args: readonly string[]): Promise<ProgramEnd> {
    return runToEnd(executor, client(file, args), { runName: 'engine', limitMs: COMMAND_LIMIT_MS });
  }

  function client(file: string, args: readonly string[]) {
    return { kind: 'process', file, args: [...engine, ...args], cwd: '/', endsWithStdin: false } as const;
  }

  /** The names of containers, by a part of them. */
  async function list(file: string, part: string): Promise<string[] | string> {
    const end = await command(file, 'ps', '--all', '--filter', `name=${part}`, '--format', '{{.Names}}');
    return end.returnCode === 0 ? end.stdout.split('\n').filter((name) => name !== '') : whyNot(end);
  }

  return {
    run: (file, { options: own, image, args }, request) =>
      executor.start(client(file, ['run', ...own, ...run, '--', image, ...args]), request),
    async kill(file, name) {
      return (await command(file, 'kill', '--signal', 'KILL', name)).returnCode === 0;
    },
    async remove(file, name) {
      const removal = await command(file, 'rm', '--force', name);
      // Engines disagree on the code for one that is not there, so it is looked for.
      const names = await list(file, name);
      if (typeof names === 'string') return names;
      return names.includes(name) ? whyNot(removal) : null;
    },
    async namesOf(file, runPrefix) {
      const names = await list(file, runPrefix);
      return typeof names === 'string' ? null : names.filter((name) => isRunOf(runPrefix, name));
    },
  };
}

/** See `containerArgs`. */
export function splitContainerArgs(words: readonly string[]): {
  readonly engine: readonly string[];
  readonly run: readonly string[];
} {
  const at = words.indexOf('run');
  return at === -1 ? { engine: [], run: words } : { engine: words.slice(0, at), run: words.slice(at + 1) };
}

function whyNot({ kind, error, stderr }: ProgramEnd): string {
  return (
    error || stderr.trim() || (kind === 'timeout' ? 'the engine does not answer' : 'the engine says nothing')
  );
}
