import { freeSlotsOf, slotsOf } from '#model/worker.ts';
import type { Style } from '#ui/theme/theme.ts';
import { type Capacity, capacityOf, isOwnReason, waitReason, waitText } from '#ui/views/tasks/waiting.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { AUTOMATIC } from './form-choices.ts';
import type { FieldId } from './form-fields.ts';
import { fieldLabel } from './form-label.ts';
import { labelsIn } from './form-labels.ts';
import { problemText } from './form-notes.ts';
import type { FormState } from './form-state.ts';
import { countIn, type FormContext, fieldProblem, firstWrongField, timesKept } from './form-task.ts';

/** What the form as a whole has to say. */
export interface FormMessage {
  readonly text: string;
  readonly style: Style | undefined;
  /** It happened, while what would happen may give way to other things. */
  readonly urgent: boolean;
  /** The field that it is about; null: the form as a whole. */
  readonly field: FieldId | null;
}

/** How far sending has come, why it was not done, or else what it would do: only what is known, no forecast. */
export function formMessage(state: FormState, context: FormContext): FormMessage | null {
  const { t } = context;
  if (state.sending)
    return {
      text: t('form.sending', { tasks: tasksText(state, context) }),
      style: 'info',
      urgent: true,
      field: null,
    };
  if (state.refusal !== null) {
    return { text: t('form.refused', { message: state.refusal }), style: 'bad', urgent: true, field: null };
  }
  const field = firstWrongField(state, context);
  if (field === null) return outcome(state, context);
  const problem = fieldProblem(state, field, context);
  if (!state.tried || problem === null) return null;
  const error = problemText(state, { field, problem }, context);
  return {
    text: t('form.fix', { label: fieldLabel(field, context), error }),
    style: 'bad',
    urgent: true,
    field,
  };
}

function outcome(state: FormState, context: FormContext): FormMessage {
  const { snapshot, now, t } = context;
  const { worker } = state.choices;
  const tasks = tasksText(state, context);
  const goes =
    worker === AUTOMATIC ? t('form.goes.automatic', { tasks }) : t('form.goes.worker', { tasks, worker });
  const capacity = capacityOf(snapshot);
  const kept = timesKept(state, now);
  const reason = waitReason(
    {
      wantedWorker: worker === AUTOMATIC ? null : worker,
      notBefore: null,
      benchmark: state.choices.benchmark,
      labels: labelsIn(state.texts.labels.text),
      startAt: kept.startAt ?? null,
    },
    capacity,
    now,
  );
  const waits = reason.code !== 'turn';
  const fact = waits
    ? t('form.goes.waits', { reason: waitText(reason, context) })
    : freeText(worker, capacity, context);
  const ahead = countAhead(state, capacity, context);
  const queue = ahead === 0 ? [] : [t('form.goes.behind', { count: context.format.count(ahead) })];
  const until =
    kept.deadline === undefined
      ? []
      : [t('form.goes.deadline', { time: context.format.dateTime(kept.deadline) })];
  return {
    text: [goes, fact, ...queue, ...until].join(' · '),
    style: waits ? 'warning' : undefined,
    urgent: false,
    field: null,
  };
}

function freeText(workerId: string, { workers, free, slots }: Capacity, { t }: ViewContext): string {
  const worker = workers.get(workerId);
  if (worker === undefined) return t('form.goes.free', { free, slots });
  return t('form.goes.free', { free: freeSlotsOf(worker), slots: slotsOf(worker) });
}

/** The queued tasks of at least the same priority that could take the slot first. */
function countAhead({ choices }: FormState, capacity: Capacity, { snapshot, now }: ViewContext): number {
  const chosen = choices.worker === AUTOMATIC ? null : choices.worker;
  const ready =
    chosen === null ||
    !isOwnReason(
      waitReason({ wantedWorker: chosen, notBefore: null, benchmark: choices.benchmark }, capacity, now),
    );
  let ahead = 0;
  for (const task of snapshot.tasks.known) {
    if (task.state !== 'pending' || task.priority < Number(choices.priority)) continue;
    const { code } = waitReason(task, capacity, now);
    if (code === 'backoff') continue;
    const anywhere =
      task.wantedWorker === null ? ready : chosen === null && (code === 'turn' || code === 'kept');
    if (anywhere || (chosen !== null && task.wantedWorker === chosen)) ahead += 1;
  }
  return ahead;
}

function tasksText(state: FormState, context: FormContext): string {
  const { t, format } = context;
  const count = countIn(state, context);
  return t('form.tasks', { count: format.count(count) });
}
