import { Text } from 'ink';
import { type CellProps, Table } from 'ink-table';
import { createContext, type ReactNode, useContext } from 'react';
import { headingCell, type PlacedColumn, tableCell } from '#ui/lines/columns.ts';
import type { Theme } from '#ui/theme/theme.ts';

interface StillTableProps<Row> {
  /** Placed in two cells less than the table may take: it keeps one free at either side. */
  readonly columns: readonly PlacedColumn<Row>[];
  readonly rows: readonly Row[];
  readonly theme: Theme;
  /** False where the titles are scrolled off the screen. */
  readonly heading?: boolean;
}

/** What stands in the cells, ready for the terminal. */
interface Painted {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A table that rarely changes, drawn by ink-table. ink-table measures text in UTF-16 units, which are not
 * cells, and keeps the cell components that it was first given: so it gets positions as its data, and its cells take
 * the text, already cut to the column, from a context. Its frame is left out: no box inside a box.
 */
export function StillTable<Row>({ columns, rows, theme, heading = true }: StillTableProps<Row>) {
  const painted: Painted = {
    titles: heading ? columns.map((column) => theme.style(headingCell(column, null), 'muted')) : [],
    rows: rows.map((row) => columns.map((column) => theme.paint(tableCell(column, row)))),
  };
  const keys = columns.map((_, index) => String(index));
  const data = rows.map((_, row) => Object.fromEntries(keys.map((key) => [key, row])));
  return (
    <PaintedTable value={painted}>
      <Table data={data} columns={keys} cell={Cell} header={Title} skeleton={Nothing} />
    </PaintedTable>
  );
}

const PaintedTable = createContext<Painted>({ titles: [], rows: [] });

function Cell({ column, children }: CellProps): ReactNode {
  const { rows } = useContext(PaintedTable);
  return <Text wrap="truncate">{` ${rows[positionIn(children)]?.[column] ?? ''} `}</Text>;
}

function Title({ children }: { readonly children?: ReactNode }): ReactNode {
  const title = useContext(PaintedTable).titles[positionIn(children)];
  return title === undefined ? null : <Text wrap="truncate">{` ${title} `}</Text>;
}

function Nothing(): ReactNode {
  return null;
}

/** The position that ink-table carries for us, padded with spaces. */
function positionIn(children: ReactNode): number {
  return Number.parseInt(String(children), 10);
}
