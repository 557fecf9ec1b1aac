import type { Line } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { questionKey, questionLines } from './question-lines.ts';

/** The question before quitting while tasks run. Cancel is focused. */
export interface QuitState {
  readonly focus: 'cancel' | 'quit';
}

export function quitLines({ focus }: QuitState, { t, snapshot, area }: ViewContext): Line[] {
  const { running, assigned } = snapshot.tasks.counts;
  // Workers of this machine end with the master, and what they run with them.
  const embedded = [...snapshot.workers].some(({ config }) => config.origin === 'embedded');
  const what = embedded ? 'quit.running-here' : 'quit.running';
  return questionLines(
    {
      title: t('quit.title'),
      text: t(what, { count: running + assigned }),
      answers: [t('quit.cancel'), t('quit.confirm')],
      focused: focus === 'cancel' ? 0 : 1,
    },
    area,
  );
}

/** What a key does to the question: another focus, an answer, or nothing. */
export function quitKey(state: QuitState, key: string): QuitState | 'cancelled' | 'confirmed' {
  switch (questionKey(key)) {
    case 'answer':
      return state.focus === 'quit' ? 'confirmed' : 'cancelled';
    case 'stay':
      return 'cancelled';
    case 'other':
      return { focus: state.focus === 'quit' ? 'cancel' : 'quit' };
    case null:
      return state;
  }
}
