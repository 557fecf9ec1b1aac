import type { ReactNode } from 'react';
import type { Snapshot } from '#model/snapshot.ts';
import type { LiveTask } from '#ui/hooks/use-live-output.ts';
import type { Format } from '#ui/i18n/format.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import type { Keymap } from '#ui/keys/keymap.ts';
import type { Line } from '#ui/lines/line.ts';
import type { Question } from '#ui/overlays/confirm.ts';
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
  /** The running task whose details are shown, which wants to be asked after; null for none. */
  watched?(state: State, context: ViewContext): string | null;
  /** What stands in the area. Exactly `area.rows` rows at most, none wider than `area.columns`. */
  readonly Body: (props: { readonly state: State; readonly context: ViewContext }) => ReactNode;
}
