import type { BatchRequest, FormRequest, ViewContext, ViewRefusal, ViewRequest } from '#ui/views/view.ts';
import type { TasksAction } from './keymap.ts';
import { outputOf, outputText, readingOf, wantedOutput } from './output.ts';
import { detailsHaveKeys, paneWithKeys } from './pane.ts';
import { nothingToDo } from './questions.ts';
import { meantRow } from './selected.ts';
import { againRequest } from './send-again.ts';
import type { TasksState } from './tasks-state.ts';

/** What an action asks for beside another state, or why it does nothing; null where there is no such thing. */
export function taskRequest(
  state: TasksState,
  action: TasksAction,
  context: ViewContext,
): ViewRequest | FormRequest | BatchRequest | ViewRefusal | null {
  switch (action) {
    case 'again':
      return againRequest(meantRow(state, context), context);
    case 'pager':
      return pagerRequest(state, context);
    case 'filter': {
      const pane = paneWithKeys(state, context);
      return pane?.task === undefined || pane.output !== null ? null : refused(context.t('output.none'));
    }
    // Asked only where there is no question, so nothing to do.
    case 'cancel':
    case 'retry': {
      const ofMarks = state.marks.size > 0 && !detailsHaveKeys(state, context);
      const row = ofMarks ? null : meantRow(state, context);
      return row === undefined ? null : refused(nothingToDo(row, action, context.t));
    }
    default:
      return null;
  }
}

/** The output of the task that is meant, all of it or what the filter lets through. */
function pagerRequest(state: TasksState, context: ViewContext): ViewRequest | ViewRefusal | null {
  const row = meantRow(state, context);
  if (row === undefined) return null;
  if (row.kind === 'batch') return refused(context.t('output.of-batch'));
  const { held, filter } = readingOf(state.output, row.id);
  const lines = wantedOutput(held ?? outputOf(row.task, context.live), filter);
  if (lines.length === 0) return refused(context.t('output.none'));
  return { type: 'page', content: { text: outputText(lines, context.t) } };
}

function refused(reason: string): ViewRefusal {
  return { type: 'refuse', reason };
}
