import { codeOf } from '#model/errors.ts';
import { NO_TASKS, type Snapshot } from '#model/snapshot.ts';
import { TASK_STATES } from '#model/task.ts';
import { type Call, EXIT } from './call.ts';
import { ageNotice, readFilesState } from './files-state.ts';
import { durationText, factLines, printJson, printLines } from './print.ts';
import { readTasks, withMasterOrFiles } from './reach.ts';
import { batchRecord, countsRecord, problemRecords, workerRecord, workerSums } from './records.ts';

type StatusRecord = ReturnType<typeof masterStatus>;

/** How master, fleet and queue stand. */
export async function status(call: Call<{ readonly json?: true }>): Promise<number> {
  const record = await withMasterOrFiles<StatusRecord>(
    call,
    {},
    {
      master: async (store) => {
        const snapshot = await store.query({ type: 'overview' });
        return masterStatus(call, snapshot, store.connection().master?.pid ?? 0);
      },
      files: () => filesStatus(call),
    },
  );
  const { stdout, clock, options } = call;
  if (options.json) await printJson(stdout, record);
  else await printLines(stdout, statusLines(record, clock.now()));
  return EXIT.done;
}

function masterStatus({ dir, clock }: Call<unknown>, snapshot: Snapshot, pid: number) {
  const { tasks, counters, version, startedAt } = snapshot;
  const workers = [...snapshot.workers].map(workerRecord);
  const open = [...tasks.batches].filter(({ endedAt }) => endedAt === null);
  const slots = workers.reduce((sum, one) => sum + (one.slots ?? 0), 0);
  const free = workers.reduce((sum, one) => sum + (one.healthy ? (one.slots_free ?? 0) : 0), 0);
  return {
    source: 'master' as 'master' | 'files',
    at_ms: clock.now() as number | null,
    dir,
    master: { version, pid, started_at_ms: startedAt } as {
      readonly version: string;
      readonly pid: number;
      readonly started_at_ms: number;
    } | null,
    workers: workerSums(workers),
    slots: { total: slots, free } as { readonly total: number; readonly free: number } | null,
    tasks: countsRecord(tasks.counts),
    pings: { total: counters.totalPings, good: counters.goodPings, failed: counters.failedPings },
    batches: open.map((batch) => batchRecord(batch, clock.now())),
    problems: problemRecords(snapshot),
  };
}

async function filesStatus(call: Call<unknown>): Promise<StatusRecord> {
  const { at, workers, pings } = await readFilesState(call);
  return {
    source: 'files',
    at_ms: at,
    dir: call.dir,
    master: null,
    workers: workerSums(workers),
    slots: null,
    tasks: countsRecord(countsIn(call.dir)),
    pings,
    batches: [],
    problems: [],
  };
}

/** Where no task was ever accepted there is no database. */
function countsIn(dir: string) {
  try {
    const reader = readTasks(dir);
    try {
      return reader.counts();
    } finally {
      reader.close();
    }
  } catch (error) {
    if (codeOf(error) === 'TASK_DATABASE_MISSING') return NO_TASKS;
    throw error;
  }
}

function statusLines(record: StatusRecord, now: number): readonly string[] {
  const { master, workers, slots, tasks, pings, batches, problems } = record;
  const running =
    master === null
      ? ageNotice(record.at_ms, now)
      : `version ${master.version}, process ${master.pid}, for ${durationText(now - master.started_at_ms)}`;
  const { total, healthy, active, unstable, inactive, unknown, drained } = workers;
  const fleet = `${healthy} of ${total} healthy: ${active} active, ${unstable} unstable, ${inactive} inactive, ${unknown} unknown`;
  const queue = TASK_STATES.map((state) => `${tasks[state]} ${state}`).join(', ');
  return factLines([
    ['folder', record.dir],
    ['master', running],
    ['workers', drained === 0 ? fleet : `${fleet}; ${drained} drained`],
    ...(slots === null ? [] : [['slots', `${slots.free} of ${slots.total} free`] as const]),
    ['tasks', queue],
    ['pings', pings.total === 0 ? 'none' : `${percent(pings.good / pings.total)} answered of ${pings.total}`],
    ...batches.map(
      ({ batch, ended, total: size, tasks: { failed } }) =>
        ['batch', `${batch}: ${ended} of ${size} ended, ${failed} failed`] as const,
    ),
    ...problems.map(({ message }) => ['problem', message] as const),
  ]);
}

function percent(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}
