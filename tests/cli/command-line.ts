import { onTestFinished } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import type { Io } from '#cli/call.ts';
import { parseMasterArguments } from '#cli/master-arguments.ts';
import { exitCodeOf } from '#cli/run-script.ts';

/** What a command that was called in this process has said so far, and how it ended. */
export interface CalledCommand {
  stdout(): string;
  stderr(): string;
  readonly code: Promise<number>;
  /** As Ctrl-C does. */
  interrupt(): void;
}

export type CallOptions = Partial<Omit<Io, 'stdin'>> & {
  /** Missing: empty. */
  readonly input?: string;
  readonly isTTY?: boolean;
};

/** Calls a command for scripts as the program does, in this process; it is interrupted when the test ends. */
export function call(argv: readonly string[], options: CallOptions = {}): CalledCommand {
  const { input = '', isTTY = false, ...over } = options;
  const ending = new AbortController();
  onTestFinished(() => ending.abort('interrupt'));
  const [stdout, stderr] = [captured(isTTY), captured(isTTY)];
  const io: Io = {
    ...silent(),
    stdin: textOf(input),
    stdout: stdout.output,
    stderr: stderr.output,
    ended: ending.signal,
    ...over,
  };
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    code: codeOf(argv, io),
    interrupt: () => ending.abort('interrupt'),
  };
}

/** A process that reads nothing and whose words nobody hears. */
export function silent(): Omit<Io, 'ended'> {
  return {
    stdin: textOf(''),
    stdout: captured(false).output,
    stderr: captured(false).output,
    environment: {},
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    version: '1.2.3',
    program: {
      launcher: '/nowhere',
      programs: { worker: new URL('file:///nowhere'), taskDatabase: new URL('file:///nowhere') },
    },
  };
}

/** Calls a command and waits for its end. */
export async function called(argv: readonly string[], options: CallOptions = {}) {
  const command = call(argv, options);
  const code = await command.code;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

async function codeOf(argv: readonly string[], io: Io): Promise<number> {
  const parsed = parseMasterArguments(argv, { cwd: '/', version: io.version });
  if ('exitCode' in parsed) {
    await (parsed.exitCode === 0 ? io.stdout : io.stderr).write(parsed.output);
    return parsed.exitCode;
  }
  if (parsed.command !== 'script') throw new Error(`${argv.join(' ')} opens the dashboard`);
  return exitCodeOf(parsed, io);
}

/** An output and what was written to it. */
export function captured(isTTY: boolean) {
  let text = '';
  const output = {
    async write(more: string) {
      text += more;
    },
    isTTY,
    columns: 80,
  };
  return { output, text: () => text };
}

async function* textOf(text: string): AsyncIterable<string> {
  yield text;
}
