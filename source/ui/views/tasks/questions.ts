import type { Batch } from '#model/batch.ts';
import type { ExportTasks } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { isFinal, type Task } from '#model/task.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import type { Question } from '#ui/overlays/confirm.ts';
import type { TaskRow } from './batch-rows.ts';

/** What is asked before the selected row is called off or run again; null where there is nothing to do. */
export function taskQuestion(row: TaskRow, action: 'cancel' | 'retry', t: Translate): Question | null {
  if (row.kind === 'batch') return action === 'cancel' ? cancelBatch(row.batch) : retryBatch(row.batch);
  return action === 'cancel' ? cancelTask(row.task, t) : retryTask(row.task, t);
}

/** What is asked before tasks are written to a file: those of the batch that is selected, else all. */
export function exportQuestion(
  row: TaskRow | undefined,
  format: ExportTasks['format'],
  { tasks }: Pick<Snapshot, 'tasks'>,
): Question | null {
  const batch = row?.kind === 'batch' ? row.batch : null;
  const count = Object.values((batch ?? tasks).counts).reduce((sum, one) => sum + one, 0);
  if (count === 0) return null;
  return {
    title: 'confirm.export-title',
    text: batch === null ? 'confirm.export-text' : 'confirm.export-batch-text',
    values: { target: batch?.id ?? '', count, format: format.toUpperCase() },
    confirm: 'confirm.export',
    commands: [{ type: 'export-tasks', format, batch: batch?.id ?? null }],
  };
}

function cancelTask({ id, state }: Task, t: Translate): Question | null {
  if (isFinal(state)) return null;
  return {
    title: 'confirm.cancel-title',
    text: 'confirm.cancel-text',
    values: { target: id, state: t(`task-state.${state}`) },
    confirm: 'confirm.cancel',
    commands: [{ type: 'cancel-tasks', ids: [id] }],
  };
}

function retryTask({ id, state }: Task, t: Translate): Question | null {
  if (state !== 'failed' && state !== 'cancelled') return null;
  return {
    title: 'confirm.retry-title',
    text: 'confirm.retry-text',
    values: { target: id, state: t(`task-state.${state}`) },
    confirm: 'confirm.retry',
    commands: [{ type: 'retry-tasks', ids: [id] }],
  };
}

function cancelBatch({ id, counts }: Batch): Question | null {
  const count = counts.pending + counts.assigned + counts.running;
  if (count === 0) return null;
  return {
    title: 'confirm.cancel-batch-title',
    text: 'confirm.cancel-batch-text',
    values: { target: id, count },
    confirm: 'confirm.cancel-batch',
    commands: [{ type: 'cancel-batch', batch: id }],
  };
}

function retryBatch({ id, counts }: Batch): Question | null {
  const count = counts.failed + counts.cancelled;
  if (count === 0) return null;
  return {
    title: 'confirm.retry-batch-title',
    text: 'confirm.retry-batch-text',
    values: { target: id, count },
    confirm: 'confirm.retry',
    commands: [{ type: 'retry-batch', batch: id }],
  };
}
