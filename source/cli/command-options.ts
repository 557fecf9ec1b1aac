import { type Command, InvalidArgumentError, Option } from 'commander';

/** `--json`. */
export function json(command: Command): Command {
  return command.option('--json', 'for programs: the keys are in docs/command-line.md');
}

/** `--start`, of commands that need a master. */
export function start(command: Command): Command {
  return command.option('--start', 'start a master without a screen where none runs');
}

/** `--level`, of what is told. */
export function level(command: Command): Command {
  return command.addOption(
    new Option('--level <level>', 'nothing less severe')
      .choices(['error', 'warn', 'info', 'debug'])
      .default('info'),
  );
}

/** Parses a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

/** Parses a time in seconds, such as 60 or 0.5. */
export function seconds(text: string): number {
  const value = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError('It is a number of seconds above 0, such as 60 or 0.5.');
}
