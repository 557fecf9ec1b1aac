import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#app/system-clock.ts';
import { isLoopback } from '#configuration/worker-access.ts';
import {
  loadWorkerSettings,
  type WorkerArguments,
  type WorkerSettings,
} from '#configuration/worker-settings.ts';
import { openWorkerLog, type WorkerLog } from '#logging/worker-log.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { readBenchmarksFile } from '#worker-service/catalogue/benchmarks-file.ts';
import { type RunningWorker, startWorker } from '#worker-service/worker.ts';
import { printService } from './install-service.ts';
import { packageVersion } from './package-version.ts';
import { parseWorkerArguments } from './worker-arguments.ts';
import { type WorkerEnding, type WorkerEndings, workerEndings } from './worker-ending.ts';

/** However a disk or a program hangs: it never outlives what asked it to end for longer. */
const STOP_WITHIN_MS = 10_000;

/** What is told over the IPC channel, where there is one. */
type Message =
  | { readonly type: 'ready'; readonly port: number; readonly url: string }
  | { readonly type: 'failed'; readonly message: string };

interface Started {
  readonly settings: WorkerSettings;
  readonly log: WorkerLog;
  readonly worker: RunningWorker;
}

async function main(): Promise<number> {
  const endings = workerEndings(process, systemClock.monotonic);
  // Also while it starts.
  endings.second.then(exitSoon);
  const asked = parseWorkerArguments(process.argv.slice(2));
  const parsed = 'service' in asked ? await printService(asked, process) : asked;
  if ('exitCode' in parsed) {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.output);
    if (parsed.exitCode !== 0) await tell({ type: 'failed', message: parsed.output.trim() });
    return parsed.exitCode;
  }
  let started: Started;
  try {
    started = await start(parsed);
  } catch (error) {
    complain(error instanceof UserError ? error.message : stackOf(error));
    await tell({ type: 'failed', message: messageOf(error) });
    return codeOf(error) === 'CONFIGURATION_INVALID' ? 2 : 1;
  }
  const { worker } = started;
  await tell({ type: 'ready', port: worker.port, url: worker.url });
  return stop(started, endings);
}

async function start(options: WorkerArguments): Promise<Started> {
  const environment = process.env;
  const settings = await loadWorkerSettings({
    arguments: options,
    environment,
    hostname: hostname(),
    cores: availableParallelism(),
    now: systemClock.now(),
  });
  const benchmarks = await readBenchmarksFile(join(settings.dir, 'benchmarks.json'));
  const log = await openWorkerLog({
    dir: settings.logDir,
    level: settings.logLevel,
    clock: systemClock,
    onProblem: complain,
  });
  try {
    const worker = await startWorker({
      settings,
      benchmarks,
      clock: systemClock,
      log,
      environment: withoutSecrets(environment),
      version: packageVersion(),
    });
    announce({ settings, log, worker });
    return { settings, log, worker };
  } catch (error) {
    log.write('error', 'worker could not start', { error: messageOf(error) });
    await log.close();
    throw error;
  }
}

/** What the worker knows is nothing that a benchmark, or whoever reads its output, needs to know. */
function withoutSecrets({ WORKER_TOKEN: _, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return environment;
}

function announce({ settings, log, worker }: Started): void {
  const { id, host, dir } = settings;
  for (const warning of settings.warnings) log.write('warn', warning);
  log.write('info', 'worker started', { id, url: worker.url, dir, pid: process.pid, node: process.version });
  const file = log.file === null ? 'no log' : `log: ${log.file}`;
  const closed = isLoopback(host) && settings.token === null;
  // In one write: who waits for the first line has the second one too.
  console.log(`elastic-worker ${id} listens on ${worker.url} (${file})${closed ? `\n${OPEN_IT}` : ''}`);
  if (!settings.insecure || isLoopback(host)) return;
  const warning = `insecure: whoever reaches ${worker.url} may run benchmarks here; open it only in a network you trust`;
  log.write('warn', warning);
  complain(warning);
}

const OPEN_IT =
  'Only this machine reaches it. To open it: WORKER_TOKEN or --token-file with --host 0.0.0.0 (or --insecure); see --help.';

async function stop({ log, worker }: Started, { first, second }: WorkerEndings): Promise<number> {
  const ending = await first;
  sayWhy(log, ending);
  if (ending.kind === 'asked') await Promise.race([worker.drain(), second]);
  exitSoon();
  await worker.stop();
  log.write('info', 'worker stopped');
  await log.close();
  return ending.kind === 'crash' ? 1 : 0;
}

function sayWhy(log: WorkerLog, ending: WorkerEnding): void {
  if (ending.kind === 'crash') {
    complain(stackOf(ending.error));
    log.write('error', 'worker crashed', { error: stackOf(ending.error) });
  } else {
    log.write('info', 'worker stopping', { by: ending.kind === 'asked' ? ending.by : 'closed IPC channel' });
  }
}

function exitSoon(): void {
  systemClock.after(STOP_WITHIN_MS, () => process.exit(1));
}

/** On standard error, every line under the program's name. */
function complain(message: string): void {
  for (const line of message.split('\n')) console.error(`elastic-worker: ${line}`);
}

function stackOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
}

/** Resolves when the message has left, or nobody is there to take it. */
function tell(message: Message): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

process.exit(await main());
