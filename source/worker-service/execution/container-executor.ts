import type { Program } from '#worker-service/catalogue/benchmark.ts';
import {
  type ContainerClient,
  type ContainerClientOptions,
  createContainerClient,
} from './container-client.ts';
import { createOutputTail } from './output-tail.ts';
import type { Executor, KillReason, Run, RunEnd, RunRequest } from './run.ts';

export type ContainerProgram = Extract<Program, { kind: 'container' }>;

export interface ContainerExecutorOptions extends ContainerClientOptions {
  /** The program of the engine that answered last; absolute. Null: none did. */
  readonly engine: () => string | null;
}

/** What the client itself ends with: the engine's error, a command that cannot be executed, one that is not there. */
const ENGINE_CODES = [125, 126, 127];
const ERROR_BYTES = 4_096;
/** How long a container that is to be killed may take to appear, and its client to end after it. */
const KILL_WITHIN_MS = 10_000;
const REMOVE_WITHIN_MS = 60_000;
const PAUSE_MS = 100;
/** After its limit a run is killed through the engine; its client goes by itself, at the latest then. */
const CLIENT_EXTRA_MS = 120_000;
const MAX_PROCESSES = 256;

/**
 * Runs images with Docker or Podman: without network unless the limits allow it, without capabilities, with a read-only
 * file system but `/tmp`, and with an image that is there (none is fetched). A run that is killed is killed in the
 * engine; it has ended when the engine knows no container of its name any more. An engine that does not answer for a
 * minute is not waited for: standard error then says what may be left, and `removeLeftContainers` finds it.
 */
export function createContainerExecutor(options: ContainerExecutorOptions): Executor<ContainerProgram> {
  const client = createContainerClient(options);
  return {
    start(program, request) {
      const file = options.engine();
      if (file === null) {
        const error = 'no container engine answers on this worker';
        const end: RunEnd = { kind: 'not-started', returnCode: null, error, seconds: 0 };
        return { ended: Promise.resolve(end), kill: () => {} };
      }
      return startContainer(program, request, { ...options, client, file });
    },
  };
}

/**
 * Removes the containers that a worker which was killed has left behind; to be called before a worker of that prefix runs
 * its first container.
 *
 * @param file the engine's program, absolute.
 * @returns how many there were; null where the engine did not answer.
 */
export async function removeLeftContainers(
  options: ContainerClientOptions,
  file: string,
  runPrefix: string,
): Promise<number | null> {
  const client = createContainerClient(options);
  const names = await client.namesOf(file, runPrefix);
  for (const name of names ?? []) {
    await client.kill(file, name);
    await client.remove(file, name);
  }
  return names?.length ?? null;
}

interface Started extends ContainerExecutorOptions {
  readonly client: ContainerClient;
  readonly file: string;
}

function startContainer(program: ContainerProgram, request: RunRequest, started: Started): Run {
  const { clock, client, file } = started;
  const { runName, limitMs, output } = request;
  const errors = createOutputTail(ERROR_BYTES);
  let printed = 0;
  let saidOnError = 0;
  const run = client.run(
    file,
    { ...program, options: runOptions(program, runName) },
    {
      runName,
      limitMs: limitMs + CLIENT_EXTRA_MS,
      output: {
        push(stream, chunk) {
          if (stream === 'stdout') printed += chunk.length;
          else {
            errors.push(chunk, saidOnError);
            saidOnError += chunk.length;
          }
          output.push(stream, chunk);
        },
      },
    },
  );

  let reason: KillReason | null = null;
  let over = false;
  let killing: Promise<void> | null = null;
  function kill(asked: KillReason): void {
    if (over) return;
    reason ??= asked;
    killing ??= killContainer(asked);
  }
  const cancelLimit = clock.after(limitMs, () => kill('timeout'));

  /** The client ends after its container; one that does not is killed. */
  async function killContainer(asked: KillReason): Promise<void> {
    const deadline = clock.monotonic() + KILL_WITHIN_MS;
    // The container appears a while after its client has been started.
    while (!over && !(await client.kill(file, runName)) && clock.monotonic() < deadline)
      await pause(PAUSE_MS);
    const cancelWait = clock.after(Math.max(0, deadline - clock.monotonic()), () => run.kill(asked));
    await run.ended;
    cancelWait();
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => clock.after(ms, resolve));
  }

  async function remove(): Promise<void> {
    const deadline = clock.monotonic() + REMOVE_WITHIN_MS;
    for (;;) {
      const why = await client.remove(file, runName);
      if (why === null) return;
      if (clock.monotonic() >= deadline) {
        output.push('stderr', Buffer.from(`the container ${runName} may be left: ${why}\n`));
        return;
      }
      await pause(10 * PAUSE_MS);
    }
  }

  async function end(): Promise<RunEnd> {
    const { kind, returnCode, error, seconds } = await run.ended;
    over = true;
    cancelLimit();
    await killing;
    const refused = returnCode !== null && isRefusal(returnCode, errors.text(), printed > 0);
    // After any other end the client has removed it.
    if (reason !== null || refused || returnCode === null || returnCode < 0) await remove();
    if (reason !== null) return { kind: reason, returnCode, error: '', seconds };
    if (!refused) return { kind, returnCode, error, seconds };
    return { kind: 'not-started', returnCode: null, error: errors.text().trim(), seconds };
  }

  return { ended: end(), kill };
}

/**
 * Whether the client ended with this code because there was nothing to wait for. A program may end with the same codes:
 * then it has printed something, or nobody complains in the manner of an engine.
 */
function isRefusal(returnCode: number, errors: string, hasPrinted: boolean): boolean {
  if (!ENGINE_CODES.includes(returnCode) || hasPrinted) return false;
  return returnCode === 125 || /^(docker|Error): /m.test(errors);
}

function runOptions({ limits }: ContainerProgram, name: string): string[] {
  return [
    '--rm',
    ...['--name', name],
    ...['--pull', 'never'],
    ...(limits.network ? [] : ['--network', 'none']),
    ...['--memory', String(limits.memoryBytes), '--memory-swap', String(limits.memoryBytes)],
    ...['--cpus', String(limits.cpus)],
    ...['--pids-limit', String(MAX_PROCESSES)],
    '--read-only',
    ...['--tmpfs', '/tmp'],
    ...['--cap-drop', 'all'],
    ...['--security-opt', 'no-new-privileges'],
    // The engine would keep all of the output on the disk.
    ...['--log-driver', 'none'],
  ];
}
