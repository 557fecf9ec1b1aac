import type { Batch } from '#model/batch.ts';
import { messageOf } from '#model/errors.ts';
import { TASK_STATES, type Task } from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import type { Store } from '#store/store.ts';
import { type AppState, noticed } from '#ui/app-state.ts';
import { openFormAgain } from '#ui/overlays/form/form-state.ts';
import { oneLine } from '#ui/overlays/notice.ts';
import { batchAgain } from '#ui/views/tasks/send-again.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** Tasks of one answer. */
const PAGE = 500;

interface Screen {
  readonly store: Pick<Store, 'query' | 'getSnapshot'>;
  readonly texts: Pick<ViewContext, 't' | 'format'>;
  /** What the form was last sent with. */
  readonly remembered: () => Readonly<Record<string, string>>;
  readonly current: () => AppState;
  readonly become: (next: AppState) => void;
}

/**
 * Reads all tasks of a batch that the master's database still has, and opens the form with the sweep that they are, or
 * says why not. Nothing comes of it once the person has left the reading. Never rejects.
 */
export async function sendBatchAgain(batch: Batch, screen: Screen): Promise<void> {
  const { store, texts, remembered, current, become } = screen;
  const answer = (state: AppState, tasks: readonly Task[]): AppState => {
    const request = batchAgain(batch, tasks, texts);
    if (request.type === 'refuse') return noticed(state, oneLine(request.reason, 'bad'));
    const form = openFormAgain({ snapshot: store.getSnapshot() }, remembered(), request);
    return { ...state, overlay: { kind: 'form', state: form } };
  };
  const tasks = new Map<string, Task>();
  let before: number | null = null;
  try {
    for (;;) {
      const query = { type: 'tasks', states: TASK_STATES, batch: batch.id, before, limit: PAGE } as const;
      const page: readonly Task[] = await store.query(query);
      const state = current();
      if (!isRead(state, batch)) return;
      // What came of them is not needed, and takes the most room.
      for (const task of page) tasks.set(task.id, { ...task, attempts: [], result: null });
      before = page.at(-1)?.sequence ?? null;
      if (page.length < PAGE || before === null) {
        become(answer({ ...state, overlay: null }, [...tasks.values()]));
        return;
      }
      become({ ...state, overlay: { ...state.overlay, seen: tasks.size } });
    }
  } catch (error) {
    const state = current();
    if (isRead(state, batch)) {
      become(noticed({ ...state, overlay: null }, oneLine(plainLine(texts.t.say(messageOf(error))), 'bad')));
    }
  }
}

type Reading = Extract<AppState['overlay'], { kind: 'reading' }>;

function isRead(state: AppState, { id }: Batch): state is AppState & { readonly overlay: Reading } {
  return state.overlay?.kind === 'reading' && state.overlay.batch === id;
}
