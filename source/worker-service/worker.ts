import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { WorkerSettings } from '#configuration/worker-settings.ts';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import type { BenchmarksFile } from './catalogue/benchmarks-file.ts';
import { createCatalogue, withLegacyRule } from './catalogue/catalogue.ts';
import { NO_ENGINE, shippedBenchmarks } from './catalogue/shipped.ts';
import { removeLeftContainers } from './execution/container-executor.ts';
import { createExecutor } from './execution/executor.ts';
import { openOutputStore } from './execution/output-store.ts';
import { killLeftPrograms } from './execution/process-tree.ts';
import { createExecute } from './http/execute.ts';
import { createServer } from './http/server.ts';
import { createTaskAnswers } from './http/task-answers.ts';
import { createMachineProbe, type MachineProbe } from './machine/machine-probe.ts';
import { programFiles } from './program-files.ts';
import { historyPath, openHistory } from './tasks/history-file.ts';
import { journalPath, openJournal } from './tasks/journal-client.ts';
import { createTaskRunner } from './tasks/task-runner.ts';
import type { TaskRunner } from './tasks/task-runner-role.ts';

export interface WorkerOptions {
  readonly settings: WorkerSettings;
  readonly benchmarks: BenchmarksFile;
  readonly clock: Clock;
  readonly log: WorkerLog;
  /** What programs get as their environment; its PATH is where they are found. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of this program. */
  readonly version: string;
}

/** A worker that listens. */
export interface RunningWorker {
  readonly port: number;
  /** Where it can be reached. */
  readonly url: string;
  /**
   * Takes no more tasks and says so; resolves when what ran has ended and been answered, at the latest after the grace.
   * It still listens until `stop`.
   */
  drain(): Promise<void>;
  /**
   * Cuts every connection and kills every program; resolves when nothing is left and everything is on disk. A master
   * whose task ran sees the connection break, not a failure of the task: it has vanished with the worker and is to run
   * elsewhere.
   */
  stop(): Promise<void>;
}

/** How long answers that are being sent may take when nothing runs any more. */
const FLUSH_MS = 1_000;

/**
 * Starts a worker and resolves once it listens. What an earlier one of the same id and folder left behind is ended and
 * recorded as lost first.
 *
 * @throws UserError LISTEN_FAILED where the address cannot be used, JOURNAL_BUSY where another worker of that id works in
 * the folder, or another JOURNAL_ code where the journal cannot be used.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { settings, clock } = options;
  const stops: (() => Promise<unknown>)[] = [];
  /** In the reverse order of building. */
  async function stop(): Promise<void> {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  }
  try {
    const { app, runner } = await build(options, (how) => stops.push(how));
    await listen(app, settings);
    const { port } = app.server.address() as AddressInfo;
    async function drain(): Promise<void> {
      await runner.drain(settings.graceMs);
      await answered(app, clock);
    }
    return { port, url: urlOf(settings, port), drain, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Built {
  readonly app: FastifyInstance;
  readonly runner: TaskRunner;
}

/** Builds everything; `atEnd` is told how each part is stopped. */
async function build(options: WorkerOptions, atEnd: (stop: () => Promise<unknown>) => void): Promise<Built> {
  const { settings, clock, log, environment } = options;
  const { dir, id } = settings;
  const runPrefix = runPrefixOf(settings);
  const journal = await openJournal({ path: journalPath(dir, id), threadUrl: journalThread(), clock, log });
  atEnd(() => journal.close());
  const left = killLeftPrograms(runPrefix);
  if (left > 0) log.write('warn', 'programs of an earlier start were ended', { processes: left });

  const files = programFiles();
  const engine = { clock, environment, containerArgs: settings.containerArgs };
  const executor = createExecutor({ ...engine, engine: () => probe.current().engine.file });
  atEnd(() => executor.stop());
  const probe: MachineProbe = createMachineProbe({
    ...settings,
    executor,
    clock,
    path: environment.PATH,
    runPrefix,
    image: settings.dockerImage,
    cythonFile: files.cython,
    versions: { worker: options.version, node: process.versions.node },
    async onFirstEngine(file) {
      const removed = await removeLeftContainers(engine, file, runPrefix);
      if (removed) log.write('warn', 'containers of an earlier start were removed', { containers: removed });
    },
  });
  const engineTrouble = () => (probe.current().engine.available ? null : NO_ENGINE);
  const shipped = shippedBenchmarks({ settings, files, probe, engineTrouble });
  const catalogue = createCatalogue({
    file: options.benchmarks,
    shipped,
    dir,
    path: environment.PATH,
    engineTrouble,
  });
  const outputs = await openOutputStore({ dir, clock, onProblem: (message) => log.write('warn', message) });
  const history = await openHistory({ path: historyPath(dir, id), workerId: id, clock, log, journal });
  atEnd(() => history.close());
  const fallback = settings.benchmarks.python;
  const runner = await createTaskRunner({
    clock,
    log,
    catalogue: withLegacyRule(catalogue, fallback),
    executor,
    journal,
    outputs,
    ends: createTaskAnswers({ clock, workerId: id, debug: settings.debug }),
    onEnd: history.record,
    slots: settings.slots,
    queueLimit: settings.queueLimit,
    runPrefix,
  });
  const execute = createExecute({ workerId: id, clock, log, catalogue, fallback, runner });
  const app = createServer({ settings, clock, log, history, probe, catalogue, runner, execute });
  atEnd(() => {
    probe.stop();
    // First, so that no answer tells of a task that is killed.
    app.server.closeAllConnections();
    return Promise.all([app.close(), runner.stop()]);
  });
  await probe.start();
  return { app, runner };
}

/** Resolves when every answer that is due has been sent, or after a second; nothing new is taken any more. */
async function answered(app: FastifyInstance, clock: Clock): Promise<void> {
  const closed = once(app.server, 'close');
  app.server.close();
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(FLUSH_MS, resolve);
  await Promise.race([closed, late]);
  cancel();
}

/** Marks everything that this worker starts, so that its next start can find what a crash has left. */
function runPrefixOf({ id, dir }: WorkerSettings): string {
  return `elastic-${createHash('sha256').update(`${dir}\0${id}`).digest('hex').slice(0, 16)}`;
}

function journalThread(): URL {
  const built = import.meta.url.endsWith('.js');
  return new URL(built ? './journal-thread.js' : './tasks/journal-thread.ts', import.meta.url);
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

function urlOf({ host, tls }: WorkerSettings, port: number): string {
  const scheme = tls === null ? 'http' : 'https';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
