import type { Line } from '#ui/lines/line.ts';

/** Some rows that are made only as far as they are seen. */
export interface Block {
  readonly rows: number;
  /** The rows from `from` up to before `to`, both within the block. */
  lines(from: number, to: number): readonly Line[];
}

/** A block of `rows` that is made as a whole, once any of it is seen. */
export function blockOf(rows: number, make: () => readonly Line[]): Block {
  return { rows, lines: (from, to) => make().slice(from, to) };
}

/** A blank row. */
export const BLANK: Block = blockOf(1, () => [[]]);

/** Rows of all blocks together. */
export function rowsOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { rows }) => sum + rows, 0);
}

/** One under the other: what is seen from row `top` on in `page` rows. */
export function seen(blocks: readonly Block[], top: number, page: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const block of blocks) {
    const [from, to] = [Math.max(0, top - start), Math.min(block.rows, top + page - start)];
    if (from < to) lines.push(...block.lines(from, to));
    start += block.rows;
  }
  return lines;
}

/** With a blank row between one and the next; those without rows are left out. */
export function apart(parts: readonly (readonly Block[])[]): Block[] {
  return parts
    .filter((blocks) => rowsOf(blocks) > 0)
    .flatMap((blocks, index) => (index === 0 ? blocks : [BLANK, ...blocks]));
}
