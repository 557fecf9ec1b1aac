import { once } from 'node:events';
import { systemClock } from '#app/system-clock.ts';
import { codeOf, UserError } from '#model/errors.ts';
import { type EndReason, EXIT, type Io, type Output } from './call.ts';
import type { ScriptArguments } from './master-arguments.ts';

/** What a command that was interrupted may still have to say. */
const INTERRUPT_MS = 1_000;
/** What keeps a command from its master, whatever it wanted of it. */
const NO_MASTER =
  /^(NO_MASTER|NOT_CONNECTED|CONNECTION_LOST|ANSWER_LOST|PROTOCOL_MISMATCH|MASTER_START_FAILED|ATTACH_\w+|TASK_DATABASE_UNAVAILABLE)$/;

/** Runs a command for scripts in this process. */
export async function runScript({ run }: ScriptArguments, version: string): Promise<number> {
  const { stdin, stdout, stderr, env: environment } = process;
  const ending = new AbortController();
  const end = (reason: EndReason) => ending.abort(reason);
  const interrupted = new Promise<number>((resolve) => {
    // A second one ends the process at once.
    process.once('SIGINT', () => {
      end('interrupt');
      systemClock.after(INTERRUPT_MS, () => resolve(EXIT.interrupted));
    });
  });
  stdout.on('error', (error) => {
    if (codeOf(error) !== 'EPIPE') throw error;
    end('output-closed');
  });
  stderr.on('error', () => {});
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
  });
  return Promise.race([done, interrupted]);
}

/** The exit code of a command; what is the user's to put right is said on standard error. */
export async function exitCodeOf(run: ScriptArguments['run'], io: Io): Promise<number> {
  try {
    return await run(io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const lines = error.message.split('\n').map((line) => `elastic-tui: ${line}\n`);
    await io.stderr.write(lines.join(''));
    return NO_MASTER.test(error.code) ? EXIT.noMaster : EXIT.wrong;
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
      return stream.columns ?? 80;
    },
  };
}
