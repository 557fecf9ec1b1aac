import { Box, renderToString } from 'ink';
import { render } from 'ink-testing-library';
import stringWidth from 'string-width-exact';
import { describe, expect, test } from 'vitest';
import { StillTable } from '#ui/components/still-table.tsx';
import { type Column, placeColumns } from '#ui/lines/columns.ts';
import { span } from '#ui/lines/line.ts';
import { createTheme } from '#ui/theme/theme.ts';

interface Row {
  readonly name: string;
  readonly runs: string;
}

const COLUMNS: Column<Row>[] = [
  { key: 'name', title: 'NAME', width: 6, maximum: 10, cell: ({ name }) => span(name) },
  { key: 'runs', title: 'RUNS', width: 5, align: 'right', drop: 1, cell: ({ runs }) => span(runs, 'good') },
];
const ROWS: Row[] = [
  { name: 'alpha', runs: '12' },
  { name: '世界世界世界', runs: '3' },
  { name: '👩‍👩‍👧‍👦 family', runs: '' },
];

function drawn(width: number, rows = ROWS, colorLevel: 0 | 1 = 0): string[] {
  const table = (
    <Box width={width} flexDirection="column">
      <StillTable
        columns={placeColumns(COLUMNS, width - 2)}
        rows={rows}
        theme={createTheme({ colorLevel })}
      />
    </Box>
  );
  return renderToString(table, { columns: width }).split('\n');
}

describe('a still table', () => {
  test('has titles, one row a line, and no frame', () => {
    expect(drawn(24).map((line) => line.trimEnd())).toEqual([
      ' NAME         RUNS',
      ' alpha          12',
      ' 世界世界…       3',
      ' 👩‍👩‍👧‍👦 family',
    ]);
  });

  test('is never wider than its room, whatever characters are in it', () => {
    for (let width = 3; width <= 30; width += 1) {
      const lines = drawn(width);
      expect(lines).toHaveLength(4);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  test('drops columns as every table does', () => {
    expect(drawn(14)[0]).not.toContain('RUNS');
    expect(drawn(15)[0]).toContain('RUNS');
  });

  test('shows what it is given last, not what it was given first', () => {
    const table = (rows: readonly Row[]) => (
      <StillTable columns={placeColumns(COLUMNS, 22)} rows={rows} theme={createTheme({ colorLevel: 0 })} />
    );
    const { lastFrame, rerender, unmount } = render(table(ROWS));
    rerender(table([{ name: 'beta', runs: '1' }]));
    expect(
      lastFrame()
        ?.split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual([' NAME         RUNS', ' beta            1']);
    unmount();
  });

  test('paints its cells by their meaning', () => {
    expect(drawn(24, ROWS, 1)[1]).toContain('\u001b[32m12\u001b[39m');
  });
});
