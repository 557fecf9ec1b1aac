import { EventEmitter } from 'node:events';
import { render } from 'ink';
import type { ReactNode } from 'react';

/** Ink in a window that only a test sees. */
export interface InkWindow {
  /** What was drawn last. */
  frame(): string;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

/**
 * Draws a tree in a window of this size. As ink-testing-library does, but its window has no height, so that Ink starts
 * a program to ask for it, and the first picture is drawn in a size that nobody wants.
 */
export function openInkWindow(tree: ReactNode, size: { columns: number; rows: number }): InkWindow {
  let frame = '';
  const stdout = Object.assign(new EventEmitter(), {
    columns: size.columns,
    rows: size.rows,
    write(text: string) {
      frame = text;
    },
  });
  let typed: string | null = null;
  const ignore = () => {};
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setEncoding: ignore,
    setRawMode: ignore,
    resume: ignore,
    pause: ignore,
    ref: ignore,
    unref: ignore,
    read() {
      const text = typed;
      typed = null;
      return text;
    },
  });
  const app = render(tree, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: Object.assign(new EventEmitter(), { write: ignore }) as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    frame: () => frame,
    type(text) {
      typed = text;
      stdin.emit('readable');
      stdin.emit('data', text);
    },
    resize(columns, rows) {
      Object.assign(stdout, { columns, rows });
      stdout.emit('resize');
    },
    close: () => app.unmount(),
  };
}
