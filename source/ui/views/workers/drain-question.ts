import type { Worker } from '#model/worker.ts';
import type { Question } from '#ui/overlays/confirm.ts';

/** More names than these would hide how many there are. */
const NAMED = 5;

/**
 * What is asked before workers are drained; where all of them are drained already, before they are used again. Null
 * without a worker. `notes`: what there is to say beside it.
 */
export function drainQuestion(workers: readonly Worker[], notes: readonly string[] = []): Question | null {
  const [first] = workers;
  if (first === undefined) return null;
  const drained = workers.some((worker) => !worker.drained);
  const meant = workers.filter((worker) => worker.drained !== drained);
  const commands = meant.map(({ id }) => ({ type: 'drain-worker', workerId: id, drained }) as const);
  const count = meant.reduce((sum, { inFlight }) => sum + inFlight.length, 0);
  if (meant.length === 1) {
    const values = { target: meant[0]?.id ?? first.id, count };
    return drained
      ? {
          title: 'confirm.drain-title',
          text: count === 0 ? 'confirm.drain-idle-text' : 'confirm.drain-text',
          values,
          confirm: 'confirm.drain',
          notes,
          commands,
        }
      : {
          title: 'confirm.undrain-title',
          text: 'confirm.undrain-text',
          values,
          confirm: 'confirm.undrain',
          notes,
          commands,
        };
  }
  const values = { workers: meant.length, names: namesOf(meant), count };
  return drained
    ? {
        title: 'confirm.drain-many-title',
        text: count === 0 ? 'confirm.drain-many-idle-text' : 'confirm.drain-many-text',
        values,
        confirm: 'confirm.drain-many',
        notes,
        commands,
      }
    : {
        title: 'confirm.undrain-many-title',
        text: 'confirm.undrain-many-text',
        values,
        confirm: 'confirm.undrain-many',
        notes,
        commands,
      };
}

function namesOf(workers: readonly Worker[]): string {
  const names = workers.slice(0, NAMED).map(({ id }) => id);
  return [...names, ...(workers.length > NAMED ? ['…'] : [])].join(', ');
}
