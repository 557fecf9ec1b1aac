import { Box, useApp, useInput, useIsScreenReaderEnabled, usePaste, useWindowSize } from 'ink';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import type { Store } from '#store/store.ts';
import {
  type AppState,
  type Effect,
  edited,
  noticed,
  refused,
  submitted,
  takesText,
  unmarked,
} from '#ui/app-state.ts';
import { sendBatchAgain } from '#ui/batch-again.ts';
import { isCutOff, withConnection } from '#ui/connection.ts';
import { Frame } from '#ui/frame/frame.tsx';
import { frameLayout } from '#ui/frame/layout.ts';
import { useBell } from '#ui/hooks/use-bell.ts';
import { useLiveOutput } from '#ui/hooks/use-live-output.ts';
import { useNow } from '#ui/hooks/use-now.ts';
import { usePutAside } from '#ui/hooks/use-put-aside.ts';
import { formatFor } from '#ui/i18n/format.ts';
import { type Language, translator } from '#ui/i18n/translate.ts';
import { keyNames } from '#ui/keys/key-names.ts';
import { charactersOf } from '#ui/lines/line.ts';
import type { Sort } from '#ui/list/list-state.ts';
import { clickAt } from '#ui/mouse/click.ts';
import { createOlderTasks } from '#ui/older-tasks.ts';
import { isStale, withOverdue } from '#ui/overdue.ts';
import { actNotice } from '#ui/overlays/act-notice.ts';
import { oneLine } from '#ui/overlays/notice.ts';
import { pagerProgram } from '#ui/pager.ts';
import { press } from '#ui/press.ts';
import { Reader } from '#ui/reader/reader.tsx';
import type { Program, ProgramFailure, UiTerminal } from '#ui/terminal.ts';
import type { ThemeName } from '#ui/theme/palettes.ts';
import { createTheme } from '#ui/theme/theme.ts';
import { batchRowId } from '#ui/views/tasks/batch-rows.ts';
import type { ViewContext, ViewId } from '#ui/views/view.ts';
import { INITIAL_VIEWS, pinnedView, wantedTasks, watchedTask, withSorts } from '#ui/views/views.ts';
import { alarmOf, troublesOf } from '#ui/wall/alarm.ts';
import { Wall } from '#ui/wall/wall.tsx';
import { pageAt, shiftAt } from '#ui/wall/wall-state.ts';

/** What a person's own preferences are to the screen. Writing never fails: what cannot be kept is kept in memory. */
export interface UiPreferences {
  readonly sorts: Readonly<Partial<Record<ViewId, Sort | null>>>;
  readonly form: Readonly<Record<string, string>>;
  rememberLanguage(language: Language): void;
  rememberTheme(theme: ThemeName): void;
  rememberAscii(ascii: boolean): void;
  rememberSort(view: ViewId, sort: Sort | null): void;
  rememberForm(values: Readonly<Record<string, string>>): void;
}

/** How the screen begins. */
export interface AppStart {
  readonly language: Language;
  readonly theme: ThemeName;
  /** Every glyph drawn in ASCII. */
  readonly ascii: boolean;
  /** Switches every action off that changes something at the master. */
  readonly readonly: boolean;
  /** Begins with the wall, whose pages rotate after `rotateMs`, if not null. */
  readonly wall: boolean;
  readonly rotateMs: number | null;
  /** Rings the terminal's bell when trouble begins, and for each that is added to it. */
  readonly bell: boolean;
}

export interface AppProps {
  readonly store: Store;
  readonly clock: Clock;
  readonly terminal: UiTerminal;
  readonly preferences: UiPreferences;
  readonly start: AppStart;
  /** Closes the dashboard. */
  readonly quit: () => void;
}

const NO_TROUBLES: ReadonlySet<string> = new Set();

/** Rows that one notch of the wheel moves by. */
const WHEEL_ROWS = 3;

