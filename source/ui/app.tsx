import { useInput, usePaste, useWindowSize } from 'ink';
import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Clock } from '#model/clock.ts';
import type { CommandAnswer } from '#model/commands.ts';
import { messageOf } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import type { Store } from '#store/store.ts';
import { type AppState, answered, type Effect, press, refused, submitted, takesText } from '#ui/app-state.ts';
import { Frame } from '#ui/frame/frame.tsx';
import { frameLayout } from '#ui/frame/layout.ts';
import { useLiveOutput } from '#ui/hooks/use-live-output.ts';
import { useNow } from '#ui/hooks/use-now.ts';
import { formatFor } from '#ui/i18n/format.ts';
import { type Language, translator } from '#ui/i18n/translate.ts';
import { keyNames } from '#ui/keys/key-names.ts';
import { charactersOf } from '#ui/lines/line.ts';
import type { Sort } from '#ui/list/list-state.ts';
import type { ActCommand, Notice } from '#ui/overlays/confirm.ts';
import type { Theme } from '#ui/theme/theme.ts';
import { batchRowId } from '#ui/views/tasks/batch-rows.ts';
import type { ViewContext, ViewId } from '#ui/views/view.ts';
import { INITIAL_VIEWS, type ViewStates, watchedTask } from '#ui/views/views.ts';

/** What a person's own preferences are to the screen. Writing never fails: what cannot be kept is kept in memory. */
export interface UiPreferences {
  readonly sorts: Readonly<Partial<Record<ViewId, Sort | null>>>;
  readonly form: Readonly<Record<string, string>>;
  rememberLanguage(language: Language): void;
  rememberSort(view: ViewId, sort: Sort | null): void;
  rememberForm(values: Readonly<Record<string, string>>): void;
}

export interface AppProps {
  readonly store: Store;
  readonly clock: Clock;
  readonly theme: Theme;
  readonly preferences: UiPreferences;
  readonly language: Language;
  /** Switches every action off that changes something at the master. */
  readonly readonly: boolean;
  /** Closes the dashboard. */
  readonly quit: () => void;
}

/** The dashboard. Keys go through one pure reducer; what they ask of the world outside is done here. */
export function App({ store, clock, theme, preferences, language, readonly, quit }: AppProps) {
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot);
  const size = useWindowSize();
  const now = useNow(clock);
  const [state, setState] = useState<AppState>(() => ({
    view: 'workers',
    overlay: null,
    language,
    views: withSorts(INITIAL_VIEWS, preferences.sorts),
    readonly,
  }));
  // Several keys may arrive before React draws again: each must see what the one before it did.
  const latest = useRef(state);
  const form = useRef(preferences.form);

  const layout = frameLayout(size, snapshot.problems.length);
  const texts = useMemo(
    () => ({ t: translator(state.language), format: formatFor(state.language) }),
    [state.language],
  );
  const still: ViewContext = { snapshot, now, area: layout.body, theme, live: null, ...texts };
  const watched = state.overlay === null ? watchedTask(state.view, state.views, still) : null;
  const context: ViewContext = { ...still, live: useLiveOutput(watched, store, clock) };

  const become = useCallback((next: AppState) => {
    latest.current = next;
    setState(next);
  }, []);

  function run(effect: Effect): void {
    switch (effect.type) {
      case 'quit':
        quit();
        return;
      case 'remember-language':
        preferences.rememberLanguage(effect.language);
        return;
      case 'remember-sort':
        preferences.rememberSort(effect.view, effect.sort);
        return;
      case 'remember-form':
        form.current = effect.values;
        preferences.rememberForm(effect.values);
        return;
      case 'act':
        store.dispatch(effect.command).then(
          (answer) => become(answered(latest.current, noticeOf(answer))),
          (error: unknown) => {
            const notice: Notice = { title: 'notice.refused', lines: [plainLine(messageOf(error))] };
            become(answered(latest.current, notice));
          },
        );
        return;
      case 'dispatch':
        store.dispatch(effect.command).then(
          ({ ids, batches }) =>
            become(submitted(latest.current, [...ids, ...batches.map(({ id }) => batchRowId(id))])),
          (error: unknown) => become(refused(latest.current, plainLine(messageOf(error)))),
        );
        return;
    }
  }

  function pressAll(keys: readonly string[]): void {
    const effects: Effect[] = [];
    let next = latest.current;
    for (const key of keys) {
      const step = press(next, { key, context, remembered: { form: form.current } });
      next = step.state;
      effects.push(...step.effects);
    }
    if (next !== latest.current) become(next);
    for (const effect of effects) run(effect);
  }

  useInput((input, key) => pressAll(keyNames(input, key)));
  usePaste((text) => {
    // Pasted text is text, never keys: a line break in it must not send a form.
    if (!takesText(latest.current)) return;
    pressAll(charactersOf(plainLine(text)).map((character) => (character === ' ' ? 'space' : character)));
  });

  return <Frame state={state} context={{ ...context, area: size }} layout={layout} />;
}

/** Where it was written; what was left as it is, or goes on all the same, and why. */
function noticeOf(answer: CommandAnswer<ActCommand>): Notice {
  if ('file' in answer) return { title: 'notice.exported', lines: [plainLine(answer.file)] };
  const notes = 'notes' in answer ? answer.notes : [];
  return { title: 'notice.notes', lines: notes.map(({ id, text }) => plainLine(`${id}: ${text}`)) };
}

function withSorts(views: ViewStates, sorts: UiPreferences['sorts']): ViewStates {
  return {
    ...views,
    workers: { ...views.workers, sort: sorts.workers ?? null },
    tasks: { ...views.tasks, sort: sorts.tasks ?? null },
  };
}
