import { type Ending, programEndings } from '#app/program-ending.ts';
import { systemClock } from '#app/system-clock.ts';
import { loadSettings } from '#configuration/settings.ts';
import { codeOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { runAttached, runWall, type ScreenCall } from './attached-screen.ts';
import { failureOf } from './failure.ts';
import { parseMasterArguments } from './master-arguments.ts';
import { screenParts } from './open-screen.ts';
import { runOwnScreen } from './own-screen.ts';
import { packageVersion } from './package-version.ts';

/** Masters that end just before this screen attaches to them; after so many something else is wrong. */
const MAX_MISSED = 2;

/** The bundles lie side by side in dist/; run from the sources, each program is where it is written. */
const isBundle = import.meta.url.endsWith('.js');
const PROGRAMS = {
  worker: new URL(isBundle ? './elastic-worker.js' : './elastic-worker.ts', import.meta.url),
  taskDatabase: new URL(
    isBundle ? './task-database-thread.js' : '../persistence/task-database-thread.ts',
    import.meta.url,
  ),
};

process.exit(await main().catch(crashed));

async function main(): Promise<number> {
  const version = packageVersion();
  const parsed = parseMasterArguments(process.argv.slice(2), { cwd: process.cwd(), version });
  if ('exitCode' in parsed) {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.output);
    return parsed.exitCode;
  }
  // Not loaded for the dashboard: its first picture should not wait for it.
  if (parsed.command === 'script') {
    const { runScript } = await import('./run-script.ts');
    return runScript(parsed, { version, programs: PROGRAMS });
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    console.error('elastic-tui needs a terminal for its dashboard: start it in one, over SSH with ssh -t');
    return 2;
  }
  const call: ScreenCall = { parsed, version, endings: programEndings(process, systemClock) };
  return parsed.wall === null ? runDashboard(call) : runWall(call);
}

/** A terminal that was in use is given back by then. */
function crashed(error: unknown): number {
  const { exitCode, text } = failureOf(error, { isJson: false });
  process.stderr.write(text);
  return exitCode;
}

/** The screen of a master of its own, or where one runs in this folder already, of that. */
async function runDashboard(call: ScreenCall): Promise<number> {
  let running: unknown = null;
  for (let missed = 0; missed < MAX_MISSED; missed += 1) {
    try {
      return await runMaster(call);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (codeOf(error) !== 'MASTER_RUNNING') {
        console.error(`elastic-tui: ${error.message}`);
        return 2;
      }
      running = error;
    }
    const exitCode = await runAttached(call);
    if (exitCode !== null) return exitCode;
  }
  const { unattachable } = await import('./unattachable.ts');
  console.error(`elastic-tui: ${unattachable(call.parsed.dir, running).message}`);
  return 3;
}

async function runMaster({ parsed, version, endings }: ScreenCall): Promise<number> {
  const settings = await loadSettings({ dir: parsed.dir, environment: process.env });
  const { promise: stopped, resolve } = Promise.withResolvers<Ending>();
  const { composeMaster } = await screenParts();
  const master = composeMaster({
    settings,
    version,
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    programs: PROGRAMS,
    attach: { onStop: ({ pid }) => resolve({ kind: 'done', why: said`stopped by process ${pid}` }) },
    environment: process.env,
  });
  return runOwnScreen(master, parsed, { endings, stopped });
}
