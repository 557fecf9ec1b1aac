import type { ReactNode } from 'react';
import type { Keymap } from '#ui/keys/keymap.ts';
import type { Line } from '#ui/lines/line.ts';
import { FILTER_KEYMAP } from '#ui/list/filter-edit.ts';
import type { Sort } from '#ui/list/list-state.ts';
import type { WantedTasks } from '#ui/older-tasks.ts';
import type { Question } from '#ui/overlays/confirm.ts';
import type { ConfigurationState } from './configuration/edit.ts';
import { configurationView } from './configuration/view.tsx';
import type { LogsState } from './logs/logs-state.ts';
import { logsView } from './logs/view.tsx';
import type { StatisticsState } from './statistics/statistics-state.ts';
import { statisticsView } from './statistics/view.tsx';
import type { TasksState } from './tasks/tasks-state.ts';
import { tasksView } from './tasks/view.tsx';
import type { Cell, Copied, View, ViewContext, ViewId, Watched } from './view.ts';
import { workersView } from './workers/view.tsx';
import type { WorkersState } from './workers/workers-state.ts';

/** The state of each view. They live side by side: a view that comes back looks as it was left. */
export interface ViewStates {
  readonly workers: WorkersState;
  readonly statistics: StatisticsState;
  readonly tasks: TasksState;
  readonly configuration: ConfigurationState;
  readonly logs: LogsState;
}

const VIEWS: { readonly [Id in ViewId]: View<ViewStates[Id]> } = {
  workers: workersView,
  statistics: statisticsView,
  tasks: tasksView,
  configuration: configurationView,
  logs: logsView,
};

export const INITIAL_VIEWS: ViewStates = {
  workers: workersView.initial,
  statistics: statisticsView.initial,
  tasks: tasksView.initial,
  configuration: configurationView.initial,
  logs: logsView.initial,
};

export function keymapOf(id: ViewId): Keymap {
  return VIEWS[id].keymap;
}

/**
 * The bindings that mean something just now: those of the field that is written in; of details, what works on them and
 * the way back; what claims a key only while it does.
 */
export function presentKeymapOf<Id extends ViewId>(id: Id, states: ViewStates, context: ViewContext): Keymap {
  const view = VIEWS[id];
  const state = states[id];
  if (view.capturesText(state)) return view.fieldKeymap?.(state) ?? FILTER_KEYMAP;
  const present = view.keymap.filter(
    ({ claims, keys }) => !claims || keys.some((key) => view.claims?.(state, key, context)),
  );
  if (!view.inDetails?.(state, context)) return present;
  return present.flatMap((binding) => {
    const { claims, changes, detailsFooter } = binding;
    if (detailsFooter !== undefined) return [{ ...binding, footer: detailsFooter }];
    return claims || changes ? [binding] : [];
  });
}

export function capturesText<Id extends ViewId>(id: Id, states: ViewStates): boolean {
  return VIEWS[id].capturesText(states[id]);
}

export function pressInView<Id extends ViewId>(
  id: Id,
  states: ViewStates,
  { key, context }: { readonly key: string; readonly context: ViewContext },
): ViewStates {
  const next = VIEWS[id].onKey(states[id], key, context);
  return next === states[id] ? states : { ...states, [id]: next };
}

/** What a key asks to do in a view, which has to be confirmed first; null for every other key. */
export function questionOf<Id extends ViewId>(
  id: Id,
  states: ViewStates,
  { key, context }: { readonly key: string; readonly context: ViewContext },
): Question | null {
  return VIEWS[id].question?.(states[id], key, context) ?? null;
}

export function claimsKey<Id extends ViewId>(
  id: Id,
  states: ViewStates,
  { key, context }: { readonly key: string; readonly context: ViewContext },
): boolean {
  return VIEWS[id].claims?.(states[id], key, context) ?? false;
}

export function requestOf<Id extends ViewId>(
  id: Id,
  states: ViewStates,
  { key, context }: { readonly key: string; readonly context: ViewContext },
): ReturnType<NonNullable<View<ViewStates[Id]>['request']>> {
  return VIEWS[id].request?.(states[id], key, context) ?? null;
}

export function copiedOf<Id extends ViewId>(id: Id, states: ViewStates, context: ViewContext): Copied | null {
  return VIEWS[id].copied?.(states[id], context) ?? null;
}

export function clickInView<Id extends ViewId>(
  id: Id,
  states: ViewStates,
  { cell, context }: { readonly cell: Cell; readonly context: ViewContext },
): ViewStates {
  const next = VIEWS[id].onClick?.(states[id], cell, context) ?? states[id];
  return next === states[id] ? states : { ...states, [id]: next };
}

export function pinnedView<Id extends ViewId>(id: Id, states: ViewStates, context: ViewContext): ViewStates {
  const next = VIEWS[id].pinned?.(states[id], context) ?? states[id];
  return next === states[id] ? states : { ...states, [id]: next };
}

export function statusOf<Id extends ViewId>(id: Id, states: ViewStates, context: ViewContext): Line {
  return VIEWS[id].status(states[id], context);
}

/** The task that has to be asked after, since its details are shown; null for none. */
export function watchedTask<Id extends ViewId>(
  id: Id,
  states: ViewStates,
  context: ViewContext,
): Watched | null {
  return VIEWS[id].watched?.(states[id], context) ?? null;
}

/** Finished tasks that the view shows beyond those of the snapshot. */
export function wantedTasks<Id extends ViewId>(
  id: Id,
  states: ViewStates,
  context: ViewContext,
): readonly WantedTasks[] {
  return VIEWS[id].wanted?.(states[id], context) ?? [];
}

/** The view's component with its state. */
export function bodyOf<Id extends ViewId>(id: Id, states: ViewStates, context: ViewContext): ReactNode {
  return VIEWS[id].Body({ state: states[id], context });
}

/** The views with their lists in the orders that are remembered for them. */
export function withSorts(
  views: ViewStates,
  sorts: Readonly<Partial<Record<ViewId, Sort | null>>>,
): ViewStates {
  return {
    ...views,
    workers: { ...views.workers, sort: sorts.workers ?? null },
    tasks: { ...views.tasks, sort: sorts.tasks ?? null },
  };
}