/** The dashboard. Keys go through one pure reducer; what they ask of the world outside is done here. */
export function App({ store, clock, terminal, preferences, start, quit }: AppProps) {
  const known = useSyncExternalStore(store.subscribe, store.getSnapshot);
  const connection = useSyncExternalStore(store.subscribe, () => store.connection?.() ?? null);
  const size = useWindowSize();
  const now = useNow(clock);
  const [state, setState] = useState<AppState>(() => ({
    ...start,
    wall: start.wall ? { since: clock.now(), rotateMs: start.rotateMs } : null,
    view: 'workers',
    notice: null,
    overlay: null,
    views: withSorts(INITIAL_VIEWS, preferences.sorts),
  }));
  const texts = useMemo(
    () => ({ t: translator(state.language), format: formatFor(state.language) }),
    [state.language],
  );
  const told = useMemo(() => withConnection(known, connection, texts.t), [known, connection, texts]);
  const snapshot = withOverdue(told, now);
  const { suspendTerminal } = useApp();
  const putAside = usePutAside(terminal);
  const isReader = useIsScreenReaderEnabled();
  // Several keys may arrive before React draws again: each must see what the one before it did.
  const latest = useRef(state);
  const form = useRef(preferences.form);

  const background = useSyncExternalStore(terminal.onBackground, terminal.background);
  const { theme: name, ascii } = state;
  // Of a master that is silent nothing is green, whoever's process it is.
  const stale = isCutOff(connection) || isStale(snapshot, now);
  const theme = useMemo(
    () => createTheme({ colorLevel: terminal.colorLevel, name, background, ascii, stale }),
    [terminal, name, background, ascii, stale],
  );
  const alarm = alarmOf(snapshot, now);
  const troubles = useMemo(
    () => (start.bell ? troublesOf(snapshot, now) : NO_TROUBLES),
    [start.bell, snapshot, now],
  );
  useBell(troubles, terminal.ring);
  const page = state.wall === null || state.overlay !== null ? null : pageAt(state.wall, now);
  // While there is trouble the wall stays: nobody should have to wait for its turn. A warning may last for weeks.
  const isWall = page === 'wall' || (page !== null && alarm === 'bad');
  // The wall moves itself within its window.
  const shift = page === null || isWall ? null : shiftAt(size, now);
  const room = shift === null ? size : { columns: size.columns - 1, rows: size.rows - 1 };
  const layout = frameLayout(room, snapshot.problems.length);
  const reader = useMemo(() => createOlderTasks(store, clock), [store, clock]);
  const older = useSyncExternalStore(reader.subscribe, reader.current);
  const still: ViewContext = {
    snapshot,
    now,
    area: layout.body,
    theme,
    live: null,
    connection,
    outlives: store.outlives?.() ?? false,
    older,
    ...texts,
  };
  const watched = state.overlay === null ? watchedTask(state.view, state.views, still) : null;
  const context: ViewContext = { ...still, live: useLiveOutput(watched, store, clock) };

  const become = useCallback((next: AppState) => {
    latest.current = next;
    setState(next);
  }, []);

  /** Another program has the terminal until it ends; then the screen is drawn anew, as it is by then. */
  function lend(program: Program): void {
    const tell = (failure: ProgramFailure) => {
      const text =
        'code' in failure
          ? texts.t('program.ended', { program: program.file, code: failure.code })
          : texts.t('program.failed', { program: program.file, reason: plainLine(failure.reason) });
      become(noticed(latest.current, oneLine(text, 'bad')));
    };
    suspendTerminal(async () => {
      const failure = await terminal.run(program);
      // What it said itself is gone with its screen.
      if (failure !== null) tell(failure);
    }).catch((error: unknown) => tell({ reason: messageOf(error) }));
  }

  /** Why something was not done, in the reader's language. */
  function refusalText(error: unknown): string {
    return plainLine(texts.t.say(messageOf(error)));
  }

  /** All that is confirmed goes out at once; what each answer has to say is told together. */
  async function act({ commands, marks }: Extract<Effect, { type: 'act' }>): Promise<void> {
    const answers = await Promise.allSettled(commands.map((command) => store.dispatch(command)));
    const told = actNotice(commands, answers, { tasks: store.getSnapshot().tasks, t: texts.t });
    if (told !== null) become(noticed(latest.current, told));
    // What was refused can be tried again.
    const isDone = answers.every(({ status }) => status === 'fulfilled');
    if (isDone && marks !== undefined) become(unmarked(latest.current, marks));
  }

  function run(effect: Effect): void {
    switch (effect.type) {
      case 'quit':
        quit();
        return;
      case 'put-aside':
        putAside();
        return;
      case 'remember-language':
        preferences.rememberLanguage(effect.language);
        return;
      case 'copy':
        terminal.copy(effect.text);
        return;
      case 'run-program':
        lend(effect.program);
        return;
      case 'page':
        lend(pagerProgram(terminal.pager, effect.content));
        return;
      case 'remember-theme':
        preferences.rememberTheme(effect.theme);
        return;
      case 'remember-ascii':
        preferences.rememberAscii(effect.ascii);
        return;
      case 'remember-sort':
        preferences.rememberSort(effect.view, effect.sort);
        return;
      case 'remember-form':
        form.current = effect.values;
        preferences.rememberForm(effect.values);
        return;
      case 'read-batch': {
        const remembered = () => form.current;
        void sendBatchAgain(effect.batch, {
          store,
          texts,
          remembered,
          current: () => latest.current,
          become,
        });
        return;
      }
      case 'edit-setting':
        store.dispatch(effect).then(
          () => become(edited(latest.current, effect.key, null)),
          (error: unknown) => become(edited(latest.current, effect.key, refusalText(error))),
        );
        return;
      case 'act':
        void act(effect);
        return;
      case 'dispatch':
        store.dispatch(effect.command).then(
          ({ ids, batches }) =>
            become(submitted(latest.current, [...ids, ...batches.map(({ id }) => batchRowId(id))])),
          (error: unknown) => become(refused(latest.current, refusalText(error))),
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
  // Anew at every drawing: a click is judged by what is on the screen.
  useEffect(() =>
    terminal.onMouse((event) => {
      if (event.type === 'wheel') pressAll(Array<string>(WHEEL_ROWS).fill(event.direction));
      else become(clickAt(latest.current, event.cell, { context, layout }));
    }),
  );
  usePaste((text) => {
    // Pasted text is text, never keys: a line break in it must not send a form.
    if (!takesText(latest.current)) return;
    pressAll(charactersOf(plainLine(text)).map((character) => (character === ' ' ? 'space' : character)));
  });

  useEffect(() => {
    const views = pinnedView(latest.current.view, latest.current.views, context);
    if (views !== latest.current.views) become({ ...latest.current, views });
  });

  useEffect(() => {
    reader.want(wantedTasks(state.view, state.views, context), snapshot.tasks.known);
  });

  const whole = { ...context, area: size };
  if (isReader) return <Reader state={state} context={whole} />;
  if (isWall) return <Wall context={whole} />;
  const view = page ?? state.view;
  return (
    <Box paddingTop={shift?.down ?? 0} paddingLeft={shift?.right ?? 0}>
      <Frame state={{ ...state, view }} context={{ ...context, area: room }} layout={layout} />
    </Box>
  );
}
