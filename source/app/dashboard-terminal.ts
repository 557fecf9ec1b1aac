import type { ColorSupportLevel } from 'chalk';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import { type MouseEvent, mouseEvent } from '#ui/mouse/mouse-event.ts';
import type { Program, ProgramFailure, UiTerminal } from '#ui/terminal.ts';
import { backgroundOf } from '#ui/theme/background.ts';
import type { Background } from '#ui/theme/palettes.ts';
import type { Job, JobSignal } from './job.ts';
import { type TerminalInput, terminalInput } from './terminal-input.ts';

/** An answer that comes later changes nothing: colours must not jump while somebody reads. */
const ANSWER_WITHIN_MS = 1_000;
/** xterm, Control Sequences, OSC 11: what colour is the background? */
const ASK_BACKGROUND = '\u001b]11;?\u001b\\';
/** These draw the question instead of answering it. */
const NEVER_ASKED = /^(?:dumb|linux|vt\d*|cons25)/;

const DEFAULT_PAGER = 'less';

/** Button events and the wheel, told as decimal numbers (xterm modes 1000 and 1006). */
const MOUSE = { on: '\u001b[?1000h\u001b[?1006h', off: '\u001b[?1006l\u001b[?1000l' } as const;

/**
 * Whether a row that is too wide goes on in the next one (DECAWM). Terminals differ in how wide they draw some
 * characters, such as an emoji with a skin colour: then a row loses its end, and not the whole screen its rows.
 */
const AUTOWRAP = { on: '\u001b[?7h', off: '\u001b[?7l' } as const;

export interface DashboardTerminalOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly clock: Clock;
  readonly colorLevel: ColorSupportLevel;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly mouse: boolean;
  readonly job: Job;
}

export interface DashboardTerminal extends UiTerminal {
  readonly input: TerminalInput;
  /** From now on the screen is drawn as rows, each cut off at the edge of the window. */
  cutRows(): void;
  /** Switches off what it switched on. May be called more than once. */
  close(): void;
}

/** The terminal around the drawing: replies, clipboard, bell, mouse, and other programs in it. */
export function dashboardTerminal(options: DashboardTerminalOptions): DashboardTerminal {
  const { stdin, stdout, clock, environment, mouse, job } = options;
  const listeners = new Set<() => void>();
  const mouseListeners = new Set<(event: MouseEvent) => void>();
  const jobListeners = new Set<(signal: JobSignal) => void>();
  let background: Background = null;
  let awaiting = false;
  let asked = NEVER_ASKED.test(environment.TERM ?? 'dumb');
  let cancelAwaiting = () => {};
  let mouseIsOn = false;
  let cutsRows = false;
  let isLent = false;
  let isAside = false;
  let lent: Lent | null = null;
  let endListening: (() => void) | null = null;

  function ask(): void {
    if (asked) return;
    asked = true;
    awaiting = true;
    stdout.write(ASK_BACKGROUND);
    cancelAwaiting = clock.after(ANSWER_WITHIN_MS, () => {
      awaiting = false;
    });
  }

  function answered(content: string): void {
    const answer = content.startsWith('11;') ? backgroundOf(content.slice(3)) : null;
    if (!awaiting || answer === null) return;
    awaiting = false;
    cancelAwaiting();
    background = answer;
    for (const listener of listeners) listener();
  }

  function setMouse(on: boolean): void {
    if (!mouse || on === mouseIsOn) return;
    mouseIsOn = on;
    stdout.write(on ? MOUSE.on : MOUSE.off);
  }

  function setCutting(on: boolean): void {
    if (cutsRows) stdout.write(on ? AUTOWRAP.off : AUTOWRAP.on);
  }

  function giveBack(): void {
    setMouse(false);
    setCutting(false);
  }

  function onJobSignal(signal: JobSignal): void {
    // The screen is not there, and the program that is there is told as well.
    if (isLent && signal === 'stop') job.stop('process');
    if (!isLent) for (const listener of jobListeners) listener(signal);
  }

  return {
    colorLevel: options.colorLevel,
    // No shell reads it, as none reads ELASTIC_SSH_COMMAND.
    pager: (environment.PAGER || DEFAULT_PAGER).split(' ').filter((word) => word !== ''),
    input: terminalInput({
      stdin,
      clock,
      expected: () => ({ reply: awaiting, mouse: mouseIsOn }),
      onReply: answered,
      onMouse(content) {
        const event = mouseEvent(content);
        if (event !== null) for (const listener of mouseListeners) listener(event);
      },
      onRaw() {
        ask();
        setMouse(true);
        setCutting(true);
        endListening ??= job.listen(onJobSignal);
      },
    }),
    cutRows() {
      cutsRows = true;
      setCutting(true);
    },
    background: () => background,
    onBackground(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onMouse(listener) {
      mouseListeners.add(listener);
      return () => mouseListeners.delete(listener);
    },
    copy(text) {
      stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    },
    ring: () => void stdout.write('\u0007'),
    onJobSignal(listener) {
      jobListeners.add(listener);
      return () => jobListeners.delete(listener);
    },
    async putAside() {
      giveBack();
      isAside = true;
      job.stop('job');
      // What came meanwhile is heard first: who is to end must not ask for the terminal, for which the system stops what is
      // in the background. A signal is told in the next turn after this one.
      for (let turn = 0; turn < 2; turn += 1) await new Promise(setImmediate);
      isAside = false;
    },
    async run(program) {
      giveBack();
      isLent = true;
      lent = await lend(program);
      return lent.ended.finally(() => {
        isLent = false;
        lent = null;
      });
    },
    close() {
      lent?.kill();
      endListening?.();
      cancelAwaiting();
      giveBack();
      cutsRows = false;
      if (isAside) job.endUnseen();
    },
  };
}

/** Starts it without a shell, in this terminal; `ended` gives what went wrong, or null. */
async function lend({ file, args, input }: Program): Promise<Lent> {
  const { spawn } = await import('node:child_process');
  // Ctrl-C is for the program that is on the screen, but the terminal tells this process as well.
  const listeners = process.listeners('SIGINT');
  process.removeAllListeners('SIGINT').on('SIGINT', ignore);
  const child = spawn(file, args, {
    stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
  });
  const { promise, resolve } = Promise.withResolvers<ProgramFailure | null>();
  child.on('error', (error) => resolve({ reason: plainLine(messageOf(error)) }));
  child.on('exit', (code) => resolve(code === null || code === 0 ? null : { code }));
  // A pager that is left before it has read everything closes its end.
  child.stdin?.on('error', ignore);
  child.stdin?.end(input);
  const ended = promise.finally(() => {
    process.off('SIGINT', ignore);
    for (const listener of listeners) process.on('SIGINT', listener);
  });
  return { ended, kill: () => void child.kill('SIGHUP') };
}

function ignore(): void {}

/** A program that has the terminal. */
interface Lent {
  readonly ended: Promise<ProgramFailure | null>;
  kill(): void;
}
