import { PassThrough } from 'node:stream';
import type { Clock } from '#model/clock.ts';
import { type Expected, partReplies } from './terminal-replies.ts';

/** How long the rest of a reply that has begun is waited for before what came counts as keys. */
const REST_WITHIN_MS = 50;

export interface TerminalInputOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly clock: Clock;
  /** Asked each time that input comes. */
  readonly expected: () => Expected;
  readonly onReply: (content: string) => void;
  readonly onMouse: (content: string) => void;
  /** Told when the terminal is in raw mode: only then is a reply to a question not shown as if it were typed. */
  readonly onRaw: () => void;
}

/** Standard input as Ink reads it. */
export type TerminalInput = PassThrough &
  Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode'> & { ref(): void; unref(): void };

/**
 * The keyboard without the terminal's replies to questions, which Ink would take for typed text. Keys go through at
 * once. While raw mode is off nothing is read: another program has the terminal then.
 */
export function terminalInput(options: TerminalInputOptions): TerminalInput {
  const { stdin, clock } = options;
  const passed = new PassThrough();
  let rest = '';
  let cancelRest = () => {};
  let isRaw = false;

  function take(chunk: string | Buffer): void {
    cancelRest();
    const parted = partReplies(rest + String(chunk), options.expected());
    rest = parted.rest;
    if (parted.keys !== '') passed.write(parted.keys);
    for (const reply of parted.replies) options.onReply(reply);
    for (const event of parted.mouse) options.onMouse(event);
    if (rest !== '') cancelRest = clock.after(REST_WITHIN_MS, release);
  }

  function release(): void {
    if (rest !== '') passed.write(rest);
    rest = '';
  }

  stdin.on('end', () => passed.end());
  return Object.assign(passed, {
    isTTY: true,
    setRawMode(this: NodeJS.ReadStream, on: boolean) {
      // In the background the system stops whoever sets what is set already.
      if (on === isRaw) return this;
      isRaw = on;
      stdin.setRawMode(on);
      if (on) {
        // Bytes that stand for one character may come in two pieces.
        stdin.setEncoding('utf8');
        stdin.off('data', take).on('data', take).resume();
        options.onRaw();
      } else {
        stdin.off('data', take).pause();
        cancelRest();
        release();
      }
      return this;
    },
    ref: () => void stdin.ref(),
    unref: () => void stdin.unref(),
  });
}
