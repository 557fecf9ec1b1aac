import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { WorkerSettings } from '#configuration/worker-settings.ts';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { createExecutor } from './executor.ts';
import { createHistory } from './history.ts';
import { createMachineProbe } from './machine-probe.ts';
import { createServer } from './server.ts';
import { createTaskRunner } from './task-runner.ts';

export interface WorkerOptions {
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly log: WorkerLog;
  /** What programs get as their environment; its PATH is where they are found. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A worker that listens. */
export interface RunningWorker {
  readonly port: number;
  /** Where it can be reached. */
  readonly url: string;
  /**
   * Cuts every connection and kills every program; resolves when nothing is left. A master whose task ran sees the
   * connection break, not a failure of the task: it has vanished with the worker and is to run elsewhere.
   */
  stop(): Promise<void>;
}

/**
 * Starts a worker and resolves once it listens.
 *
 * @throws UserError LISTEN_FAILED where the address cannot be used.
 */
export async function startWorker({
  settings,
  clock,
  log,
  environment,
}: WorkerOptions): Promise<RunningWorker> {
  const executor = createExecutor({ clock, environment });
  const probe = createMachineProbe({
    executor,
    clock,
    path: environment.PATH,
    cwd: settings.dir,
    image: settings.dockerImage,
  });
  const history = createHistory();
  const runner = createTaskRunner({ settings, clock, log, history, executor, findPython: probe.findPython });
  const app = createServer({ settings, clock, log, history, probe, runner });

  async function stop(): Promise<void> {
    probe.stop();
    // First, so that no answer tells of a task that was killed.
    app.server.closeAllConnections();
    await Promise.all([app.close(), executor.stop()]);
  }

  try {
    await probe.start();
    await listen(app, settings);
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  return { port, url: urlOf(settings.host, port), stop };
}

async function listen(app: FastifyInstance, { host, port }: WorkerSettings): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new UserError('LISTEN_FAILED', listenError(error, host, port), { cause: error });
  }
}

function listenError(error: unknown, host: string, port: number): string {
  const where = `port ${port} of ${host}`;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `${where} is in use; end the program that has it, or name another port with --port`;
    case 'EACCES':
      return `${where} may not be used by this user; name one from 1024 up with --port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine; name one with --host, for example 127.0.0.1`;
    default:
      return `cannot listen on ${where}: ${messageOf(error)}`;
  }
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
