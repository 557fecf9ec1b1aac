import { EMPTY_LINE, type Line, line, span, wrap } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** The question before quitting while tasks run. Cancel is focused. */
export interface QuitState {
  readonly focus: 'cancel' | 'quit';
}

export function quitLines({ focus }: QuitState, { t, snapshot, area }: ViewContext): Line[] {
  const { running, assigned } = snapshot.tasks.counts;
  // Workers of this machine end with the master, and what they run with them.
  const embedded = [...snapshot.workers].some(({ config }) => config.origin === 'embedded');
  const what = embedded ? 'quit.running-here' : 'quit.running';
  const button = (id: QuitState['focus'], text: string) =>
    span(` ${text} `, id === focus ? 'selected' : undefined);
  const title = line(` ${t('quit.title')}`, 'title');
  const buttons = [
    span(' '),
    button('cancel', t('quit.cancel')),
    span('   '),
    button('quit', t('quit.confirm')),
  ];
  const text = wrap(t(what, { count: running + assigned }), area.columns - 2).map((part) => line(` ${part}`));
  const roomy = [EMPTY_LINE, title, EMPTY_LINE, ...text, EMPTY_LINE, buttons];
  if (roomy.length <= area.rows) return roomy;
  // Where rows are short the text gives way, never the answers.
  return [title, ...text.slice(0, Math.max(0, area.rows - 2)), buttons];
}

/** What a key does to the question: another focus, an answer, or nothing. */
export function quitKey(state: QuitState, key: string): QuitState | 'cancelled' | 'confirmed' {
  switch (key) {
    case 'enter':
      return state.focus === 'quit' ? 'confirmed' : 'cancelled';
    case 'esc':
      return 'cancelled';
    case 'tab':
    case 'shift-tab':
    case 'left':
    case 'right':
    case 'h':
    case 'l':
      return { focus: state.focus === 'quit' ? 'cancel' : 'quit' };
    default:
      return state;
  }
}
