import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { cleanEnvironment } from '../tests/helpers/terminal.ts';
import { LAUNCHER, sleep, startFleet } from './program.ts';

/** The window in which everything is measured. */
export const COLUMNS = 200;
export const ROWS = 60;

/** Ink ends every frame with it (synchronized output, DEC mode 2026). */
export const FRAME_END = '\u001b[?2026l';
const GIVE_UP_MS = 120_000;

/** What arrived at once. */
export interface Chunk {
  /** As `performance.now` tells it. */
  readonly at: number;
  readonly text: string;
}

/** A program in a pseudo-terminal whose bytes are only kept: drawing them here would take from the cores it runs on. */
export interface ScreenSession {
  readonly pid: number;
  readonly chunks: readonly Chunk[];
  /** Everything since the chunk `from`. */
  output(from?: number): string;
  type(keys: string): void;
  /** Waits until the screen satisfies `test`. Draws it, here: not to be waited for while anything is measured. */
  sees(test: RegExp): Promise<void>;
  /** Types, and waits until a frame has arrived; gives the time from one to the other, in ms. */
  paints(keys: string): Promise<number>;
  end(): Promise<void>;
}

/** Starts `node ARGS` in a terminal of the measured size. */
export function openScreen(args: readonly string[], cwd: string): ScreenSession {
  const pty = spawn(process.execPath, [...args], {
    name: 'xterm-256color',
    cols: COLUMNS,
    rows: ROWS,
    cwd,
    env: cleanEnvironment({ HOME: cwd, XDG_CONFIG_HOME: cwd }),
    encoding: null,
  });
  const chunks: Chunk[] = [];
  const decoder = new TextDecoder();
  let onFrame = () => {};
  pty.onData((data: string | Uint8Array) => {
    const at = performance.now();
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const text = decoder.decode(bytes, { stream: true });
    chunks.push({ at, text });
    if (text.includes(FRAME_END)) onFrame();
  });
  let isRunning = true;
  const exited = new Promise<void>((resolve) => {
    pty.onExit(() => {
      isRunning = false;
      resolve();
    });
  });
  const output = (from = 0) =>
    chunks
      .slice(from)
      .map(({ text }) => text)
      .join('');
  return {
    pid: pty.pid,
    chunks,
    output,
    type: (keys) => pty.write(keys),
    async sees(test) {
      const emulator = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
      const giveUp = performance.now() + GIVE_UP_MS;
      for (let drawn = 0; ; await sleep(200)) {
        const end = chunks.length;
        await new Promise<void>((resolve) => emulator.write(output(drawn), resolve));
        drawn = end;
        const lines = Array.from(
          { length: ROWS },
          (_, row) => emulator.buffer.active.getLine(row)?.translateToString(true) ?? '',
        );
        if (test.test(lines.join('\n'))) break;
        if (!isRunning || performance.now() > giveUp)
          throw new Error(`never seen: ${test}\n${lines.join('\n')}`);
      }
      emulator.dispose();
    },
    async paints(keys) {
      const { promise, resolve } = Promise.withResolvers<void>();
      onFrame = resolve;
      const pressed = performance.now();
      pty.write(keys);
      const late = setTimeout(resolve, GIVE_UP_MS);
      await promise;
      clearTimeout(late);
      onFrame = () => {};
      return performance.now() - pressed;
    },
    async end() {
      if (isRunning) process.kill(pty.pid, 'SIGTERM');
      await exited;
    },
  };
}

interface Fleet {
  readonly workers: number;
  readonly pingSeconds: number;
  /** What the header says once measuring may begin. */
  readonly ready: RegExp;
}

/** Runs `measure` on the shipped program with as many stub workers; removes everything after. */
export async function withFleet(
  { workers, pingSeconds, ready }: Fleet,
  measure: (session: ScreenSession, dir: string) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
  const fleet = await startFleet(workers, dir);
  try {
    await writeFile(join(dir, '.env'), `ELASTIC_PING_INTERVAL=${pingSeconds}\n`);
    const session = openScreen([LAUNCHER, '--dir', dir, '--lang', 'en'], dir);
    try {
      await session.sees(ready);
      await measure(session, dir);
    } finally {
      await session.end();
    }
  } finally {
    fleet.kill();
    await rm(dir, { recursive: true, force: true });
  }
}
