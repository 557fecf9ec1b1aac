import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';

/** What was asked for on the command line of elastic-tui. */
export interface MasterArguments {
  readonly command: 'dashboard';
  /** Absolute. */
  readonly dir: string;
  /** Null: as remembered, else from the locale. */
  readonly language: 'en' | 'es' | null;
  readonly readonly: boolean;
}

/** `elastic-tui export`: the results, for other programs. */
export interface ExportArguments {
  readonly command: 'export';
  /** Absolute. */
  readonly dir: string;
  readonly format: 'csv' | 'json';
  readonly batch: string | null;
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
): MasterArguments | ExportArguments | Ended {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const command = new Command('elastic-tui')
    .description(DESCRIPTION)
    .option('--dir <folder>', 'where .env, config_workers.json, logs/ and the tasks live', '.')
    .addOption(new Option('--lang <language>', 'language of the screen').choices(['en', 'es']))
    .option('--readonly', 'look, but change nothing', false)
    .version(version)
    .addHelpText('after', EPILOGUE)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  let exporting: ExportArguments | null = null;
  command
    .command('export')
    .description('write the results of tasks to standard output; works beside a running master')
    .addOption(new Option('--format <format>', 'csv or json').choices(['csv', 'json']).default('csv'))
    .option('--batch <id>', 'only the tasks of this batch')
    .allowExcessArguments(false)
    .action((options: { format: ExportArguments['format']; batch?: string }) => {
      const { dir } = command.opts<{ dir: string }>();
      exporting = { command: 'export', dir: resolve(cwd, dir), ...options, batch: options.batch ?? null };
    });
  // Without a command the dashboard opens.
  command.action(() => {});
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? 0 : 2, output };
  }
  if (exporting !== null) return exporting;
  const options = command.opts<{ dir: string; lang?: 'en' | 'es'; readonly: boolean }>();
  return {
    command: 'dashboard',
    dir: resolve(cwd, options.dir),
    language: options.lang ?? null,
    readonly: options.readonly,
  };
}
