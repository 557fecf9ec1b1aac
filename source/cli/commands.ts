import { Argument, type Command, Option } from 'commander';
import { type Call, EXIT } from './call.ts';

/** A command for scripts. Its code is loaded when it runs: the first picture of the dashboard must not wait for it. */
export interface ScriptCommand {
  readonly name: string;
  /** Gives the command its description, arguments and options; `completion` is made from the same. */
  define(command: Command): Command;
  /** Left out of the help: it is there for other programs of ours. */
  readonly hidden?: true;
  /** @returns The exit code. */
  run(call: Call, command: Command): Promise<number>;
}

/** Every command beside the dashboard and the wall, in the order of the help. */
export const SCRIPT_COMMANDS: readonly ScriptCommand[] = [
  script<{ readonly json?: true }>({
    name: 'init',
    define: (command) =>
      json(command.description('write a commented .env and config_workers.json; never over existing ones')),
    run: async (call) => (await import('./init.ts')).initialize(call),
  }),
  script<{ readonly json?: true }>({
    name: 'doctor',
    define: (command) =>
      json(command.description('check configuration, machine, terminal and every worker; says what to do')),
    async run(call) {
      const [{ doctor }, { default: chalk }] = await Promise.all([import('./doctor.ts'), import('chalk')]);
      const { versions, stdout } = process;
      return doctor(call, { nodeVersion: versions.node, rows: stdout.rows ?? 0, colorLevel: chalk.level });
    },
  }),
  script<{ readonly format: 'csv' | 'json'; readonly batch?: string }>({
    name: 'export',
    define: (command) =>
      command
        .description('write the results of tasks to standard output; works beside a running master')
        .addOption(new Option('--format <format>', 'csv or json').choices(['csv', 'json']).default('csv'))
        .option('--batch <batch>', 'only the tasks of this batch'),
    run: async (call) => (await import('./export.ts')).exportResults(call),
  }),
  {
    name: 'completion',
    define: (command) =>
      command
        .description(
          'write the completion of this command line for a shell: source <(elastic-tui completion bash)',
        )
        .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(['bash', 'zsh', 'fish'])),
    run: async (call, { parent }) => {
      const { printCompletion } = await import('./completion.ts');
      return parent === null ? EXIT.wrong : printCompletion(call, parent);
    },
  },
  script({
    name: 'complete',
    hidden: true,
    define: (command) => command.argument('<kind>').argument('[prefix]'),
    run: async (call) => (await import('./complete.ts')).completeWords(call),
  }),
];

/** An entry whose `run` sees the options that its `define` declares. */
function script<Options>(entry: {
  readonly name: string;
  readonly hidden?: true;
  define(command: Command): Command;
  run(call: Call<Options>): Promise<number>;
}): ScriptCommand {
  return {
    ...entry,
    run: (call, command) =>
      entry.run({ ...call, options: command.opts<Record<string, unknown> & Options>() }),
  };
}

function json(command: Command): Command {
  return command.option('--json', 'for programs: one JSON document, keys as in docs/command-line.md');
}
