import { Box, Text } from 'ink';
import { memo } from 'react';
import { fitLine, type Line } from '#ui/lines/line.ts';
import type { Theme } from '#ui/theme/theme.ts';

interface RowsProps {
  readonly lines: readonly Line[];
  /** Every line is cut or filled to this many cells. */
  readonly width: number;
  readonly theme: Theme;
  /** Empty rows are added up to this height. */
  readonly height?: number;
}

/** Lines, one `<Text>` a row: what a live table costs least as (docs/decisions/0005-drawing.md). */
export function Rows({ lines, width, theme, height = lines.length }: RowsProps) {
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      {lines.slice(0, height).map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its position
        <Row key={row} text={theme.paint(fitLine(line, width))} />
      ))}
    </Box>
  );
}

const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap="truncate">{text}</Text>;
});
