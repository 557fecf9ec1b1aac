import type { Batch } from '#model/batch.ts';
import type { Task } from '#model/task.ts';
import type { BatchRequest, FormRequest, ViewContext, ViewRefusal } from '#ui/views/view.ts';
import type { TaskRow } from './batch-rows.ts';
import { type BatchSweep, batchSweep } from './batch-sweep.ts';

type Texts = Pick<ViewContext, 't' | 'format'>;

/**
 * The form to send a row again with, or why there is none; of a batch whose tasks are not all known here, that they be
 * read first. Null where there is no row.
 */
export function againRequest(
  row: TaskRow | undefined,
  { snapshot, older, ...texts }: Texts & Pick<ViewContext, 'snapshot' | 'older'>,
): FormRequest | BatchRequest | ViewRefusal | null {
  if (row === undefined) return null;
  if (row.kind === 'task') return { type: 'open-form', origin: row.task, swept: {} };
  const { batch } = row;
  const sweep = batchSweep(batch, [...older, ...snapshot.tasks.known]);
  return !sweep.known && sweep.reason === 'few'
    ? { type: 'read-batch', batch }
    : answerOf(batch, sweep, texts);
}

/** The form to send a batch again with whose tasks are all that the master still has, or why there is none. */
export function batchAgain(batch: Batch, tasks: readonly Task[], texts: Texts): FormRequest | ViewRefusal {
  return answerOf(batch, batchSweep(batch, tasks), texts);
}

function answerOf({ id: batch }: Batch, sweep: BatchSweep, { t, format }: Texts): FormRequest | ViewRefusal {
  if (sweep.known) return { type: 'open-form', origin: sweep.origin, swept: sweep.swept };
  if (sweep.reason === 'no-sweep') return { type: 'refuse', reason: t('tasks.again-no-sweep', { batch }) };
  const counts = { seen: format.count(sweep.seen), total: format.count(sweep.total) };
  return { type: 'refuse', reason: t('tasks.again-few', { batch, ...counts }) };
}
