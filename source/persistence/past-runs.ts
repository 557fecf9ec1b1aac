import type { PastRun } from '#model/past-run.ts';
import type { Performance } from '#model/worker.ts';
import { pastRunOf } from './task-rows.ts';
import type { Statements } from './task-statements.ts';

/** Means of past runs: worker id → benchmark → performance. */
export type Performances = Readonly<Record<string, Readonly<Record<string, Performance>>>>;

export function performances(statements: Statements): Performances {
  const workers = new Map<string, [string, Performance][]>();
  for (const { worker, benchmark } of workerBenchmarks(statements)) {
    const found = statements.runs.get(worker, benchmark);
    const performance = { runs: Number(found?.runs), meanSeconds: Number(found?.mean) };
    workers.set(worker, [...(workers.get(worker) ?? []), [benchmark, performance]]);
  }
  // Names come from outside: fromEntries makes plain properties even of `__proto__`.
  return Object.fromEntries([...workers].map(([worker, entries]) => [worker, Object.fromEntries(entries)]));
}

/** The last runs of each worker and benchmark, the oldest first. */
export function pastRuns(statements: Statements): readonly PastRun[] {
  const all: PastRun[] = [];
  for (const { worker, benchmark } of workerBenchmarks(statements)) {
    const rows = statements.lastRuns.all(worker, benchmark).reverse();
    for (const row of rows) all.push(pastRunOf(row, worker, benchmark));
  }
  return all;
}

/** Every worker with every benchmark that it ever completed: one step along the index for each, past all their runs. */
export function* workerBenchmarks({
  nextRuns,
}: Pick<Statements, 'nextRuns'>): Iterable<{ worker: string; benchmark: string }> {
  for (let at = nextRuns.get('', ''); at !== undefined; ) {
    const pair = { worker: String(at.worker), benchmark: String(at.benchmark) };
    yield pair;
    at = nextRuns.get(pair.worker, pair.benchmark);
  }
}
