import { averageLatencyMs } from '#model/recent-pings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import type { Worker } from '#model/worker.ts';
import { fleetCounts, longestName } from '#ui/fleet-counts.ts';
import {
  charactersOf,
  type Line,
  line,
  padEnd,
  padStart,
  type Span,
  span,
  truncate,
  widthOf,
} from '#ui/lines/line.ts';
import { compareNaturally } from '#ui/list/natural-order.ts';
import { STATUS_GLYPHS, STATUS_STYLES, type Style } from '#ui/theme/theme.ts';
import type { Area, ViewContext } from '#ui/views/view.ts';
import { type Alarm, workerAlarm } from './alarm.ts';

/** What a tile shows, from all there is to a single cell. */
type TileKind = 'full' | 'named' | 'short' | 'pair' | 'single';

/** How the tiles of a fleet share an area. */
export interface TileLayout {
  readonly kind: TileKind;
  /** Cells of one tile, the gap to the next included. */
  readonly width: number;
  readonly perRow: number;
}

const NAME = { least: 4, most: 24 };
const PING = 7;
const GAP = 2;
/** Cells of a name's end: what tells `worker-0017` from its neighbours. */
const END_OF_NAME = 4;

/**
 * Rows that the largest tiles of a fleet take which fit into `usual` rows; up to `most` where not even a cell for each
 * does.
 */
export function tileRows(
  snapshot: Pick<Snapshot, 'workers'>,
  columns: number,
  { usual, most }: { readonly usual: number; readonly most: number },
): number {
  const count = snapshot.workers.size;
  const cells = Math.ceil(count / Math.max(1, columns));
  const rows = cells <= most ? Math.max(usual, cells) : usual;
  const { perRow } = tileLayout(count, longestName(snapshot), { columns, rows });
  return Math.min(rows, Math.ceil(count / Math.max(1, perRow)));
}

/** The largest tiles with which `count` workers fit into the area; where none do, single cells. */
export function tileLayout(count: number, longest: number, { columns, rows }: Area): TileLayout {
  const name = Math.min(NAME.most, Math.max(NAME.least, longest));
  const kinds: readonly (readonly [TileKind, number])[] = [
    ['full', 2 + name + 1 + PING + GAP],
    ['named', 2 + name + GAP],
    ['short', 1 + END_OF_NAME + 1],
    ['pair', 2],
    ['single', 1],
  ];
  const layouts = kinds.map(([kind, width]) => ({ kind, width, perRow: perRowOf(kind, width, columns) }));
  const fitting = layouts.find(({ perRow }) => perRow * rows >= count);
  return fitting ?? { kind: 'single', width: 1, perRow: columns };
}

/** The gap after the last tile may be cut off, its text may not. */
function perRowOf(kind: TileKind, width: number, columns: number): number {
  const gap = kind === 'single' ? 0 : kind === 'full' || kind === 'named' ? GAP : 1;
  return Math.max(0, Math.floor((columns + gap) / width));
}

const ALARM_ORDER: readonly Alarm[] = ['bad', 'warning', 'good'];
const STATUS_ORDER: readonly Worker['status'][] = ['inactive', 'unstable', 'unknown', 'active'];

/**
 * The worst first; equals by name, so that a wall on which nothing happens stands still. Ordered once for a fleet as it
 * is: the wall is drawn every second, and more often where things happen.
 */
export function worstFirst(workers: Table<Worker>, now: number): readonly Worker[] {
  const { inactive } = fleetCounts({ workers });
  // Time only makes an outage older: how many are young says which.
  const young = inactive.filter((worker) => workerAlarm(worker, now) === 'bad').length;
  const orders = workers.derived(newOrders);
  const order = orders.get(young) ?? ordered(workers, now);
  orders.set(young, order);
  return order;
}

/** The orders of a fleet by the number of its young outages. */
function newOrders(): Map<number, readonly Worker[]> {
  return new Map();
}

