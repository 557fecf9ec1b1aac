import { Argument, type Command, Option } from 'commander';
import { MAX_PRIORITY, MIN_PRIORITY, TASK_STATES } from '#model/task.ts';
import { type Call, EXIT } from './call.ts';
import { json, level, seconds, start, wholeNumber } from './command-options.ts';
import type { DaemonOptions } from './daemon.ts';
import type { EventsOptions } from './events.ts';
import type { ExportOptions } from './export.ts';
import type { InstallOptions } from './install-master.ts';
import type { LogsOptions } from './logs.ts';
import { addParameter } from './parameters.ts';
import type { MasterOption } from './reach.ts';
import type { RunOptions } from './run.ts';
import type { StopOptions } from './stop.ts';
import type { TasksOptions } from './tasks.ts';

/** A command for scripts. Its code is loaded when it runs: the first picture of the dashboard must not wait for it. */
export interface ScriptCommand {
  readonly name: string;
  /** Gives the command its description, arguments and options; `completion` is made from the same. */
  define(command: Command): Command;
  /** Left out of the help: it is there for other programs of ours. */
  readonly hidden?: true;
  /** It deals with signals and with the loss of its output itself. */
  readonly endsItself?: true;
  /** @returns The exit code. */
  run(call: Call, command: Command): Promise<number>;
}

interface JsonOption {
  readonly json?: true;
}

const VERBS = {
  cancel: 'call tasks or batches off, whatever they are doing',
  retry: 'run tasks or batches again that failed or were cancelled',
  drain: 'send no new tasks to workers; what runs there goes on',
  undrain: 'send tasks to workers again',
} as const;

