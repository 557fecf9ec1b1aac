import type { Command, CommandAnswer, Query, QueryAnswer } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Store } from '#store/store.ts';
import { App, type AppStart, type UiPreferences } from '#ui/app.tsx';
import type { Language } from '#ui/i18n/translate.ts';
import type { Program, UiTerminal } from '#ui/terminal.ts';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { NOW } from './fleet.ts';
import { openInkWindow } from './ink-window.ts';

export interface ScreenOptions {
  readonly columns: number;
  readonly rows: number;
  readonly language?: Language;
  readonly readonly?: boolean;
  readonly start?: Partial<AppStart>;
  readonly preferences?: Partial<UiPreferences>;
  /** What the master answers; missing: that it accepted the task `new-1`. */
  readonly dispatch?: (command: Command) => Promise<unknown>;
  /** What the master answers to questions; missing: that it cannot. */
  readonly query?: (query: Query) => Promise<unknown>;
}

export interface Screen {
  /** The rows of the last frame, without trailing spaces. */
  lines(): string[];
  text(): string;
  /** Types keys one by one; names such as `enter`, `esc`, `down` stand for themselves, all else is typed as text. */
  press(...keys: string[]): Promise<void>;
  /** Waits for a frame that satisfies `test`, and gives it back. */
  frame(what: string, test: (text: string) => boolean): Promise<string>;
  show(snapshot: Snapshot): void;
  resize(columns: number, rows: number): void;
  readonly dispatched: Command[];
  /** What was put on the clipboard, and how often the bell rang. */
  readonly copied: string[];
  readonly rung: () => number;
  /** Programs that were given the terminal. */
  readonly programs: Program[];
  /** The dashboard's clock. */
  readonly clock: FakeClock;
  /** False once the dashboard has ended itself. */
  isOpen(): boolean;
  close(): void;
}

const BYTES: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  tab: '\t',
  'shift-tab': '\u001b[Z',
  backspace: '\u007f',
  space: ' ',
  pagedown: '\u001b[6~',
  pageup: '\u001b[5~',
  'ctrl-c': '\u0003',
  'ctrl-d': '\u0004',
  'ctrl-u': '\u0015',
};

/** The dashboard on a given snapshot, without colours, in a window of a given size. */
export function openScreen(snapshot: Snapshot, options: ScreenOptions): Screen {
  let current = snapshot;
  const listeners = new Set<() => void>();
  const dispatched: Command[] = [];
  const clock = fakeClock(NOW);
  const store: Store = {
    getSnapshot: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch(command) {
      dispatched.push(command);
      const accepted = Promise.resolve({ ids: ['new-1'], batches: [] });
      const answer: Promise<unknown> = options.dispatch?.(command) ?? accepted;
      return answer as Promise<CommandAnswer<typeof command>>;
    },
    query(query) {
      const answer = options.query?.(query) ?? Promise.reject(new Error('this screen has no history'));
      return answer as Promise<QueryAnswer<typeof query>>;
    },
  };
  const copied: string[] = [];
  const programs: Program[] = [];
  let rung = 0;
  const terminal: UiTerminal = {
    colorLevel: 0,
    pager: ['less'],
    background: () => null,
    onBackground: () => () => {},
    onMouse: () => () => {},
    copy: (text) => void copied.push(text),
    ring: () => {
      rung += 1;
    },
    onJobSignal: () => () => {},
    putAside: () => Promise.resolve(),
    run(program) {
      programs.push(program);
      return Promise.resolve(null);
    },
  };
  const preferences: UiPreferences = {
    sorts: {},
    form: {},
    rememberLanguage() {},
    rememberTheme() {},
    rememberAscii() {},
    rememberSort() {},
    rememberForm() {},
    ...options.preferences,
  };
  const app = openInkWindow(
    <App
      store={store}
      clock={clock}
      terminal={terminal}
      preferences={preferences}
      start={{
        language: options.language ?? 'en',
        theme: 'auto',
        ascii: false,
        wall: false,
        rotateMs: null,
        bell: false,
        readonly: options.readonly ?? false,
        ...options.start,
      }}
      quit={() => app.close()}
    />,
    options,
  );

  const lines = () =>
    app
      .frame()
      .split('\n')
      .map((line) => line.trimEnd());
  const text = () => lines().join('\n');
  return {
    lines,
    text,
    resize: app.resize,
    dispatched,
    copied,
    programs,
    rung: () => rung,
    clock,
    async press(...keys) {
      for (const key of keys) {
        app.type(BYTES[key] ?? key);
        // A lone escape byte counts as the key only once no more bytes follow it.
        if (key === 'esc') await new Promise((resolve) => setTimeout(resolve, ESCAPE_WAIT));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async frame(what, test) {
      await until(what, () => test(text())).catch((cause: unknown) => {
        throw new Error(`${what}: never seen. The screen was:\n${text()}`, { cause });
      });
      return text();
    },
    show(next) {
      current = next;
      for (const listener of listeners) listener();
    },
    isOpen: () => listeners.size > 0,
    close: app.close,
  };
}

/** How long Ink holds a lone escape byte back; the wait is on its clock, which a test cannot turn. */
const ESCAPE_WAIT = 60;
