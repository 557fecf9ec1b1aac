import type { Snapshot } from '#model/snapshot.ts';
import type { Task } from '#model/task.ts';
import type { AppState, Effect } from '#ui/app-state.ts';
import { frameLayout } from '#ui/frame/layout.ts';
import { statusLineOf } from '#ui/frame/status.ts';
import type { LiveTask } from '#ui/hooks/use-live-output.ts';
import { press } from '#ui/press.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { INITIAL_VIEWS, pinnedView } from '#ui/views/views.ts';
import { contextOf, textOf } from './view-context.ts';

/** The dashboard as it starts: on Workers, in English, with nothing over it. */
export const PLAIN_STATE: AppState = {
  view: 'workers',
  overlay: null,
  language: 'en',
  theme: 'auto',
  ascii: false,
  views: INITIAL_VIEWS,
  readonly: false,
  wall: null,
  notice: null,
  rotateMs: null,
};

interface DeskOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly live?: LiveTask;
  readonly older?: readonly Task[];
}

/** The dashboard without a terminal: what keys make of its state, and what they ask for. */
export interface Desk {
  state(): AppState;
  context(): ViewContext;
  /** Keys by their names, or a text that is typed letter by letter. */
  press(...keys: string[]): void;
  /** Another picture, as after the next drawing. */
  show(snapshot: Snapshot, over?: Partial<DeskOptions>): void;
  /** What has been asked of the world outside since this was asked last. */
  effects(): Effect[];
  /** What stands beside the tabs. */
  status(): string;
}

export function openDesk(snapshot: Snapshot, options: DeskOptions = {}): Desk {
  let shown = snapshot;
  let look = options;
  let asked: Effect[] = [];
  let state = PLAIN_STATE;
  const context = (): ViewContext => {
    const { columns = 120, rows = 32, live = null, older = [] } = look;
    const { body } = frameLayout({ columns, rows }, shown.problems.length);
    return { ...contextOf(shown, body), live, older };
  };
  // The dashboard does so after each drawing.
  const pin = () => {
    state = { ...state, views: pinnedView(state.view, state.views, context()) };
  };
  pin();
  return {
    state: () => state,
    context,
    press(...keys) {
      for (const key of keys) {
        const step = press(state, { key, context: context(), remembered: { form: {} } });
        state = step.state;
        asked.push(...step.effects);
        pin();
      }
    },
    show(next, over = {}) {
      shown = next;
      look = { ...look, ...over };
      pin();
    },
    effects() {
      const before = asked;
      asked = [];
      return before;
    },
    status: () => textOf(statusLineOf(state, context())),
  };
}
