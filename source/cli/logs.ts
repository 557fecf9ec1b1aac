import { open } from 'node:fs/promises';
import { loadSettings } from '#configuration/settings.ts';
import { parseLogText } from '#logging/log-line-reader.ts';
import { logText } from '#logging/log-text.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { isLogged, type LogLine } from '#model/log-line.ts';
import { valuesOf } from '#model/ring.ts';
import type { LogLevel } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import { type Call, EXIT, endCode } from './call.ts';
import { follow, tellingLine } from './follow.ts';
import { jsonLine, printLines } from './print.ts';
import { type MasterOption, withMaster, withMasterOrFiles } from './reach.ts';
import { logRecord } from './records.ts';

export interface LogsOptions extends MasterOption {
  readonly json?: true;
  readonly follow?: true;
  readonly lines: number;
  readonly level: LogLevel;
}

/** The end of a log file that is looked at: far more than the lines that anybody asks for. */
const TAIL_BYTES = 4 * 2 ** 20;

/** The end of the log, oldest first; with --follow, what is added from then on too. */
export async function printLogs(call: Call<LogsOptions>): Promise<number> {
  const { options, stdout } = call;
  const isWanted = ({ level }: LogLine) => isLogged(level, options.level);
  const print = (lines: readonly LogLine[]) =>
    options.json
      ? stdout.write(lines.map((line) => jsonLine(logRecord(line))).join(''))
      : printLines(stdout, lines.map(logText));
  const printLast = (lines: readonly LogLine[]) =>
    options.lines === 0 ? Promise.resolve() : print(lines.filter(isWanted).slice(-options.lines));
  if (options.follow) {
    return withMaster(call, { follow: true, readonly: true }, async (store) => {
      await follow(store, call, {
        first: () => printLast(valuesOf(store.getSnapshot().log)),
        take: async (event) => {
          const line = tellingLine(event, options.level);
          if (line !== null) await print([line]);
        },
      });
      return endCode(call);
    });
  }
  const lines = await withMasterOrFiles(
    call,
    {},
    {
      master: async (store) => valuesOf((await store.query({ type: 'overview' })).log),
      files: () => linesInFile(call),
    },
  );
  await printLast(lines);
  return EXIT.done;
}

async function linesInFile({ dir, environment }: Call<unknown>): Promise<readonly LogLine[]> {
  const { logFile } = await loadSettings({ dir, environment });
  const text = await tailOf(logFile);
  return text.split('\n').flatMap((line) => parseLogText(line) ?? []);
}

/** The last whole lines of a file; nothing where there is none. */
async function tailOf(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    const reason = codeOf(error) ?? messageOf(error);
    throw new UserError('LOG_UNREADABLE', `${plainLine(path)} cannot be read (${reason})`, { cause: error });
  }
}
