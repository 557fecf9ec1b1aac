import { type Call, EXIT } from './call.ts';
import { ageNotice, readFilesState } from './files-state.ts';
import { durationText, printJson, printLines, tableLines, widthOf } from './print.ts';
import { withMasterOrFiles } from './reach.ts';
import { type WorkerRecord, workerRecord } from './records.ts';

interface Listing {
  readonly source: 'master' | 'files';
  readonly at_ms: number | null;
  readonly workers: readonly WorkerRecord[];
}

/** Every worker, one a line. */
export async function listWorkers(call: Call<{ readonly json?: true }>): Promise<number> {
  const { stdout, stderr, clock, options } = call;
  const listing = await withMasterOrFiles<Listing>(
    call,
    {},
    {
      async master(store) {
        const { workers } = await store.query({ type: 'overview' });
        return { source: 'master', at_ms: clock.now(), workers: [...workers].map(workerRecord) };
      },
      async files() {
        const { at, workers } = await readFilesState(call);
        return { source: 'files', at_ms: at, workers };
      },
    },
  );
  if (options.json) {
    await printJson(stdout, listing);
    return EXIT.done;
  }
  const now = clock.now();
  if (listing.source === 'files') await stderr.write(`elastic-tui: ${ageNotice(listing.at_ms, now)}\n`);
  const columns = [
    { title: 'ID' },
    { title: 'STATUS' },
    { title: 'HEALTHY' },
    { title: 'LATENCY', right: true },
    { title: 'PING', right: true },
    { title: 'SLOTS', right: true },
    { title: 'DONE', right: true },
    { title: 'FAILED', right: true },
    { title: 'URL' },
    { title: 'PROBLEMS' },
  ] as const;
  const rows = listing.workers.map((worker) => rowOf(worker, now));
  await printLines(stdout, tableLines(columns, rows, widthOf(stdout)));
  return EXIT.done;
}

function rowOf(worker: WorkerRecord, now: number): readonly string[] {
  const { slots, slots_free: free, average_latency_ms: latency, last_good_ping_at_ms: heard } = worker;
  return [
    worker.id,
    worker.status,
    `${worker.healthy ? 'yes' : 'no'}${worker.drained ? ', drained' : ''}`,
    latency === null ? '-' : `${Math.round(latency)} ms`,
    heard === null ? 'never' : `${durationText(now - heard)} ago`,
    slots === null ? '-' : free === null ? String(slots) : `${free}/${slots} free`,
    String(worker.tasks_completed),
    String(worker.tasks_failed),
    worker.url ?? '-',
    worker.problems.join('; '),
  ];
}
