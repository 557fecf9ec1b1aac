import type { Argument, Command, Option } from 'commander';

/** What a word may be: one of some, what a kind of thing in the folder is called, a path, or nothing that is known. */
export type Words =
  | { readonly choices: readonly string[] }
  | { readonly kind: ValueKind }
  | { readonly path: 'file' | 'folder' }
  | null;

/** Kinds of words that are read from the folder at the moment of completion. */
const VALUE_KINDS = ['worker', 'benchmark', 'task', 'batch'] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

export interface CompletedOption {
  /** As typed: `-f`, `--follow`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly value: Words;
}

export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** By position; the last one may go on for ever. */
  readonly args: readonly { readonly words: Words; readonly variadic: boolean }[];
}

/** The flags behind which a word is a value, wherever they stand. */
export function takersIn({ options, commands }: CompletionModel): readonly string[] {
  const all = [...options, ...commands.flatMap((command) => command.options)];
  return [...new Set(all.filter(({ takesValue }) => takesValue).flatMap(({ flags }) => flags))];
}

/** All that can be typed, as the definition of the command line has it: completion says nothing of its own. */
export interface CompletionModel extends Omit<CompletedCommand, 'args'> {
  readonly commands: readonly CompletedCommand[];
}

export function completionModel(program: Command): CompletionModel {
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map((command) => command.name());
  const { args: _, ...root } = completed(program, names);
  return { ...root, commands: commands.map((command) => completed(command, names)) };
}

/** The options that may stand behind a command: its own, and those of the program that it has not. */
export function optionsOf(model: CompletionModel, command: CompletedCommand): readonly CompletedOption[] {
  const own = new Set(command.options.flatMap(({ flags }) => flags));
  return [...command.options, ...model.options.filter(({ flags }) => !flags.some((flag) => own.has(flag)))];
}

/** @param commands The names of all. */
function completed(command: Command, commands: readonly string[]): CompletedCommand {
  const help = command.createHelp();
  return {
    name: command.name(),
    description: command.description(),
    options: help.visibleOptions(command).map(optionOf),
    args: command.registeredArguments.map((argument: Argument) => ({
      words:
        argument.name() === 'command' ? { choices: commands } : wordsOf(argument.name(), argument.argChoices),
      variadic: argument.variadic,
    })),
  };
}

function optionOf(option: Option): CompletedOption {
  const { short, long, description, required, optional } = option;
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1] ?? '';
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    takesValue: required || optional,
    value: wordsOf(placeholder, option.argChoices),
  };
}

/** The name of an argument says what it is. */
function wordsOf(placeholder: string, choices: readonly string[] | undefined): Words {
  if (choices !== undefined) return { choices };
  const name = placeholder.replace(/\.\.\.$/, '');
  if (name === 'file' || name === 'folder') return { path: name };
  const kind = VALUE_KINDS.find((one) => one === name);
  return kind === undefined ? null : { kind };
}
