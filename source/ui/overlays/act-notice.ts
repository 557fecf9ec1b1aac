import type { CommandAnswer, TaskNote } from '#model/commands.ts';
import { messageOf } from '#model/errors.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { plainLine } from '#model/text.ts';
import { shortTaskId } from '#ui/frame/incident-text.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import type { ActCommand } from './confirm.ts';
import { type Notice, oneLine } from './notice.ts';

type Settled = PromiseSettledResult<CommandAnswer<ActCommand>>;
type Told = Pick<Snapshot, 'tasks'> & { readonly t: Translate };

/**
 * What a person is told of what came of commands that were confirmed together: a line, where there is no more to say;
 * null where the screen shows it anyway.
 */
export function actNotice(
  commands: readonly ActCommand[],
  answers: readonly Settled[],
  { tasks, t }: Told,
): Notice | null {
  const refused = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [plainLine(t.say(messageOf(answer.reason)))] : [],
  );
  const values = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const notes = values.flatMap((value) => ('notes' in value ? value.notes : []));
  if (refused.length > 0) {
    const lines = [...refused, ...notes.map((note) => noteLine(note, { tasks, t }))];
    return { text: t('notice.refused'), style: 'bad', lines };
  }
  const files = values.flatMap((value) => ('file' in value ? [plainLine(value.file)] : []));
  if (files.length > 0) return { text: t('notice.exported'), style: 'good', lines: files };
  const done = values.reduce((sum, value) => sum + ('done' in value ? value.done : 0), 0);
  const style = done > 0 ? 'good' : 'bad';
  const [note, ...others] = notes;
  if (note !== undefined && others.length === 0 && done <= 1)
    return oneLine(noteLine(note, { tasks, t }), style);
  const ending = notes.filter(({ reason }) => reason.code === 'told').length;
  const text = doneText(commands, { done, ending }, t);
  if (text === null) return null;
  // That workers are told to end what they run is as it should be: the count says it.
  const lines = notes
    .filter(({ reason }) => reason.code !== 'told')
    .map((one) => noteLine(one, { tasks, t }));
  return { text, style, lines };
}

function doneText(
  commands: readonly ActCommand[],
  { done, ending }: { readonly done: number; readonly ending: number },
  t: Translate,
): string | null {
  switch (commands[0]?.type) {
    case 'cancel-tasks':
    case 'cancel-batch':
      return t(ending > 0 ? 'done.cancel-ending' : 'done.cancel', { count: done, ending });
    case 'retry-tasks':
    case 'retry-batch':
      return t('done.retry', { count: done });
    default:
      return null;
  }
}

function noteLine({ id, reason }: TaskNote, { tasks, t }: Told): string {
  const task = shortTaskId(tasks.known.get(id) ?? { id, batch: null });
  switch (reason.code) {
    case 'told':
      return t('incident.cancelling', { task, worker: reason.worker });
    case 'goes-on':
      return t('note.goes-on', { task, worker: reason.worker });
    case 'ended':
      return t('nothing-task.cancel', { task, state: t(`task-state.${reason.state}`) });
    case 'not-again':
      return t('nothing-task.retry', { task, state: t(`task-state.${reason.state}`) });
    case 'master-ends':
      return t('note.master-ends', { task });
  }
}
