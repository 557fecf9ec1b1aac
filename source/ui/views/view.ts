import type { ReactNode } from 'react';
import type { Batch } from '#model/batch.ts';
import type { EditSetting } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Task } from '#model/task.ts';
import type { Connection } from '#store/store.ts';
import type { LiveTask } from '#ui/hooks/use-live-output.ts';
import type { Format } from '#ui/i18n/format.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import type { Keymap } from '#ui/keys/keymap.ts';
import type { Line } from '#ui/lines/line.ts';
import type { WantedTasks } from '#ui/older-tasks.ts';
import type { Question } from '#ui/overlays/confirm.ts';
import type { Program } from '#ui/terminal.ts';
import type { Theme } from '#ui/theme/theme.ts';

export const VIEW_IDS = ['workers', 'statistics', 'tasks', 'configuration', 'logs'] as const;
export type ViewId = (typeof VIEW_IDS)[number];

/** A rectangle of terminal cells. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
}

/** All that a view may look at besides its own state. */
export interface ViewContext {
  readonly snapshot: Snapshot;
  /** Unix milliseconds at the moment of drawing. */
  readonly now: number;
  readonly area: Area;
  readonly t: Translate;
  readonly format: Format;
  readonly theme: Theme;
  /** How the task goes whose details are shown; null where none is shown, or nothing is known of it. */
  readonly live: LiveTask | null;
  /** How the master is reached; null where it is in this process. */
  readonly connection: Connection | null;
  /** Whether the master goes on when this screen is closed. */
  readonly outlives: boolean;
  /** Finished tasks that the snapshot does not hold, of those that the view wants. */
  readonly older: readonly Task[];
}

/** What a view asks of the terminal, or of the master without a question. */
export type ViewRequest =
  | EditSetting
  | { readonly type: 'run-program'; readonly program: Program }
  /** To be read in the person's own pager: a text, or a file by its absolute path. */
  | { readonly type: 'page'; readonly content: { readonly text: string } | { readonly path: string } };

/** The dispatch form with everything that a task or a sweep had, to be sent again with changes. */
export interface FormRequest {
  readonly type: 'open-form';
  /** The task, or the first of the sweep. */
  readonly origin: Task;
  /** What parameters of a sweep went through, as the form takes it; empty for a single task. */
  readonly swept: Readonly<Record<string, string>>;
}

/** The dispatch form with the sweep that a batch was, once all of its tasks have been read from the master's database. */
export interface BatchRequest {
  readonly type: 'read-batch';
  readonly batch: Batch;
}

/** A request that cannot be met, in the reader's language. */
export interface ViewRefusal {
  readonly type: 'refuse';
  readonly reason: string;
}

/** What is selected, as text for the clipboard. */
export interface Copied {
  /** What it is called. */
  readonly id: string;
  /** What there is to know of it: an address, a result, a value. */
  readonly more: string;
}

/** A task whose worker is asked what it printed. */
export interface Watched {
  readonly taskId: string;
  /** It has ended: nothing more comes. */
  readonly isOver: boolean;
}

/** A cell of a view's area, from 0. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/**
 * A view: its own state with a pure reducer, its keys as data, and what it shows. A folder of four small parts:
 * state and keymap, pure rows, and the component.
 */
export interface View<State> {
  readonly id: ViewId;
  readonly initial: State;
  readonly keymap: Keymap;
  /** True while keys are text for a field of this view, so that no global key may take them. */
  capturesText(state: State): boolean;
  /** The state after a key; the same object where the key means nothing here. */
  onKey(state: State, key: string, context: ViewContext): State;
  /** What a key asks to do, which has to be confirmed first; null for every other key. */
  question?(state: State, key: string, context: ViewContext): Question | null;
  /** What a person should know of the state itself, shown beside the tabs: the filter, whether the list follows. */
  status(state: State, context: ViewContext): Line;
  /** Whether a key means something here that goes before what it means everywhere. */
  claims?(state: State, key: string, context: ViewContext): boolean;
  /** Whether keys are for the details of a row, and not for the list. */
  inDetails?(state: State, context: ViewContext): boolean;
  /** The keys of the field that is being written in; without it, those of a filter. */
  fieldKeymap?(state: State): Keymap;
  /** What a key asks for beside another state; looked at before `onKey`. */
  request?(
    state: State,
    key: string,
    context: ViewContext,
  ): ViewRequest | FormRequest | BatchRequest | ViewRefusal | null;
  /** Null where nothing is selected. */
  copied?(state: State, context: ViewContext): Copied | null;
  /** The state after a click on a cell of the area. */
  onClick?(state: State, cell: Cell, context: ViewContext): State;
  /**
   * The state with the row that the marker stands at selected by its id: without it, the marker would go to another row
   * when the order changes. The same object where nothing is to be done.
   */
  pinned?(state: State, context: ViewContext): State;
  /** The task whose details are shown, where its worker is to be asked what it printed; null for none. */
  watched?(state: State, context: ViewContext): Watched | null;
  /** Finished tasks that it shows beyond those of the snapshot. */
  wanted?(state: State, context: ViewContext): readonly WantedTasks[];
  /** What stands in the area. Exactly `area.rows` rows at most, none wider than `area.columns`. */
  readonly Body: (props: { readonly state: State; readonly context: ViewContext }) => ReactNode;
}
