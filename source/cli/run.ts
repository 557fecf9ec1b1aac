import type { Wanted } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import type { SweepParameters } from '#model/sweep.ts';
import { lastError, lastWorker, otherResults } from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import { taskRecord } from '#persistence/task-export.ts';
import { type Call, EXIT, MASTER_BACK_MS } from './call.ts';
import { type Named, workersNamed } from './ids.ts';
import { durationText, printJson, printLines } from './print.ts';
import { type MasterOption, withMaster } from './reach.ts';
import { batchRecord } from './records.ts';
import { type HowItWent, isFailure, type Waited, waitFor } from './wait.ts';

export interface RunOptions extends MasterOption {
  readonly json?: true;
  readonly parameter: SweepParameters;
  readonly worker?: string;
  readonly priority?: number;
  readonly taskTimeout?: number;
  readonly id?: string;
  readonly description?: string;
  readonly wait?: true;
  /** Seconds. */
  readonly timeout?: number;
}

/** Sends one task, or a sweep of them; with --wait, its end is waited for. */
export async function runBenchmark(call: Call<RunOptions>): Promise<number> {
  const { options, clock, ended, stderr, stdout } = call;
  if (options.timeout !== undefined && !options.wait) {
    throw new UserError('USAGE', '--timeout is how long --wait waits: give both, or neither');
  }
  return withMaster(call, {}, async (store) => {
    const answer = await store.dispatch({ type: 'submit-tasks', tasks: [await wantedIn(call)] });
    const [batch] = answer.batches;
    const named: Named =
      batch === undefined ? { kind: 'task', id: answer.ids[0] ?? '' } : { kind: 'batch', id: batch.id };
    if (!options.wait) {
      if (options.json) await printJson(stdout, runRecord(answer, clock.now(), null));
      else await printLines(stdout, [named.id]);
      return EXIT.done;
    }
    const timeoutMs = options.timeout === undefined ? null : options.timeout * 1_000;
    const waited = await waitFor(named, { store, clock, timeoutMs, ended, progress: stderr });
    if (options.json) await printJson(stdout, runRecord(answer, clock.now(), waited));
    else if (waited.how === 'ended') await printLines(stdout, [endText(named, waited)]);
    if (waited.how === 'ended') return isFailure(waited) ? EXIT.taskFailed : EXIT.done;
    await stderr.write(`elastic-tui: ${unendedText(named, waited.how, options.timeout)}\n`);
    return UNENDED_EXIT[waited.how];
  });
}

async function wantedIn(call: Call<RunOptions>): Promise<Wanted> {
  const { id, parameter, worker, priority, taskTimeout, description } = call.options;
  const [wantedWorker = null] = worker === undefined ? [] : await workersNamed(call, [worker]);
  return {
    ...(id === undefined ? {} : { id }),
    benchmark: call.args[0] ?? '',
    parameters: parameter,
    ...(priority === undefined ? {} : { priority }),
    wantedWorker,
    timeoutMs: taskTimeout === undefined ? null : Math.round(taskTimeout * 1_000),
    description: description === undefined ? '' : plainLine(description),
  };
}

type Unended = Exclude<HowItWent, 'ended'>;

const UNENDED_EXIT: Readonly<Record<Unended, number>> = {
  'ran-out': EXIT.waitedInVain,
  interrupted: EXIT.interrupted,
  lost: EXIT.noMaster,
  gone: EXIT.wrong,
};

function unendedText({ kind, id }: Named, how: Unended, timeout: number | undefined): string {
  const shows = `elastic-tui ${kind === 'task' ? 'task' : 'tasks --batch'} ${id} shows it`;
  switch (how) {
    case 'ran-out':
      return `it has not ended within ${timeout} s: ${id} goes on; ${shows}, elastic-tui cancel ${id} calls it off`;
    case 'interrupted':
      return `interrupted: ${id} goes on; ${shows}, elastic-tui cancel ${id} calls it off`;
    case 'lost':
      return `the master has been away for ${MASTER_BACK_MS / 1_000} s: ${id} was sent, and goes on once a master runs again; ${shows}`;
    case 'gone':
      return `the master knows nothing of ${id} any more: its task database was cleared, or has been taken away`;
  }
}

interface Submitted {
  readonly ids: readonly string[];
  readonly batches: readonly { readonly id: string; readonly tasks: number }[];
}

/** What `run --json` says. `waited` is null where nothing was waited for. */
function runRecord({ ids, batches }: Submitted, now: number, waited: Waited | null) {
  return {
    tasks: ids,
    batches,
    waited: waited?.how ?? null,
    task: waited === null || waited.task === null ? null : taskRecord(waited.task),
    batch: waited === null || waited.batch === null ? null : batchRecord(waited.batch, now),
  };
}

function endText({ id }: Named, { task, batch }: Waited): string {
  if (batch !== null) {
    const { completed, failed, cancelled } = batch.counts;
    const took = batch.endedAt === null ? '' : ` in ${durationText(batch.endedAt - batch.createdAt)}`;
    return `${id}: ${completed} completed, ${failed} failed, ${cancelled} cancelled${took}`;
  }
  if (task === null) return id;
  const { result } = task;
  const parts = [
    ...(result?.executionSeconds == null ? [] : [`${Math.round(result.executionSeconds * 1_000) / 1_000} s`]),
    ...(result?.particleCollisions == null ? [] : [`${result.particleCollisions} particle collisions`]),
    ...(result?.wallCollisions == null ? [] : [`${result.wallCollisions} wall collisions`]),
    ...(result === null ? [] : otherResults(result)).map(([name, value]) => `${name} ${value}`),
    ...(task.state === 'completed' ? [] : [lastError(task) ?? task.failure ?? '']),
  ].filter((part) => part !== '');
  const worker = lastWorker(task);
  const where = worker === null ? '' : ` on ${worker}`;
  return plainLine(`${id} ${task.state}${where}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`);
}
