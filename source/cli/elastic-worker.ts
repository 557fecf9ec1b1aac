import { hostname } from 'node:os';
import { systemClock } from '#app/system-clock.ts';
import {
  loadWorkerSettings,
  type WorkerArguments,
  type WorkerSettings,
} from '#configuration/worker-settings.ts';
import { openWorkerLog, type WorkerLog } from '#logging/worker-log.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { type RunningWorker, startWorker } from '#worker-service/worker.ts';
import { parseWorkerArguments } from './worker-arguments.ts';
import { type WorkerEnding, workerEnding } from './worker-ending.ts';

/** However a disk or a program hangs: it never outlives what asked it to end for longer. */
const STOP_WITHIN_MS = 3_000;
const LOOPBACK = /^(localhost|127\..*|::1)$/;

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
  const ending = workerEnding(process);
  ending.then(() => systemClock.after(STOP_WITHIN_MS, () => process.exit(1)));
  const parsed = parseWorkerArguments(process.argv.slice(2));
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
  return stop(started, await ending);
}

async function start(options: WorkerArguments): Promise<Started> {
  const environment = process.env;
  const settings = await loadWorkerSettings({ arguments: options, environment, hostname: hostname() });
  const log = await openWorkerLog({
    dir: settings.logDir,
    level: settings.logLevel,
    clock: systemClock,
    onProblem: complain,
  });
  try {
    const worker = await startWorker({ settings, clock: systemClock, log, environment });
    announce({ settings, log, worker });
    return { settings, log, worker };
  } catch (error) {
    log.write('error', 'worker could not start', { error: messageOf(error) });
    await log.close();
    throw error;
  }
}

function announce({ settings, log, worker }: Started): void {
  const { id, host, dir } = settings;
  for (const warning of settings.warnings) log.write('warn', warning);
  log.write('info', 'worker started', { id, url: worker.url, dir, pid: process.pid, node: process.version });
  const file = log.file === null ? 'no log' : `log: ${log.file}`;
  console.log(`elastic-worker ${id} listens on ${worker.url} (${file})`);
  if (LOOPBACK.test(host)) return;
  const warning = `whoever reaches ${worker.url} may run benchmarks here: open it only in a network you trust`;
  log.write('warn', warning);
  complain(warning);
}

async function stop({ log, worker }: Started, ending: WorkerEnding): Promise<number> {
  if (ending.kind === 'crash') {
    complain(stackOf(ending.error));
    log.write('error', 'worker crashed', { error: stackOf(ending.error) });
  } else {
    log.write('info', 'worker stopping', { by: ending.by });
  }
  await worker.stop();
  log.write('info', 'worker stopped');
  await log.close();
  return ending.kind === 'crash' ? 1 : 0;
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
