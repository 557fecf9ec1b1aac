import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import type { ColorSupportLevel } from 'chalk';
import stringWidth from 'string-width-exact';
import { openDashboard } from '#app/dashboard.tsx';
import { dashboardTerminal } from '#app/dashboard-terminal.ts';
import type { Clock } from '#model/clock.ts';
import type { Command, CommandAnswer } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Store } from '#store/store.ts';
import type { AppStart, UiPreferences } from '#ui/app.tsx';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { NOW } from './fleet.ts';

export interface EmulatedOptions {
  readonly columns: number;
  readonly rows: number;
  readonly start?: Partial<AppStart>;
  readonly colorLevel?: ColorSupportLevel;
  readonly mouse?: boolean;
  readonly screenReader?: boolean;
  readonly preferences?: Partial<UiPreferences>;
  /** What the master answers to every command; missing: that it accepted the task `new-1`. */
  readonly answer?: unknown;
  /** Of the terminal; without it one that is never asked for its background. */
  readonly term?: string;
  /** What is shown comes from this store as it changes, at the pace of this clock; what was written is not kept. */
  readonly live?: { readonly store: Store; readonly clock: Clock };
}

/** The dashboard as the shipped program draws it, its bytes in a terminal emulator. */
export interface Emulated {
  readonly emulator: xterm.Terminal;
  readonly clock: FakeClock;
  readonly dispatched: Command[];
  /** The rows as a person sees them, without trailing spaces. */
  lines(): string[];
  text(): string;
  /** Everything written to the terminal so far. */
  output(): string;
  /** Its length, in UTF-16 units. */
  written(): number;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  show(snapshot: Snapshot): void;
  /** Waits until the screen satisfies `test`; fails with the screen as it was. */
  sees(what: string, test: RegExp | ((text: string) => boolean)): Promise<string>;
  close(): Promise<void>;
}

export function openEmulated(snapshot: Snapshot, options: EmulatedOptions): Emulated {
  const emulator = new xterm.Terminal({
    cols: options.columns,
    rows: options.rows,
    allowProposedApi: true,
    // As the line discipline of a terminal does it.
    convertEol: true,
  });
  emulator.unicode.register(TODAYS_WIDTHS);
  emulator.unicode.activeVersion = TODAYS_WIDTHS.version;
  let output = '';
  let written = 0;
  let pending = 0;
  let size = { columns: options.columns, rows: options.rows };
  const stdout = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      written += chunk.length;
      if (options.live === undefined) output += chunk;
      pending += 1;
      emulator.write(chunk, () => {
        pending -= 1;
        done();
      });
    },
  });
  Object.defineProperties(stdout, {
    isTTY: { value: true },
    columns: { get: () => size.columns },
    rows: { get: () => size.rows },
  });
  const keyboard = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode() {},
    ref() {},
    unref() {},
  });
  const clock = fakeClock(NOW);
  const terminal = dashboardTerminal({
    stdin: keyboard as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    clock: options.live?.clock ?? clock,
    colorLevel: options.colorLevel ?? 2,
    environment: { TERM: options.term ?? 'dumb' },
    mouse: options.mouse ?? false,
    // No key of a test may stop the process that runs it.
    job: { listen: () => () => {}, stop() {}, endUnseen() {} },
  });
  let current = snapshot;
  const listeners = new Set<() => void>();
  const dispatched: Command[] = [];
  const dashboard = openDashboard({
    store: options.live?.store ?? {
      getSnapshot: () => current,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      dispatch(command) {
        dispatched.push(command);
        const answer: unknown = options.answer ?? { ids: ['new-1'], batches: [], done: 1, notes: [] };
        return Promise.resolve(answer) as Promise<CommandAnswer<typeof command>>;
      },
      query: () => Promise.reject(new Error('this screen has no history')),
    },
    clock: options.live?.clock ?? clock,
    preferences: { ...NO_PREFERENCES, ...options.preferences },
    start: {
      language: 'en',
      theme: 'auto',
      ascii: false,
      readonly: false,
      wall: false,
      rotateMs: null,
      bell: false,
      ...options.start,
    },
    screenReader: options.screenReader ?? false,
    terminal,
    stdout: stdout as unknown as NodeJS.WriteStream,
  });
  const lines = () => {
    const buffer = emulator.buffer.active;
    return Array.from({ length: emulator.rows }, (_, row) =>
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  };
  const text = () => lines().join('\n');
  return {
    emulator,
    clock,
    dispatched,
    lines,
    text,
    output: () => output,
    written: () => written,
    type: (keys) => void keyboard.write(keys),
    resize(columns, rows) {
      size = { columns, rows };
      emulator.resize(columns, rows);
      stdout.emit('resize');
    },
    show(next) {
      current = next;
      for (const listener of listeners) listener();
    },
    async sees(what, test) {
      try {
        // A frame counts once all of it has arrived.
        await until(
          what,
          () => pending === 0 && (typeof test === 'function' ? test(text()) : test.test(text())),
        );
      } catch (error) {
        throw new Error(`${what}: never seen. The screen was:\n${text()}`, { cause: error });
      }
      return text();
    },
    async close() {
      dashboard.close();
      await dashboard.closed;
      emulator.dispose();
    },
  };
}

const widths = new Map<number, 0 | 1 | 2>();

function cellsOf(codePoint: number): 0 | 1 | 2 {
  const known = widths.get(codePoint);
  if (known !== undefined) return known;
  const measured = Math.min(2, stringWidth(String.fromCodePoint(codePoint))) as 0 | 1 | 2;
  widths.set(codePoint, measured);
  return measured;
}

/**
 * The widths of most terminals: an emoji takes two cells, and each code point is judged by itself, so that an emoji with
 * a skin colour takes four. Without this xterm.js has those of Unicode 6, from before most emoji.
 */
const TODAYS_WIDTHS: xterm.IUnicodeVersionProvider = {
  version: 'today',
  wcwidth: cellsOf,
  // As xterm.js' own providers do it: bits 1 and 2 are the width, bit 0 says that it joins what stands before it.
  charProperties(codePoint, preceding) {
    const own = cellsOf(codePoint);
    const before = (preceding >> 1) & 3;
    const joins = own === 0 && preceding !== 0 && before !== 0;
    return ((joins ? before : own) << 1) | (joins ? 1 : 0);
  },
};

const NO_PREFERENCES: UiPreferences = {
  sorts: {},
  form: {},
  rememberLanguage() {},
  rememberTheme() {},
  rememberAscii() {},
  rememberSort() {},
  rememberForm() {},
};
