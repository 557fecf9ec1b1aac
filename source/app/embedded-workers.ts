import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { plainLine } from '#model/text.ts';
import type { WorkerConfig } from '#model/worker.ts';

/** Long enough to see a killed worker become unstable and inactive at the default intervals. */
const RESTART_AFTER_MS = 30_000;
/** How long a worker may take to end before it is killed. */
const STOP_WITHIN_MS = 5_000;
const HOST = '127.0.0.1';

export interface EmbeddedWorkersOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly count: number;
  /** The folder they work in: the master's own. */
  readonly dir: string;
  /** The program of elastic-worker. */
  readonly program: URL;
  /** Told for each worker when it listens for the first time, and when it is wanted again while it is still there. */
  readonly onReady: (config: WorkerConfig) => void;
}

export interface EmbeddedWorkers {
  /** Starts those of the first `count` that are not there. Gives back the ids of those that are there and too many. */
  want(count: number): string[];
  /** Ends one for good; resolves when it is gone. */
  end(id: string): Promise<void>;
  /** Ends them all; resolves when the last one is gone. */
  stop(): Promise<void>;
}

/** What elastic-worker says over its IPC channel. */
type Message =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string };

/**
 * Real elastic-worker processes on free loopback ports, for a machine on which no worker is configured. Each has a
 * session of its own, so that a SIGHUP or Ctrl-C meant for the master leaves it alone, and ends when its IPC channel
 * closes, so that not even kill -9 of the master leaves one behind.
 */
export async function startEmbeddedWorkers(options: EmbeddedWorkersOptions): Promise<EmbeddedWorkers> {
  // Loaded here, not before the first paint.
  const { spawn } = await import('node:child_process');
  const { bus, clock } = options;
  const running = new Map<string, ChildProcess>();
  /** Ended on purpose, and not gone yet. */
  const ending = new Set<Promise<void>>();
  const cancelRestarts = new Map<string, () => void>();
  /** In the order in which they are told. */
  let ids: string[] = [];
  const missing = new Set<string>();
  const ready = new Map<string, WorkerConfig>();
  const told = new Set<string>();
  let stopping = false;

  /** `port` 0 asks the system for a free one; a restart keeps the one that the master knows. */
  function start(id: string, port: number): void {
    const { args, file } = commandLine(options, id, port);
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      cwd: options.dir,
    });
    running.set(id, child);
    let knownPort = port;
    let reason = '';
    child.on('message', (message) => {
      if (!isMessage(message) || running.get(id) !== child) return;
      if (message.type === 'failed') {
        reason = plainLine(message.message);
        return;
      }
      recovered(id);
      if (knownPort !== 0) return;
      knownPort = message.port;
      ready.set(id, configOf(id, message.port));
      tellInOrder();
    });
    child.on('error', (error) => {
      reason = messageOf(error);
      if (child.pid === undefined) gone();
    });
    child.on('exit', (code, signal) => {
      reason ||= said`exit ${String(signal ?? code)}`;
      gone();
    });
    function gone(): void {
      // One that was ended on purpose has left its place already, and there may be another in it.
      if (running.get(id) === child) ended(id, knownPort, reason);
    }
  }

  /** The first is told first, however fast the others are; one that failed holds nobody up. */
  function tellInOrder(): void {
    for (const id of ids) {
      const config = ready.get(id);
      if (config === undefined && !missing.has(id) && !told.has(id)) return;
      if (config === undefined || told.has(id)) continue;
      told.add(id);
      options.onReady(config);
    }
  }

  function recovered(id: string): void {
    if (!missing.delete(id) || missing.size > 0) return;
    bus.publish({ type: 'problem-cleared', at: clock.now(), id: 'embedded-workers' });
  }

  function ended(id: string, port: number, reason: string): void {
    running.delete(id);
    if (stopping) return;
    missing.add(id);
    tellInOrder();
    const seconds = RESTART_AFTER_MS / 1_000;
    const message = said`embedded worker ${id} ended (${reason}); it is started again in ${seconds} s`;
    bus.publish({ type: 'problem-raised', at: clock.now(), id: 'embedded-workers', message });
    const cancel = clock.after(RESTART_AFTER_MS, () => {
      cancelRestarts.delete(id);
      start(id, port);
    });
    cancelRestarts.set(id, cancel);
  }

  function want(count: number): string[] {
    const wanted = Array.from({ length: count }, (_, index) => `local-${String(index + 1).padStart(2, '0')}`);
    const surplus = ids.filter((id) => !wanted.includes(id));
    const before = new Set(ids);
    ids = [...wanted, ...surplus];
    for (const id of wanted) {
      const config = told.has(id) ? ready.get(id) : undefined;
      if (config !== undefined) options.onReady(config);
      if (!before.has(id)) start(id, 0);
    }
    return surplus;
  }

  async function end(id: string): Promise<void> {
    const child = running.get(id);
    ids = ids.filter((other) => other !== id);
    running.delete(id);
    cancelRestarts.get(id)?.();
    cancelRestarts.delete(id);
    ready.delete(id);
    told.delete(id);
    recovered(id);
    if (child === undefined) return;
    const gone = endProcess(child, clock);
    ending.add(gone);
    await gone;
    ending.delete(gone);
  }

  want(options.count);

  return {
    want,
    end,
    async stop() {
      stopping = true;
      for (const cancel of cancelRestarts.values()) cancel();
      const last = [...running.values()].map((child) => endProcess(child, clock));
      await Promise.all([...ending, ...last]);
    },
  };
}

function commandLine({ dir, program }: EmbeddedWorkersOptions, id: string, port: number) {
  // No grace: whoever quits the dashboard has been asked, and wants the terminal back.
  const options = ['--host', HOST, '--port', String(port), '--id', id, '--dir', dir, '--grace', '0'];
  return { file: process.execPath, args: [fileURLToPath(program), ...options] };
}

function configOf(id: string, port: number): WorkerConfig {
  return {
    id,
    url: `http://${HOST}:${port}`,
    host: HOST,
    port,
    slots: null,
    labels: [],
    tokenFile: null,
    origin: 'embedded',
  };
}

function isMessage(message: unknown): message is Message {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  if (message.type === 'ready') return 'port' in message && typeof message.port === 'number';
  return message.type === 'failed' && 'message' in message && typeof message.message === 'string';
}

function endProcess(child: ChildProcess, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(STOP_WITHIN_MS, () => child.kill('SIGKILL'));
    child.once('exit', () => {
      cancel();
      resolve();
    });
    child.kill('SIGTERM');
  });
}
