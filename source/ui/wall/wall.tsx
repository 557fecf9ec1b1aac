import { Rows } from '#ui/components/rows.tsx';
import type { ViewContext } from '#ui/views/view.ts';
import { wallLines } from './wall-lines.ts';

/** The fleet for a spare monitor, read from three metres. No keys needed. */
export function Wall({ context }: { readonly context: ViewContext }) {
  const { columns, rows } = context.area;
  return <Rows lines={wallLines(context)} width={columns} height={rows} theme={context.theme} />;
}
