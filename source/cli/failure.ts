import { inspect } from 'node:util';
import { UserError } from '#model/errors.ts';
import { AWAY, EXIT, type Output } from './call.ts';
import { jsonLine } from './print.ts';

/** What else keeps a command from its master, whatever it wanted of it. */
const UNREACHABLE = /^(ANSWER_LOST|PROTOCOL_MISMATCH|MASTER_START_FAILED|ATTACH_.*)$/;

/** The code that `--json` gives to whatever is no error of the user. */
const DEFECT = 'DEFECT';

/** Why a command could not do what was asked, in the form that its caller reads. */
export interface Failure {
  readonly exitCode: number;
  /** For standard error. */
  readonly text: string;
}

/** Of anything that was thrown. What is not the user's to put right is a defect, and is shown with its stack. */
export function failureOf(error: unknown, { isJson }: { readonly isJson: boolean }): Failure {
  const { code, message, exitCode } =
    error instanceof UserError
      ? {
          code: error.code,
          message: error.message,
          exitCode: AWAY.has(error.code) || UNREACHABLE.test(error.code) ? EXIT.noMaster : EXIT.wrong,
        }
      : {
          code: DEFECT,
          message: `this is a defect of elastic-tui, not of what was asked: please report it\n${inspect(error)}`,
          exitCode: EXIT.defect,
        };
  return { exitCode, text: isJson ? errorLine(code, message) : messageLines(message) };
}

/** A wrong use of the command line, which is found before any command runs. */
export function wrongUse(message: string, { isJson }: { readonly isJson: boolean }): Failure {
  return { exitCode: EXIT.wrong, text: isJson ? errorLine('USAGE', message) : messageLines(message) };
}

/** Says on standard error why a command failed. Returns the exit code. */
export async function fail(stderr: Output, { exitCode, text }: Failure): Promise<number> {
  await stderr.write(text);
  return exitCode;
}

function errorLine(code: string, message: string): string {
  return jsonLine({ error: { code, message } });
}

function messageLines(message: string): string {
  return message
    .split('\n')
    .map((line) => `elastic-tui: ${line}\n`)
    .join('');
}