/** Every command beside the dashboard and the wall, in the order of the help. */
export const SCRIPT_COMMANDS: readonly ScriptCommand[] = [
  script<DaemonOptions>({
    name: 'daemon',
    endsItself: true,
    define: (command) =>
      command
        .description('the master without a screen; its log goes to standard output')
        .option('--background', 'detach: returns once it takes tasks and screens')
        .option('--pid-file <file>', 'write the process id there; it keeps nobody out'),
    run: async (call) => (await import('./daemon.ts')).daemon(call),
  }),
  script<StopOptions>({
    name: 'stop',
    define: (command) =>
      command
        .description('end the master in order; returns once its process is gone')
        .addOption(
          new Option('--timeout <seconds>', 'wait no longer than this').argParser(seconds).default(30),
        ),
    run: async (call) => (await import('./stop.ts')).stop(call),
  }),
  script<InstallOptions>({
    name: 'install-service',
    define: (command) =>
      command
        .description('a systemd unit for a master on this folder; installs nothing')
        .option('--print', 'write it to standard output')
        .option('--user <user>', 'whom it runs as (otherwise: whom the folder belongs to)'),
    run: async (call) => (await import('./install-master.ts')).printMasterUnit(call),
  }),
  script<JsonOption>({
    name: 'init',
    define: (command) =>
      json(command.description('write a commented .env and config_workers.json; never over existing ones')),
    run: async (call) => (await import('./init.ts')).initialize(call),
  }),
  script<JsonOption>({
    name: 'doctor',
    define: (command) =>
      json(command.description('check configuration, machine, terminal and every worker; says what to do')),
    async run(call) {
      const [{ doctor }, { default: chalk }] = await Promise.all([import('./doctor.ts'), import('chalk')]);
      const { versions, stdout } = process;
      return doctor(call, { nodeVersion: versions.node, rows: stdout.rows ?? 0, colorLevel: chalk.level });
    },
  }),
  script<JsonOption>({
    name: 'status',
    define: (command) => json(command.description('how master, fleet and queue stand')),
    run: async (call) => (await import('./status.ts')).status(call),
  }),
  script<JsonOption>({
    name: 'workers',
    define: (command) => json(command.description('every worker, one a line')),
    run: async (call) => (await import('./workers.ts')).listWorkers(call),
  }),
  script<TasksOptions>({
    name: 'tasks',
    define: (command) =>
      json(command.description('the newest tasks'))
        .addOption(new Option('--state <state...>', 'only tasks in these states').choices([...TASK_STATES]))
        .option('--batch <batch>', 'only the tasks of this batch')
        .addOption(
          new Option('--limit <number>', 'so many at most').argParser(wholeNumber(1, 1_000_000)).default(50),
        ),
    run: async (call) => (await import('./tasks.ts')).listTasks(call),
  }),
  script<JsonOption>({
    name: 'task',
    define: (command) =>
      json(command.description('one task: its state, its history, what it has printed')).argument(
        '<task>',
        'its id, or the beginning of it',
      ),
    run: async (call) => (await import('./task.ts')).showTask(call),
  }),
  script<Omit<RunOptions, 'parameter'> & { readonly parameter?: RunOptions['parameter'] }>({
    name: 'run',
    define: (command) =>
      start(json(command.description('send a task, or a sweep; prints its id')))
        .argument('<benchmark>', 'as a worker names it, such as benchmark.py')
        .addOption(
          new Option(
            '-p, --parameter <name=value>',
            'a parameter of the benchmark; 1..20 or 50,100 make a sweep; may be given again',
          ).argParser(addParameter),
        )
        .option('--worker <worker>', 'only there (otherwise: the master chooses)')
        .addOption(
          new Option('--priority <number>', '1 to 10, larger goes first').argParser(
            wholeNumber(MIN_PRIORITY, MAX_PRIORITY),
          ),
        )
        .addOption(new Option('--task-timeout <seconds>', 'how long one try may take').argParser(seconds))
        .option('--id <id>', 'the id of the task: the same id is the same task, however often it is sent')
        .option('--description <text>', 'what it is for')
        .option('--wait', 'until it has ended; the exit code then tells how')
        .addOption(new Option('--timeout <seconds>', 'wait no longer than this').argParser(seconds)),
    run: async (call) =>
      (await import('./run.ts')).runBenchmark({ ...call, options: { parameter: {}, ...call.options } }),
  }),
  script<MasterOption & JsonOption>({
    name: 'submit',
    define: (command) =>
      start(json(command.description('send the tasks of a file, all or none; prints their ids'))).argument(
        '<file>',
        'as in task_queues/, or one task a line; -: standard input',
      ),
    run: async (call) => (await import('./submit.ts')).submitFile(call),
  }),
  ...(['cancel', 'retry'] as const).map((verb) =>
    script<MasterOption & JsonOption>({
      name: verb,
      define: (command) =>
        start(json(command.description(VERBS[verb]))).argument(
          '<task...>',
          'ids of tasks or batches, or the beginnings of them',
        ),
      run: async (call) => (await import('./change-tasks.ts')).changeTasks(call, verb),
    }),
  ),
  ...(['drain', 'undrain'] as const).map((verb) =>
    script<MasterOption & JsonOption>({
      name: verb,
      define: (command) =>
        start(json(command.description(VERBS[verb]))).argument(
          '<worker...>',
          'ids, or the beginnings of them',
        ),
      run: async (call) => (await import('./drain.ts')).drainWorkers(call, verb === 'drain'),
    }),
  ),
  script<LogsOptions>({
    name: 'logs',
    define: (command) =>
      start(json(level(command.description('the end of the log'))))
        .option('-f, --follow', 'and what is added to it')
        .addOption(
          new Option('-n, --lines <number>', 'so many at most')
            .argParser(wholeNumber(0, 100_000))
            .default(50),
        ),
    run: async (call) => (await import('./logs.ts')).printLogs(call),
  }),
  script<EventsOptions>({
    name: 'events',
    define: (command) =>
      start(json(level(command.description('what has happened, one JSON a line')))).option(
        '-f, --follow',
        'and what happens from now on',
      ),
    run: async (call) => (await import('./events.ts')).printEvents(call),
  }),
  script<ExportOptions>({
    name: 'export',
    define: (command) =>
      command
        .description('write the results of tasks to standard output; works beside a running master')
        .addOption(new Option('--format <format>', 'csv or json').choices(['csv', 'json']).default('csv'))
        .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
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
  readonly endsItself?: true;
  define(command: Command): Command;
  run(call: Call<Options>): Promise<number>;
}): ScriptCommand {
  return {
    ...entry,
    run: (call, command) =>
      entry.run({ ...call, options: command.opts<Record<string, unknown> & Options>() }),
  };
}
