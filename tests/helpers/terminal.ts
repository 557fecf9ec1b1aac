import type { ReadStream } from 'node:tty';
import { type IPty, spawn } from '@lydell/node-pty';
// CommonJS without named exports: Node itself, which runs the benches, only sees the default.
import xterm from '@xterm/headless';
import { isAlive } from './processes.ts';
import { until } from './until.ts';

export interface TerminalOptions {
  readonly file: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

interface Exit {
  readonly code: number;
  /** 0 where no signal ended it. */
  readonly signal: number;
}

/** A program in a real pseudo-terminal, its bytes drawn by a terminal emulator. */
export interface TerminalSession {
  readonly pid: number;
  readonly emulator: xterm.Terminal;
  /** The rows of the screen as a person sees them, without trailing spaces. */
  lines(): string[];
  text(): string;
  /** Everything written so far. */
  output(): string;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until the screen satisfies `test`; fails with the screen as it was. */
  sees(what: string, test: RegExp | ((text: string) => boolean), withinMs?: number): Promise<string>;
  /** True while the alternate screen is shown. */
  isAlternate(): boolean;
  isCursorHidden(): boolean;
  /** When the program is gone and all that it wrote is drawn. */
  readonly exited: Promise<Exit>;
  /** Ends the program with a signal; waits until it is gone. */
  end(signal?: string): Promise<Exit>;
  /** Closes the terminal itself, as a dropped SSH line does. */
  hangUp(): void;
}

export const KEYS = {
  enter: '\r',
  esc: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  ctrlC: '\u0003',
  ctrlZ: '\u001a',
} as const;

/** Asks the terminal to mark what is pasted: switched on together with the reading of keys, as bash does it too. */
export const READS_KEYS = '\u001b[?2004h';
const ALTERNATE_SCREEN = '\u001b[?1049h';

/** Waits until the dashboard is there and hears keys. A moment before that, the terminal itself takes Ctrl-C and shows the rest. */
export async function opened(session: TerminalSession): Promise<TerminalSession> {
  await session.sees('the dashboard', /1 Workers/);
  await session.sees('it reads keys', () => {
    const output = session.output();
    return output.lastIndexOf(READS_KEYS) > output.lastIndexOf(ALTERNATE_SCREEN);
  });
  return session;
}

export function openTerminal(options: TerminalOptions): TerminalSession {
  const columns = options.columns ?? 120;
  const rows = options.rows ?? 32;
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const pty: IPty = spawn(options.file, [...(options.args ?? [])], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd,
    env: cleanEnvironment(options.env ?? {}),
    // Bytes, not text: a character may be cut in two between chunks, and the emulator knows how to wait for the rest.
    encoding: null,
  });
  /** How often the screen has changed: one that has not need not be read again. */
  let drawn = 0;
  const changed = () => {
    drawn += 1;
  };
  screen.onWriteParsed(changed);
  screen.onResize(changed);
  readToTheEnd(pty);
  const decoder = new TextDecoder();
  let output = '';
  pty.onData((data: string | Uint8Array) => {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    output += decoder.decode(bytes, { stream: true });
    screen.write(bytes);
  });
  let ended: Exit | undefined;
  let isHungUp = false;
  const exited = new Promise<Exit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      const exit = { code: exitCode, signal: signal ?? 0 };
      ended = exit;
      // What it wrote last is drawn later, on a busy machine much later: whoever looks now would see the screen before it.
      screen.write('', () => resolve(exit));
    });
  });
  const lines = () => {
    const buffer = screen.buffer.active;
    return Array.from({ length: screen.rows }, (_, row) =>
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  };
  const text = () => lines().join('\n');
  return {
    pid: pty.pid,
    emulator: screen,
    lines,
    text,
    output: () => output,
    type: (keys) => pty.write(keys),
    resize(nextColumns, nextRows) {
      screen.resize(nextColumns, nextRows);
      pty.resize(nextColumns, nextRows);
    },
    async sees(what, test, withinMs) {
      let lookedAt = -1;
      try {
        await until(
          what,
          () => {
            if (lookedAt === drawn) return false;
            lookedAt = drawn;
            return typeof test === 'function' ? test(text()) : test.test(text());
          },
          withinMs,
        );
      } catch (error) {
        throw new Error(`${what}: never seen. The screen was:\n${text()}`, { cause: error });
      }
      return text();
    },
    isAlternate: () => screen.buffer.active.type === 'alternate',
    isCursorHidden: () => output.lastIndexOf('\u001b[?25l') > output.lastIndexOf('\u001b[?25h'),
    exited,
    async end(signal = 'SIGTERM') {
      if (ended === undefined) signalIfAlive(pty.pid, signal);
      // Nobody is told how a program ended whose terminal was closed.
      if (isHungUp) await until('it is gone', () => ended !== undefined || !isAlive(pty.pid));
      return isHungUp ? (ended ?? UNKNOWN_EXIT) : exited;
    },
    hangUp() {
      isHungUp = true;
      // Closing the master side makes the kernel send SIGHUP to the foreground group.
      (pty as IPty & { destroy(): void }).destroy();
    },
  };
}

/**
 * node-pty lets go of the terminal 200 ms after its program has ended, whatever is still to be read there. After a
 * moment in which this process was held up, that comes before the reading: this way what is there is read first.
 */
function readToTheEnd(pty: IPty): void {
  const { _socket: socket } = pty as IPty & { readonly _socket: ReadStream };
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error) => {
    setImmediate(() => destroy(error));
    return socket;
  };
}

const UNKNOWN_EXIT: Exit = { code: -1, signal: 0 };

/** It may end by itself at any moment before. */
function signalIfAlive(pid: number, signal: string): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** This process's environment without what would change how the program draws or what it is told. */
export function cleanEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !/^(CI|FORCE_COLOR|NO_COLOR|NODE_ENV|VITEST.*|ELASTIC_.*|WORKER_.*|ORCHESTRATOR_.*|LANG|LC_.*)$/.test(
        entry[0],
      ),
  );
  return { ...Object.fromEntries(kept), LANG: 'en_US.UTF-8', TERM: 'xterm-256color', ...extra };
}
