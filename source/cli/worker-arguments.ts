import { Command, CommanderError } from 'commander';
import type { WorkerArguments } from '#configuration/worker-settings.ts';
import type { Ended } from './master-arguments.ts';

const DESCRIPTION = 'The worker service: runs the benchmarks that a master sends it over HTTP.';
const EPILOGUE = `
Settings are read from the environment and from .env in --dir: BENCHMARK_PYTHON, BENCHMARK_CYTHON,
DOCKER_IMAGE_NAME, DOCKER_IMAGE_TAG, WORKER_LOG_DIR, LOG_LEVEL, DEBUG_MODE, VERBOSE_OUTPUT.
There is no password: whoever reaches the port may run benchmarks. Without --host that is this machine only;
--host 0.0.0.0 opens it to the network. SIGTERM, SIGINT or SIGHUP ends it and what it runs.`;

/** Parses the arguments after the program's name; what the values mean is checked with the other settings. */
export function parseWorkerArguments(argv: readonly string[]): WorkerArguments | Ended {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const command = new Command('elastic-worker')
    .description(DESCRIPTION)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0: any free one', '8080')
    .option('--id <name>', "name to report to the master (default: worker- and this machine's name)")
    .option('--dir <folder>', 'where .env and logs/ live', '.')
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
  return command.opts<WorkerArguments>();
}
