import { styleText } from 'node:util';
import { attachToMaster } from '#attach/attached-store.ts';
import { loadSettings } from '#configuration/settings.ts';
import { UserError } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import type { WorkerConfig } from '#model/worker.ts';
import { type Call, EXIT } from './call.ts';
import { checkDatabase, checkDisk, checkMaster, checkNode, checkRights } from './doctor-machine.ts';
import { checkTerminal } from './doctor-terminal.ts';
import { checkWorker, type WorkerFindings } from './doctor-worker.ts';
import { type Finding, failed, ok, warning } from './finding.ts';
import { socketPlaceIn } from './place.ts';
import { printJson, printLines } from './print.ts';

/** Workers that are looked at at once. */
const AT_ONCE = 32;
/** No step of a worker is waited for longer, whatever HTTP_TIMEOUT says. */
const LONGEST_STEP_MS = 10_000;
const MARKS = {
  ok: { text: 'ok', style: 'green' },
  warning: { text: 'look', style: 'yellow' },
  failed: { text: 'WRONG', style: 'red' },
  skipped: { text: '-', style: 'dim' },
} as const satisfies Record<Finding['state'], { text: string; style: string }>;

/** What else of the process `doctor` looks at. */
export interface Surroundings {
  readonly nodeVersion: string;
  readonly rows: number;
  readonly colorLevel: number;
}

/**
 * Looks at everything that a master here would need, and says what to do about what is wrong. Changes nothing.
 *
 * @returns 0 where nothing is wrong (there may be warnings), 2 where the configuration is, 1 for anything else.
 */
export async function doctor(
  call: Call<{ readonly json?: true }>,
  { nodeVersion, rows, colorLevel }: Surroundings,
): Promise<number> {
  const { stdout, environment, options } = call;
  const checks: Finding[] = [checkNode(nodeVersion)];
  const settings = await configuration(call, checks);
  const [here, workers] = await Promise.all([
    settings === null ? [] : machineChecks(call, settings),
    settings === null ? [] : workerChecks(call, settings),
  ]);
  const output = { isTTY: stdout.isTTY, columns: stdout.columns, rows };
  checks.push(...here, ...checkTerminal({ output, environment, colorLevel }));
  const all = [...checks, ...workers.flatMap(({ steps }) => steps)];
  const count = (state: Finding['state']) => all.filter((one) => one.state === state).length;
  const sums = { failed: count('failed'), warnings: count('warning') };
  if (options.json) await printJson(stdout, { checks, workers, ...sums });
  else {
    const isPainted = stdout.isTTY && colorLevel > 0 && !environment.NO_COLOR;
    const shownWorkers = workers.flatMap((worker) => shownWorker(worker, isPainted));
    await printLines(stdout, [...shown(checks, isPainted), ...shownWorkers, '', verdict(sums)]);
  }
  if (settings === null) return EXIT.wrong;
  return sums.failed > 0 ? EXIT.taskFailed : EXIT.done;
}

/** Null where it cannot be read, which is then among the checks. */
async function configuration(
  { dir, environment }: Call<unknown>,
  checks: Finding[],
): Promise<Settings | null> {
  try {
    const settings = await loadSettings({ dir, environment });
    const { length } = settings.workers;
    const workers =
      length === 0
        ? `no worker: ${settings.embeddedWorkers} are started on this machine`
        : `${length} worker${length === 1 ? '' : 's'}`;
    checks.push(ok('configuration', `${dir}: ${workers}`));
    for (const message of settings.warnings) {
      checks.push(warning('configuration', message, 'correct it, or leave it if it is meant so'));
    }
    return settings;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const line of error.message.split('\n')) {
      const [detail = line, expected = 'another value'] = line.split('; expected ');
      checks.push(failed('configuration', detail, `write ${expected}`));
    }
    return null;
  }
}

async function machineChecks(call: Call<unknown>, settings: Settings): Promise<readonly Finding[]> {
  const attach = () =>
    attachToMaster({
      place: socketPlaceIn(call.dir),
      clock: call.clock,
      random: call.random,
      newId: call.newId,
      version: call.version,
      readonly: true,
      follow: false,
    });
  const [rights, disk, master] = await Promise.all([
    checkRights(settings),
    checkDisk(settings),
    checkMaster(attach),
  ]);
  return [...rights, disk, checkDatabase(settings), master];
}

async function workerChecks({ clock }: Call<unknown>, settings: Settings): Promise<WorkerFindings[]> {
  const stepMs = Math.min(settings.httpTimeoutMs, LONGEST_STEP_MS);
  const found: WorkerFindings[] = [];
  const waiting = settings.workers.entries();
  async function checkNext(): Promise<void> {
    // One iterator for all: each takes what no other has taken.
    for (const [index, config] of waiting as Iterable<[number, WorkerConfig]>) {
      found[index] = await checkWorker(config, { clock, stepMs });
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, settings.workers.length) }, checkNext));
  return found;
}

function shown(findings: readonly Finding[], isPainted: boolean): readonly string[] {
  return findings.flatMap(({ name, state, detail, advice }) => [
    `${markOf(state, isPainted)}  ${name.padEnd(13)}  ${detail}`,
    ...(advice === null ? [] : [`${' '.repeat(22)}→ ${advice}`]),
  ]);
}

/** Its word says as much as its colour. */
function markOf(state: Finding['state'], isPainted: boolean): string {
  const { text, style } = MARKS[state];
  const padded = text.padEnd(5);
  return isPainted ? styleText(style, padded, { validateStream: false }) : padded;
}

function shownWorker({ id, url, steps }: WorkerFindings, isPainted: boolean): readonly string[] {
  const looked = steps.filter(({ state }) => state !== 'skipped');
  return ['', plainLine(`${id}  ${url}`), ...shown(looked, isPainted)];
}

function verdict({
  failed: wrong,
  warnings,
}: {
  readonly failed: number;
  readonly warnings: number;
}): string {
  if (wrong > 0) return `${wrong} wrong, ${warnings} to look at`;
  return warnings > 0 ? `nothing wrong, ${warnings} to look at` : 'nothing wrong';
}
