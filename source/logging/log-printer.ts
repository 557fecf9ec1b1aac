import type { Bus } from '#bus/bus.ts';
import { isLogged, logLine } from '#model/log-line.ts';
import type { Settings } from '#model/settings.ts';
import { logText } from './log-text.ts';

export interface LogPrinterOptions {
  readonly bus: Bus;
  /** The least severe level that is printed, looked at for every line: it may change. */
  readonly settings: Pick<Settings, 'logLevel'>;
  /** Gets each line without its newline; free of control characters. */
  readonly print: (text: string) => void;
}

/** Gives every line of the log to somebody beside the file. Returns the function that ends it. */
export function printLog({ bus, settings, print }: LogPrinterOptions): () => void {
  return bus.subscribe((event) => {
    const line = logLine(event);
    if (line !== null && isLogged(line.level, settings.logLevel)) print(logText(line));
  });
}
