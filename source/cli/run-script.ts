import { once } from 'node:events';
import type { MasterOptions } from '#app/compose.ts';
import { systemClock } from '#app/system-clock.ts';
import { codeOf, messageOf } from '#model/errors.ts';
import { type EndReason, EXIT, type Io, type Output } from './call.ts';
import { fail, failureOf } from './failure.ts';
import type { ScriptArguments } from './master-arguments.ts';

/** A terminal sends Ctrl-C to the launcher and to this process, and the launcher passes it on: that is one Ctrl-C. */
const SAME_PRESS_MS = 300;
/** What a command that was interrupted may still have to say. */
const INTERRUPT_MS = 1_000;

export interface ScriptProgram {
  readonly version: string;
  readonly programs: MasterOptions['programs'];
}

/** Runs a command for scripts in this process. */
export async function runScript(
  script: ScriptArguments,
  { version, programs }: ScriptProgram,
): Promise<number> {
  const { stdin, stdout, stderr, env: environment, argv } = process;
  const ending = new AbortController();
  const launcher = argv[1] ?? '';
  const io: Io = {
    stdin,
    stdout: outputOf(stdout),
    stderr: outputOf(stderr),
    environment,
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    version,
    ended: ending.signal,
    program: { launcher, programs },
    async startMaster(dir) {
      const { startInBackground } = await import('#app/background-master.ts');
      await startInBackground({ launcher, dir, clock: systemClock });
    },
  };
  const done = exitCodeOf(script, io);
  return script.endsItself ? done : Promise.race([done, ...interruptions(ending), defects(script, io)]);
}

/** Ends a command on Ctrl-C, and when its output goes nowhere. Resolves with an exit code where that takes too long. */
function interruptions(ending: AbortController): readonly Promise<number>[] {
  const end = (reason: EndReason) => ending.abort(reason);
  const interrupted = new Promise<number>((resolve) => {
    let since: number | null = null;
    process.on('SIGINT', () => {
      const now = systemClock.monotonic();
      // A second one ends the process at once.
      if (since !== null && now - since > SAME_PRESS_MS) process.exit(EXIT.interrupted);
      since ??= now;
      end('interrupt');
      systemClock.after(INTERRUPT_MS, () => resolve(EXIT.interrupted));
    });
  });
  const unwritable = new Promise<number>((resolve) => {
    process.stdout.on('error', (error) => {
      // Nobody reads any more, or the terminal is gone.
      if (['EPIPE', 'EIO'].includes(codeOf(error) ?? '')) return end('output-closed');
      process.stderr.write(`elastic-tui: the output cannot be written (${messageOf(error)})\n`);
      resolve(EXIT.wrong);
    });
  });
  process.stderr.on('error', () => {});
  return [interrupted, unwritable];
}

/** The exit code of a command; why it failed is said on standard error. Never rejects. */
export async function exitCodeOf(script: Pick<ScriptArguments, 'run' | 'isJson'>, io: Io): Promise<number> {
  try {
    return await script.run(io);
  } catch (error) {
    return fail(io.stderr, failureOf(error, script));
  }
}

/** Resolves with an exit code for an error that nobody caught. */
function defects(script: ScriptArguments, { stderr }: Io): Promise<number> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => resolve(fail(stderr, failureOf(error, script))));
  });
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    async write(text) {
      if (stream.destroyed || stream.write(text)) return;
      await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => {});
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      // A terminal that does not know its size says 0.
      return stream.columns || 80;
    },
  };
}
