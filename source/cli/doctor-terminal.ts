import type { Environment } from '#configuration/sources.ts';
import type { Output } from './call.ts';
import { type Finding, ok, warning } from './finding.ts';

const MIN_COLUMNS = 80;
const MIN_ROWS = 24;
/** One cell each in every terminal that has them. */
const GLYPHS = '● ◐ ○ ◌ ✓ ✗ ▁▂▃▄▅▆▇█ ─│┌┐';

export interface TerminalFacts {
  readonly output: Pick<Output, 'isTTY' | 'columns'> & { readonly rows: number };
  readonly environment: Environment;
  /** 0 none, 1 sixteen, 2 256, 3 all, as chalk found. */
  readonly colorLevel: number;
}

/** What the dashboard will find here. Without a terminal there is nothing wrong: scripts need none. */
export function checkTerminal({ output, environment, colorLevel }: TerminalFacts): readonly Finding[] {
  if (!output.isTTY) return [ok('terminal', 'standard output is none: the dashboard needs one (ssh -t)')];
  const { TERM = '' } = environment;
  const { columns, rows } = output;
  return [
    TERM === '' || TERM === 'dumb'
      ? warning('terminal', `TERM is “${TERM}”`, 'set TERM to what the terminal is, such as xterm-256color')
      : ok('terminal', TERM),
    columns < MIN_COLUMNS || rows < MIN_ROWS
      ? warning(
          'size',
          `${columns} × ${rows}`,
          `make it ${MIN_COLUMNS} × ${MIN_ROWS} or larger to see everything`,
        )
      : ok('size', `${columns} × ${rows}`),
    ok('colours', coloursText(colorLevel, environment)),
    checkLocale(environment),
  ];
}

function coloursText(level: number, { NO_COLOR }: Environment): string {
  if (NO_COLOR) return 'none: NO_COLOR is set';
  return ['none', '16', '256', '16 million'][level] ?? 'none';
}

function checkLocale(environment: Environment): Finding {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  if (/utf-?8/i.test(locale)) return ok('glyphs', `UTF-8 (${locale}); these are drawn: ${GLYPHS}`);
  return warning(
    'glyphs',
    locale === '' ? 'no locale is set' : `the locale is ${locale}, not UTF-8`,
    `if ${GLYPHS} is not readable here, set LANG=C.UTF-8, or start with --ascii`,
  );
}
