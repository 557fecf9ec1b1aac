import type { Snapshot } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import type { Worker } from '#model/worker.ts';
import type { Column } from '#ui/lines/columns.ts';
import { span } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** Past runs of one benchmark on one worker. */
export interface ResultRow {
  readonly worker: string;
  readonly benchmark: string;
  readonly runs: number;
  readonly meanSeconds: number;
}

type Results = Pick<Snapshot, 'workers'>;

/** How many results there are: every worker with every benchmark that it ran. */
export function resultCount({ workers }: Results): number {
  let count = 0;
  for (const { performance } of workers.derived(withResults)) count += Object.keys(performance).length;
  return count;
}

/** The workers that ran anything: at the start there is none, in the largest fleet. */
function withResults(workers: Table<Worker>): readonly Worker[] {
  return [...workers].filter(({ performance }) => Object.keys(performance).length > 0);
}

/** The results from `from` on, `count` of them, in the order of the fleet. */
export function resultRows({ workers }: Results, from: number, count: number): ResultRow[] {
  const rows: ResultRow[] = [];
  let before = 0;
  for (const { id, performance } of workers.derived(withResults)) {
    if (before >= from + count) break;
    const benchmarks = Object.keys(performance).sort();
    for (const [index, benchmark] of benchmarks.entries()) {
      const own = performance[benchmark];
      if (own === undefined || before + index < from || before + index >= from + count) continue;
      rows.push({ worker: id, benchmark, runs: own.runs, meanSeconds: own.meanSeconds });
    }
    before += benchmarks.length;
  }
  return rows;
}

export function resultColumns({ t, format }: Pick<ViewContext, 't' | 'format'>): Column<ResultRow>[] {
  return [
    {
      key: 'worker',
      title: t('column.worker'),
      width: 10,
      maximum: 24,
      cell: ({ worker }) => span(worker),
    },
    {
      key: 'benchmark',
      title: t('column.benchmark'),
      width: 12,
      maximum: 28,
      drop: 1,
      cell: ({ benchmark }) => span(benchmark),
    },
    {
      key: 'runs',
      title: t('column.runs'),
      width: 6,
      align: 'right',
      drop: 2,
      cell: ({ runs }) => span(format.count(runs)),
    },
    {
      key: 'mean',
      title: t('column.mean'),
      width: 12,
      align: 'right',
      cell: ({ meanSeconds }) => span(format.seconds(meanSeconds)),
    },
  ];
}
