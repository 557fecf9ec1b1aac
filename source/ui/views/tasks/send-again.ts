import type { FormRequest, ViewContext, ViewRefusal } from '#ui/views/view.ts';
import type { TaskRow } from './batch-rows.ts';
import { batchSweep } from './batch-sweep.ts';

/** The form to send a row again with, or why there is none; null where there is no row. */
export function againRequest(
  row: TaskRow | undefined,
  { snapshot, older, t, format }: Pick<ViewContext, 'snapshot' | 'older' | 't' | 'format'>,
): FormRequest | ViewRefusal | null {
  if (row === undefined) return null;
  if (row.kind === 'task') return { type: 'open-form', origin: row.task, swept: {} };
  const sweep = batchSweep(row.batch, [...older, ...snapshot.tasks.known]);
  if (sweep.known) return { type: 'open-form', origin: sweep.origin, swept: sweep.swept };
  const { id: batch } = row.batch;
  if (sweep.reason === 'no-sweep') return { type: 'refuse', reason: t('tasks.again-no-sweep', { batch }) };
  const counts = { seen: format.count(sweep.seen), total: format.count(sweep.total) };
  return { type: 'refuse', reason: t('tasks.again-few', { batch, ...counts }) };
}
