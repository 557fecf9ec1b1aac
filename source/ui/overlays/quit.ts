import type { ViewContext } from '#ui/views/view.ts';
import type { Dialog } from './dialog.ts';

/** The question before quitting while tasks run. */
export function quitDialog({ t, snapshot }: Pick<ViewContext, 't' | 'snapshot'>): Dialog {
  const { running, assigned } = snapshot.tasks.counts;
  // Workers of this machine end with the master, and what they run with them.
  const embedded = [...snapshot.workers].some(({ config }) => config.origin === 'embedded');
  const text = t(embedded ? 'quit.running-here' : 'quit.running', { count: running + assigned });
  return { title: t('quit.title'), text: [text], cancel: t('quit.cancel'), confirm: t('quit.confirm') };
}
