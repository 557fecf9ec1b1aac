import { valuesOf } from '#model/ring.ts';
import type { Table } from '#model/table.ts';
import { slotsOf, type Worker } from '#model/worker.ts';
import type { Column } from '#ui/lines/columns.ts';
import { type Line, span, widthOf } from '#ui/lines/line.ts';
import { STATUS_GLYPHS, STATUS_STYLES } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { healthCell } from './health-text.ts';
import { pingOf } from './ping.ts';
import { sparkline } from './sparkline.ts';

/** The columns of the Workers table, in the order of screens.md, as wide as the fleet's names and addresses ask. */
export function workerColumns(
  fleet: Table<Worker>,
  context: Pick<ViewContext, 't' | 'format' | 'now'>,
): Column<Worker>[] {
  const { t, format } = context;
  const { nameWidth, addressWidth } = fleet.derived(widthsOf);
  return [
    {
      key: 'worker',
      title: t('column.worker'),
      width: 10,
      maximum: Math.min(nameWidth, 24),
      sortable: true,
      cell: ({ id }) => span(id),
    },
    {
      key: 'address',
      title: t('column.address'),
      width: Math.min(addressWidth, 22),
      drop: 5,
      cell: (worker) => span(addressOf(worker), 'muted'),
    },
    {
      key: 'state',
      title: t('column.state'),
      width: 13,
      sortable: true,
      cell: ({ status }, width) =>
        span(stateText(t(`status.${status}`), status, width), STATUS_STYLES[status]),
    },
    {
      key: 'health',
      title: t('column.health'),
      width: 18,
      drop: 1,
      cell: (worker) => healthCell(worker, context),
    },
    {
      key: 'ping',
      title: t('column.ping'),
      width: 7,
      align: 'right',
      drop: 2,
      sortable: true,
      cell: (worker) => pingCell(worker, context),
    },
    {
      key: 'pings',
      title: t('column.pings'),
      width: widthOf(t('column.pings')),
      maximum: 60,
      drop: 4,
      cell: ({ recentPings }, width) => sparkline(valuesOf(recentPings), width),
    },
    {
      key: 'run',
      title: t('column.run'),
      width: 5,
      align: 'right',
      cell: (worker) =>
        span(`${worker.inFlight.length}/${slotsOf(worker)}`, worker.inFlight.length > 0 ? 'info' : undefined),
    },
    {
      key: 'done',
      title: t('column.done'),
      width: 6,
      align: 'right',
      drop: 3,
      sortable: true,
      largestFirst: true,
      cell: ({ tasksCompleted }) => span(format.number(tasksCompleted)),
    },
  ];
}

function widthsOf(fleet: Table<Worker>): { readonly nameWidth: number; readonly addressWidth: number } {
  let nameWidth = 10;
  let addressWidth = 14;
  for (const worker of fleet) {
    nameWidth = Math.max(nameWidth, widthOf(worker.id));
    addressWidth = Math.max(addressWidth, addressOf(worker).length);
  }
  return { nameWidth, addressWidth };
}

function addressOf({ config }: Worker): string {
  return `${config.host}:${config.port}`;
}

/** The beginnings of two states may be the same; their glyphs are not. */
function stateText(word: string, status: Worker['status'], width: number): string {
  const text = `${STATUS_GLYPHS[status]} ${word}`;
  return widthOf(text) <= width ? text : STATUS_GLYPHS[status];
}

function pingCell(worker: Worker, { format }: Pick<ViewContext, 'format'>): Line {
  const ping = pingOf(worker);
  return [ping === null ? span('–', 'muted') : span(format.latency(ping))];
}
