import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { editDistance } from '#configuration/edit-distance.ts';
import { plainLine } from '#model/text.ts';
import { THEME_NAMES, type ThemeName } from '#ui/theme/palettes.ts';
import type { Io } from './call.ts';
import { SCRIPT_COMMANDS, type ScriptCommand } from './commands.ts';
import { wrongUse } from './failure.ts';

/** What was asked for on the command line of elastic-tui. */
export interface MasterArguments {
  readonly command: 'dashboard';
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
  readonly screenReader: boolean;
  /** Rings the terminal's bell when trouble begins. */
  readonly bell: boolean;
  /** The master ends when its own screen does, whoever else needs it. */
  readonly exitWithScreen: boolean;
  /** The command `wall`; null: the dashboard. */
  readonly wall: { readonly rotateMs: number | null } | null;
}

/** One of the commands for scripts. */
export interface ScriptArguments {
  readonly command: 'script';
  /** Absolute. */
  readonly dir: string;
  /** It deals with signals and with the loss of its output itself. */
  readonly endsItself: boolean;
  /** A program reads what it says, also why it failed. */
  readonly isJson: boolean;
  /** @returns The exit code. */
  readonly run: (io: Io) => Promise<number>;
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
With no worker configured, workers are started on this machine. Press ? on the screen for its keys.
The commands for scripts, their exit codes and what --json says: docs/command-line.md.`;

/** Parses the arguments after the program's name. Pure but for the current folder, which is passed in. */
export function parseMasterArguments(
  argv: readonly string[],
  { cwd, version }: { readonly cwd: string; readonly version: string },
): MasterArguments | ScriptArguments | Ended {
  let output = '';
  let wall: MasterArguments['wall'] = null;
  let script: ScriptArguments | null = null;
  const program = masterProgram(version, {
    onWall: (rotateMs) => {
      wall = { rotateMs };
    },
    onScript: (entry, command) => {
      const dir = resolve(cwd, program.opts<{ dir: string }>().dir);
      const call = {
        dir,
        args: command.processedArgs.flat().filter((one) => one !== undefined),
        options: {},
      };
      const endsItself = entry.endsItself ?? false;
      const isJson = command.opts<{ json?: true }>().json === true;
      const run = (io: Io) => entry.run({ ...io, ...call }, command);
      script = { command: 'script', dir, endsItself, isJson, run };
    },
  });
  const write = (text: string) => {
    output += text;
  };
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write });
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { exitCode: 0, output };
    const { exitCode, text } = wrongUse(error.message.replace(/^error: /, ''), { isJson: wantsJson(argv) });
    return { exitCode, output: text };
  }
  if (script !== null) return script;
  const { dir, lang = null, theme = null, ascii = null, ...rest } = program.opts<Options>();
  return { command: 'dashboard', dir: resolve(cwd, dir), language: lang, theme, ascii, wall, ...rest };
}

/** Also of a call that cannot be understood. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** What is told of the command that was called, if any. */
interface Chosen {
  onWall(rotateMs: number | null): void;
  onScript(entry: ScriptCommand, command: Command): void;
}

/** The whole command line, as parsing, help and completion see it. */
export function masterProgram(version: string, { onWall, onScript }: Chosen): Command {
  const program = new Command('elastic-tui')
    .description(DESCRIPTION)
    .option('--dir <folder>', 'where .env, config_workers.json, logs/ and the tasks live', '.')
    .addOption(new Option('--lang <language>', 'language of the screen').choices(['en', 'es']))
    .option('--readonly', 'look, but change nothing', false)
    .addOption(new Option('--theme <name>', 'colours of the screen').choices(THEME_NAMES))
    .addOption(new Option('--ascii', 'draw every glyph in ASCII'))
    .addOption(new Option('--no-ascii').hideHelp())
    .option('--mouse', 'a click selects, the wheel scrolls; the terminal cannot select text then', false)
    .option('--screen-reader', 'sentences instead of tables and glyphs', false)
    .option('--bell', 'ring the bell of the terminal when trouble begins', false)
    .option(
      '--exit-with-screen',
      'end with this screen, also where tasks or other screens need the master',
      false,
    )
    .version(version)
    .addHelpText('after', EPILOGUE)
    .helpCommand('help [command]', 'what a command does, and its options')
    // Without a command the dashboard opens. What is no command is told apart here, with a better message.
    .allowExcessArguments(true)
    .action((_options: unknown, { args: [unknown] }: Command) => {
      if (unknown !== undefined) program.error(unknownCommand(unknown, program));
    });
  program
    .command('wall')
    .description(
      'the fleet for a spare monitor: large figures, every worker a tile, no keys needed; changes nothing',
    )
    .addOption(
      new Option(
        '--rotate <time>',
        'show wall, workers, tasks and statistics in turn, such as 20s',
      ).argParser(duration),
    )
    .action(({ rotate }: { readonly rotate?: number }) => onWall(rotate ?? null));
  for (const entry of SCRIPT_COMMANDS) {
    const command: Command = entry
      .define(program.command(entry.name, { hidden: entry.hidden ?? false }))
      .allowExcessArguments(false);
    command.action(() => onScript(entry, command));
  }
  return program;
}

function unknownCommand(name: string, program: Command): string {
  const names = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command.name());
  const near = names.filter((one) => editDistance(one, name) <= 2 || one.startsWith(name));
  const hint = near.length === 0 ? 'elastic-tui --help lists them' : `did you mean ${near.join(' or ')}?`;
  return `there is no command ${plainLine(name)}: ${hint}`;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `20s`, `1m`, `0.5h` in milliseconds. */
function duration(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,5}(?:\.\d{1,3})?)([smh])$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (ms >= 1_000) return ms;
  throw new InvalidArgumentError('It is a time of at least 1s, such as 20s, 1m or 0.5h.');
}

/** As commander gives them. */
interface Options
  extends Pick<MasterArguments, 'readonly' | 'mouse' | 'bell' | 'screenReader' | 'exitWithScreen'> {
  readonly dir: string;
  readonly lang?: 'en' | 'es';
  readonly theme?: ThemeName;
  readonly ascii?: boolean;
}
