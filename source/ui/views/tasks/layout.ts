import type { Area } from '#ui/views/view.ts';

const DETAILS_SHARE = 0.3;
const DETAILS_COLUMNS = { least: 50, most: 80 };
/** Below this height there is no room for the counts above the table, nor for empty lines. */
const ROOMY_ROWS = 8;

/** Whether there is room for more than the rows themselves. */
export function isRoomy({ rows }: Area): boolean {
  return rows >= ROOMY_ROWS;
}

/** Rows of the table without its heading and what stands above it. */
export function pageOf(area: Area): number {
  return Math.max(1, area.rows - 1 - (isRoomy(area) ? 1 : 0));
}

/** Cells of the details where they stand beside the table. */
export function detailsWidth({ columns }: Area): number {
  const { least, most } = DETAILS_COLUMNS;
  return Math.min(most, Math.max(least, Math.floor(columns * DETAILS_SHARE)));
}
