import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { THEME_NAMES, type ThemeName } from '#ui/theme/palettes.ts';

/** What was asked for on the command line of elastic-tui. */
export interface MasterArguments {
  /** Absolute. */
  readonly dir: string;
  /** Null: as remembered, else from the locale. */
  readonly language: 'en' | 'es' | null;
  readonly readonly: boolean;
  /** Null: as remembered, else as the terminal is. */
  readonly theme: ThemeName | null;
  /** Null: as remembered. */
  readonly ascii: boolean | null;
  readonly mouse: boolean;
}

/** A call that ends before anything starts: `--help`, `--version`, or a mistake. */
export interface Ended {
  readonly exitCode: number;
  /** What was printed for the person; for standard error where `exitCode` is not 0. */
  readonly output: string;
}

const DESCRIPTION =
  'The elastic master: watches the workers, dispatches tasks to them, and shows it live in this terminal.';
const EPILOGUE = `
Everything lives in --dir: .env, config_workers.json, logs/ with the state file and the task database.
With no worker configured, workers are started on this machine. Press ? on the screen for its keys.`;

/** Parses the arguments after the program's name. Pure but for the current folder, which is passed in. */
export function parseMasterArguments(
  argv: readonly string[],
  { cwd, version }: { readonly cwd: string; readonly version: string },
): MasterArguments | Ended {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const command = new Command('elastic-tui')
    .description(DESCRIPTION)
    .option('--dir <folder>', 'where .env, config_workers.json, logs/ and the tasks live', '.')
    .addOption(new Option('--lang <language>', 'language of the screen').choices(['en', 'es']))
    .option('--readonly', 'look, but change nothing', false)
    .addOption(new Option('--theme <name>', 'colours of the screen').choices(THEME_NAMES))
    .addOption(new Option('--ascii', 'draw every glyph in ASCII'))
    .addOption(new Option('--no-ascii').hideHelp())
    .option('--mouse', 'a click selects, the wheel scrolls; the terminal cannot select text then', false)
    .version(version)
    .addHelpText('after', EPILOGUE)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? 0 : 2, output };
  }
  const { dir, lang = null, theme = null, ascii = null, ...rest } = command.opts<Options>();
  return { dir: resolve(cwd, dir), language: lang, theme, ascii, ...rest };
}

/** As commander gives them. */
interface Options extends Pick<MasterArguments, 'readonly' | 'mouse'> {
  readonly dir: string;
  readonly lang?: 'en' | 'es';
  readonly theme?: ThemeName;
  readonly ascii?: boolean;
}
