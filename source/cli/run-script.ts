import { once } from 'node:events';
import type { MasterOptions } from '#app/compose.ts';
import { systemClock } from '#app/system-clock.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { AWAY, type EndReason, EXIT, type Io, type Output } from './call.ts';
import type { ScriptArguments } from './master-arguments.ts';

/** A terminal sends Ctrl-C to the launcher and to this process, and the launcher passes it on: that is one Ctrl-C. */
const SAME_PRESS_MS = 300;
/** What a command that was interrupted may still have to say. */
const INTERRUPT_MS = 1_000;
/** What else keeps a command from its master, whatever it wanted of it. */
const UNREACHABLE = /^(ANSWER_LOST|PROTOCOL_MISMATCH|MASTER_START_FAILED|ATTACH_.*)$/;

export interface ScriptProgram {
  readonly version: string;
  readonly programs: MasterOptions['programs'];
}

/** Runs a command for scripts in this process. */
export async function runScript(
  { run, endsItself }: ScriptArguments,
  { version, programs }: ScriptProgram,
): Promise<number> {
  const { stdin, stdout, stderr, env: environment, argv } = process;
  const ending = new AbortController();
  const launcher = argv[1] ?? '';
  const done = exitCodeOf(run, {
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
  });
  return endsItself ? done : Promise.race([done, ...interruptions(ending)]);
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

/** The exit code of a command; what is the user's to put right is said on standard error. */
export async function exitCodeOf(run: ScriptArguments['run'], io: Io): Promise<number> {
  try {
    return await run(io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const lines = error.message.split('\n').map((line) => `elastic-tui: ${line}\n`);
    await io.stderr.write(lines.join(''));
    return AWAY.has(error.code) || UNREACHABLE.test(error.code) ? EXIT.noMaster : EXIT.wrong;
  }
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
