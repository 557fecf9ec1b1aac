import type { Snapshot } from '#model/snapshot.ts';
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

/** Every worker with every benchmark that it ran, in the order of the fleet. */
export function resultRows({ workers }: Pick<Snapshot, 'workers'>): ResultRow[] {
  return [...workers].flatMap(({ id, performance }) =>
    Object.entries(performance)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([benchmark, { runs, meanSeconds }]) => ({ worker: id, benchmark, runs, meanSeconds })),
  );
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