function ordered(workers: Iterable<Worker>, now: number): Worker[] {
  const rank = (worker: Worker) =>
    ALARM_ORDER.indexOf(workerAlarm(worker, now)) * STATUS_ORDER.length + STATUS_ORDER.indexOf(worker.status);
  return [...workers]
    .map((worker) => ({ worker, rank: rank(worker) }))
    .sort((a, b) => a.rank - b.rank || compareNaturally(a.worker.id, b.worker.id))
    .map(({ worker }) => worker);
}

type Context = Pick<ViewContext, 't' | 'format' | 'now' | 'area' | 'snapshot'>;

/** Every worker a tile, as many as fit; the last row says how many do not. */
export function tileLines(workers: readonly Worker[], { area, ...context }: Context, stale: boolean): Line[] {
  const { columns, rows } = area;
  if (rows <= 0 || columns <= 0) return [];
  const layout = tileLayout(workers.length, longestName(context.snapshot), area);
  const fits = layout.perRow * rows >= workers.length;
  // In a single row the worst are worth more than how many are not shown.
  const shown = fits ? rows : Math.max(1, rows - 1);
  const lines: Line[] = [];
  for (let row = 0; row < shown && row * layout.perRow < workers.length; row += 1) {
    const own = workers.slice(row * layout.perRow, (row + 1) * layout.perRow);
    lines.push(merged(own.flatMap((worker) => tile(worker, layout, { ...context, stale }))));
  }
  if (fits || rows === 1) return lines;
  const left = workers.length - shown * layout.perRow;
  return [...lines, line(context.t('wall.more', { count: left }), 'muted')];
}

interface TileContext extends Pick<ViewContext, 't' | 'format' | 'now'> {
  readonly stale: boolean;
}

function tile(worker: Worker, { kind, width }: TileLayout, context: TileContext): Line {
  const style = context.stale ? 'muted' : styleOf(worker, context.now);
  const glyph = span(STATUS_GLYPHS[worker.status], style);
  switch (kind) {
    case 'single':
      return [glyph];
    case 'pair':
      return [glyph, span(' ')];
    case 'short':
      return [glyph, span(padEnd(endOf(worker.id), width - 1), nameStyle(style))];
    case 'named':
      return [
        glyph,
        span(' '),
        span(padEnd(worker.id, width - 2 - GAP), nameStyle(style)),
        span(' '.repeat(GAP)),
      ];
    case 'full': {
      const name = width - 2 - 1 - PING - GAP;
      return [
        glyph,
        span(' '),
        span(padEnd(worker.id, name), nameStyle(style)),
        span(` ${padStart(pingText(worker, context), PING)}`, 'muted'),
        span(' '.repeat(GAP)),
      ];
    }
  }
}

/** Healthy names are plain: what is coloured is what to look at. */
function nameStyle(style: Style): Style | undefined {
  return style === 'good' ? undefined : style;
}

/** A worker that is active but not well is not green. */
function styleOf(worker: Worker, now: number): Style {
  if (worker.status !== 'active') return STATUS_STYLES[worker.status];
  return workerAlarm(worker, now) === 'good'
    ? worker.health.state === 'unknown'
      ? 'muted'
      : 'good'
    : 'warning';
}

function endOf(id: string): string {
  const characters = charactersOf(id);
  let end = '';
  for (const character of characters.toReversed()) {
    if (widthOf(character + end) > END_OF_NAME) break;
    end = character + end;
  }
  return truncate(end, END_OF_NAME);
}

function pingText(worker: Worker, { format }: TileContext): string {
  const average = averageLatencyMs(worker);
  return worker.status === 'active' && average !== null ? format.latency(average) : '–';
}

/** Neighbours of one style as one span: 200 single cells are not 200 colour changes. The gap after the last tile goes. */
function merged(spans: Line): Line {
  const joined: Span[] = [];
  for (const part of spans) {
    const last = joined.at(-1);
    if (last !== undefined && last.style === part.style)
      joined[joined.length - 1] = { ...last, text: last.text + part.text };
    else joined.push(part);
  }
  const last = joined.at(-1);
  return last === undefined ? joined : [...joined.slice(0, -1), { ...last, text: last.text.trimEnd() }];
}
