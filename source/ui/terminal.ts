import type { ColorSupportLevel } from 'chalk';
import type { MouseEvent } from '#ui/mouse/mouse-event.ts';
import type { Background } from '#ui/theme/palettes.ts';

/** A program that is given the terminal. It is started without a shell. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** What it reads from its standard input; without it, the keyboard. */
  readonly input?: string;
}

/** Why a program did nothing, plain text, or the code that it ended with where that is not 0. */
export type ProgramFailure = { readonly reason: string } | { readonly code: number };

/** What the screen may ask of the terminal beside drawing. */
export interface UiTerminal {
  readonly colorLevel: ColorSupportLevel;
  /** The person's pager and its options. */
  readonly pager: readonly string[];
  /** As far as the terminal has answered. */
  background(): Background;
  /** Told when the background becomes known; returns the function that ends it. */
  onBackground(listener: () => void): () => void;
  /** Told of clicks and of the wheel, where they were asked for; returns the function that ends it. */
  onMouse(listener: (event: MouseEvent) => void): () => void;
  /** Puts text on the clipboard of the person's own machine (OSC 52), also over SSH. */
  copy(text: string): void;
  /** Rings the bell. */
  ring(): void;
  /**
   * Told when a shell wants the program put aside (`stop`), and when it goes on after it was stopped without having been
   * asked: what is on the screen then is anybody's guess. Returns the function that ends it.
   */
  onJobSignal(listener: (signal: 'stop' | 'continue') => void): () => void;
  /** Gives the terminal to the shell while the screen is not drawn; resolves once the shell has the program go on. */
  putAside(): Promise<void>;
  /** Runs a program while the screen is not drawn; resolves with null where it ended well, or by a signal. */
  run(program: Program): Promise<ProgramFailure | null>;
}
