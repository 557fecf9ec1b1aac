import type { SubmitTasks } from '#model/commands.ts';
import type { Language } from '#ui/i18n/translate.ts';
import { GLOBAL_KEYMAP, WALL_KEYMAP } from '#ui/keys/global-keymap.ts';
import type { Keymap } from '#ui/keys/keymap.ts';
import type { Sort } from '#ui/list/list-state.ts';
import type { Marks } from '#ui/list/marks.ts';
import type { ActCommand, Question } from '#ui/overlays/confirm.ts';
import type { DialogFocus } from '#ui/overlays/dialog.ts';
import { type FormState, refuseForm } from '#ui/overlays/form/form-state.ts';
import type { HelpSection } from '#ui/overlays/help.ts';
import { type Notice, oneLine } from '#ui/overlays/notice.ts';
import { type PaletteEntry, paletteEntries } from '#ui/overlays/palette/palette-entries.ts';
import type { PaletteState } from '#ui/overlays/palette/palette-state.ts';
import type { ReadingBatch } from '#ui/overlays/reading.ts';
import type { ThemeName } from '#ui/theme/palettes.ts';
import type { BatchRequest, ViewContext, ViewId, ViewRequest } from '#ui/views/view.ts';
import { capturesText, keymapOf, type ViewStates } from '#ui/views/views.ts';
import type { WallState } from '#ui/wall/wall-state.ts';

/** What lies over the view; at most one thing. */
export type Overlay =
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'quit'; readonly focus: DialogFocus }
  | { readonly kind: 'palette'; readonly state: PaletteState }
  | { readonly kind: 'form'; readonly state: FormState }
  | { readonly kind: 'confirm'; readonly focus: DialogFocus; readonly question: Question }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | ({ readonly kind: 'reading' } & ReadingBatch);

/** All that the screen knows beside the snapshot. */
export interface AppState {
  readonly view: ViewId;
  readonly overlay: Overlay | null;
  readonly language: Language;
  readonly theme: ThemeName;
  /** Every glyph drawn in ASCII. */
  readonly ascii: boolean;
  readonly views: ViewStates;
  readonly readonly: boolean;
  /** Over everything but what lies over a view; null: the views. */
  readonly wall: WallState | null;
  /** What came of the last key, until the next one; null: nothing to say. */
  readonly notice: Notice | null;
  /** How long each page of the wall is shown; null: it does not rotate. */
  readonly rotateMs: number | null;
}

/** Marked rows of a view. */
interface ViewMarks {
  readonly view: ViewId;
  readonly ids: Marks;
}

/** What a key asks of the world outside. */
export type Effect =
  | { readonly type: 'quit' }
  | { readonly type: 'put-aside' }
  | { readonly type: 'dispatch'; readonly command: SubmitTasks }
  | {
      readonly type: 'act';
      readonly commands: readonly ActCommand[];
      /** The marks that it is about; undefined: it is about none. */
      readonly marks?: ViewMarks | undefined;
    }
  | { readonly type: 'remember-language'; readonly language: Language }
  | { readonly type: 'remember-theme'; readonly theme: ThemeName }
  | { readonly type: 'remember-ascii'; readonly ascii: boolean }
  | { readonly type: 'copy'; readonly text: string }
  | ViewRequest
  | BatchRequest
  | { readonly type: 'remember-sort'; readonly view: ViewId; readonly sort: Sort | null }
  | { readonly type: 'remember-form'; readonly values: Readonly<Record<string, string>> };

export interface Step {
  readonly state: AppState;
  readonly effects: readonly Effect[];
}

/** What the palette has to offer just now. */
export function paletteOf(state: AppState, { t }: Pick<ViewContext, 't'>): PaletteEntry[] {
  return paletteEntries({ view: state.view, keymapOf, readonly: state.readonly || state.wall !== null, t });
}

/** The keys that mean something where the help is opened: none of another screen, none that is switched off. */
export function helpOf({ view, wall, readonly }: AppState): HelpSection[] {
  if (wall !== null) return [{ title: 'help.wall', keymap: WALL_KEYMAP }];
  const allowed = (keymap: Keymap) => keymap.filter(({ changes }) => !(changes && readonly));
  return [
    { title: `view.${view}`, keymap: allowed(keymapOf(view)) },
    { title: 'help.global', keymap: allowed(GLOBAL_KEYMAP) },
  ];
}

/** The state once the master accepted what the form asked for: it is on the screen at once, the first row of it selected. */
export function submitted(state: AppState, rows: readonly string[]): AppState {
  const selected = rows[0] ?? null;
  const tasks = {
    ...state.views.tasks,
    ...{ selected, awaited: selected, filter: '', tab: null, open: false },
  };
  return { ...state, overlay: null, view: 'tasks', views: { ...state.views, tasks } };
}

/**
 * The state with something to say: in one line until the next key; what is longer lies over the view until it is closed,
 * unless something else is open.
 */
export function noticed(state: AppState, notice: Notice): AppState {
  if (notice.lines.length === 0 || state.overlay !== null) return { ...state, notice };
  return { ...state, overlay: { kind: 'notice', notice } };
}

/** The state once what was asked of marked rows is done. They are marked no more: the same key again would undo it. */
export function unmarked(state: AppState, { view, ids }: ViewMarks): AppState {
  const before = state.views[view];
  if (!('marks' in before)) return state;
  const marks = new Set([...before.marks].filter((id) => !ids.has(id)));
  return { ...state, views: { ...state.views, [view]: { ...before, marks } } };
}

/** The state once the master refused them: the form stays, with the reason. */
export function refused(state: AppState, message: string): AppState {
  if (state.overlay?.kind !== 'form') return state;
  return { ...state, overlay: { kind: 'form', state: refuseForm(state.overlay.state, message) } };
}

/**
 * The state once the master has written a setting, or said in `refusal` why not: the field closes, or says so beside what
 * was typed. Where somebody closed it meanwhile, a refusal is told all the same.
 */
export function edited(state: AppState, key: string, refusal: string | null): AppState {
  const { configuration } = state.views;
  const { edit } = configuration;
  if (edit?.key !== key) return refusal === null ? state : noticed(state, oneLine(refusal, 'bad'));
  const next = refusal === null ? null : { ...edit, sending: false, refusal };
  return { ...state, views: { ...state.views, configuration: { ...configuration, edit: next } } };
}

/** Whether keys are text just now, so that a paste belongs into a field. */
export function takesText(state: AppState): boolean {
  if (state.overlay !== null) return state.overlay.kind === 'form' || state.overlay.kind === 'palette';
  return state.wall === null && capturesText(state.view, state.views);
}
