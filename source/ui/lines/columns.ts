import { fitLine, type Line, line, padEnd, padStart, type Span, truncate, widthOf } from './line.ts';

/** One column of a live table. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Cells it takes at least. */
  readonly width: number;
  /** Cells it may grow to where there is room, in the order of the columns. */
  readonly maximum?: number;
  readonly align?: 'left' | 'right';
  /** The larger, the earlier it goes where room is short; columns without it stay. */
  readonly drop?: number;
  readonly sortable?: boolean;
  /** Sorting begins with the largest. */
  readonly largestFirst?: boolean;
  readonly cell: (row: Row, width: number) => Span | Line;
}

export interface PlacedColumn<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

const GAP = 2;
/** A column cut to fewer cells than this says nothing. */
const NARROWEST = 3;

/** The columns that fit into `width` cells, each with its width. Columns are dropped in a fixed order, never wrapped. */
export function placeColumns<Row>(columns: readonly Column<Row>[], width: number): PlacedColumn<Row>[] {
  let kept = [...columns];
  while (totalWidth(kept) > width) {
    const victim = kept.reduce<Column<Row> | undefined>(
      (worst, column) => ((column.drop ?? 0) > (worst?.drop ?? 0) ? column : worst),
      undefined,
    );
    if (victim === undefined) break;
    kept = kept.filter((column) => column !== victim);
  }
  let spare = width - totalWidth(kept);
  if (spare < 0) return narrowed(kept, width);
  return kept.map((column) => {
    const growth = Math.min(spare, Math.max(0, (column.maximum ?? column.width) - column.width));
    spare -= growth;
    return { column, width: column.width + growth };
  });
}

/** Where no column may go: as many as fit from the left, the last of them narrower than it should be. */
function narrowed<Row>(columns: readonly Column<Row>[], width: number): PlacedColumn<Row>[] {
  const placed: PlacedColumn<Row>[] = [];
  let left = width;
  for (const column of columns) {
    const cells = Math.min(column.width, left);
    if (cells < Math.min(column.width, placed.length === 0 ? 1 : NARROWEST)) break;
    placed.push({ column, width: cells });
    left -= cells + GAP;
  }
  return placed;
}

function totalWidth<Row>(columns: readonly Column<Row>[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, columns.length - 1);
}

/** One row of the table. */
export function tableRow<Row>(columns: readonly PlacedColumn<Row>[], row: Row): Line {
  return columns.flatMap((column, index) => {
    const cell = tableCell(column, row);
    return index === 0 ? cell : [{ text: ' '.repeat(GAP) }, ...cell];
  });
}

/** One cell of the table, in exactly the width of its column. */
export function tableCell<Row>({ column, width }: PlacedColumn<Row>, row: Row): Line {
  const content = column.cell(row, width);
  const spans: Line = Array.isArray(content) ? content : [content as Span];
  return column.align === 'right' ? alignRight(spans, width) : fitLine(spans, width);
}

/** The row of titles; the column sorted by carries an arrow. */
export function headingRow<Row>(columns: readonly PlacedColumn<Row>[], sort: SortMark): Line {
  return line(columns.map((column) => headingCell(column, sort)).join(' '.repeat(GAP)), 'muted');
}

type SortMark = { readonly column: string; readonly descending: boolean } | null;

/** The title of one column, in exactly its width. */
export function headingCell<Row>({ column, width }: PlacedColumn<Row>, sort: SortMark): string {
  const { largestFirst = false } = column;
  const arrow = sort?.column !== column.key ? '' : sort.descending === largestFirst ? '▲' : '▼';
  const title = truncate(column.title, width - widthOf(arrow)) + arrow;
  return column.align === 'right' ? padStart(title, width) : padEnd(title, width);
}

function alignRight(spans: Line, width: number): Line {
  const used = spans.reduce((sum, { text }) => sum + widthOf(text), 0);
  return used >= width ? fitLine(spans, width) : [{ text: ' '.repeat(width - used) }, ...spans];
}
