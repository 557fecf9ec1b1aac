import type { Cell } from '#ui/views/view.ts';

/** What a mouse did, as xterm's mode 1006 tells it. */
export type MouseEvent =
  | { readonly type: 'press'; readonly cell: Cell }
  | { readonly type: 'wheel'; readonly direction: 'up' | 'down' };

const LEFT = 0;
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

/** The event in `<0;12;7M`; null where it is one that means nothing here, such as a button let go. */
export function mouseEvent(content: string): MouseEvent | null {
  const [, button, column, row, end] = /^<(\d{1,3});(\d{1,5});(\d{1,5})([Mm])$/.exec(content) ?? [];
  if (end !== 'M') return null;
  switch (Number(button)) {
    case LEFT:
      return { type: 'press', cell: { row: Number(row) - 1, column: Number(column) - 1 } };
    case WHEEL_UP:
      return { type: 'wheel', direction: 'up' };
    case WHEEL_DOWN:
      return { type: 'wheel', direction: 'down' };
    default:
      return null;
  }
}
