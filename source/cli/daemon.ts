import { write } from 'node:fs';
import { resolve } from 'node:path';
import { inspect, promisify } from 'node:util';
import { type StartMessage, startInBackground } from '#app/background-master.ts';
import { composeMaster, type Master } from '#app/compose.ts';
import { writePidFile } from '#app/pid-file.ts';
import { type Ending, programEndings } from '#app/program-ending.ts';
import { notifySystemd } from '#app/systemd.ts';
import { loadSettings } from '#configuration/settings.ts';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { type Call, EXIT } from './call.ts';
import { createLinePrinter } from './line-printer.ts';
import { stopInOrder } from './stop-in-order.ts';

export interface DaemonOptions {
  readonly background?: true;
  /** As typed. */
  readonly pidFile?: string;
}

const STDOUT = 1;

/**
 * The master without a screen, until a signal or a client ends it. The loss of its terminal does not. Ends in order with
 * 0, also after a signal: that is how a service is ended.
 *
 * @throws UserError MASTER_RUNNING, MASTER_LOCK_FAILED, PID_FILE_FAILED, or of the configuration
 */
export async function daemon(call: Call<DaemonOptions>): Promise<number> {
  const { background, pidFile } = call.options;
  const file = pidFile === undefined ? null : resolve(pidFile);
  if (background) return goIntoBackground(call, file);
  try {
    return await runDaemon(call, file);
  } catch (error) {
    if (error instanceof UserError) {
      await tellStarter({ type: 'failed', code: error.code, message: error.message });
    }
    throw error;
  }
}

async function goIntoBackground(call: Call<DaemonOptions>, pidFile: string | null): Promise<number> {
  const { dir, clock, program, stdout } = call;
  const { launcher } = program;
  const pid = await startInBackground({ launcher, dir, clock, ...(pidFile === null ? {} : { pidFile }) });
  await stdout.write(
    `elastic-tui runs in the background, process ${pid}; "elastic-tui stop" in the same folder ends it\n`,
  );
  return EXIT.done;
}

async function runDaemon(call: Call<DaemonOptions>, pidFile: string | null): Promise<number> {
  const { dir, environment, clock, random, newId, version, program } = call;
  const endings = programEndings(process, clock);
  const settings = await loadSettings({ dir, environment });
  const stopped = Promise.withResolvers<Ending>();
  const writeOut = promisify(write) as (fd: number, text: string) => Promise<unknown>;
  const master = composeMaster({
    settings,
    version,
    clock,
    random,
    newId,
    environment,
    programs: program.programs,
    mustLock: true,
    print: createLinePrinter((text) => writeOut(STDOUT, text)),
    attach: { onStop: ({ pid }) => stopped.resolve({ kind: 'done', why: said`stopped by process ${pid}` }) },
  });
  const removePidFile = pidFile === null ? () => {} : await writePidFile(pidFile, process.pid);
  const end = await untilEnded(call, master, Promise.race([endings.withoutTerminal, stopped.promise]));
  if (end.kind === 'crash') await call.stderr.write(`${inspect(end.error)}\n`);
  await stopInOrder(master, end, [notifySystemd(['STOPPING=1'], environment)]);
  removePidFile();
  return end.kind === 'crash' ? EXIT.defect : EXIT.done;
}

async function untilEnded(
  { environment }: Call<DaemonOptions>,
  master: Master,
  ended: Promise<Ending>,
): Promise<Ending> {
  const started = master.watch().then(() => master.work());
  const trouble = await Promise.race([
    ended,
    started.then(
      () => null,
      (error: unknown): Ending => ({ kind: 'crash', error }),
    ),
  ]);
  if (trouble !== null) return trouble;
  const [untold] = await Promise.all([
    notifySystemd(['READY=1'], environment),
    tellStarter({ type: 'ready', pid: process.pid }),
  ]);
  if (untold !== null) master.tell('systemd was not told', { why: untold });
  return ended;
}

/** Whoever started this with an IPC channel and waits to hear how it went; it may be gone by now. */
async function tellStarter(message: StartMessage): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((done) => {
    process.send?.(message, undefined, undefined, () => done());
  });
}
