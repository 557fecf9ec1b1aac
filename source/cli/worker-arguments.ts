import { Command, CommanderError } from 'commander';
import type { WorkerArguments } from '#configuration/worker-settings.ts';
import type { Ended } from './master-arguments.ts';

const DESCRIPTION = 'The worker service: runs the benchmarks that a master sends it over HTTP.';
const EPILOGUE = `
What may run: benchmark.py, benchmark_cython.py (where it is built) and benchmark.js, and whatever benchmarks.json in
--dir declares; see docs/worker.md.

Who may call: without a token only programs on this machine (--host 127.0.0.1). To open the port to the network, set
WORKER_TOKEN or --token-file, and give the master the same token (token_file in config_workers.json). --insecure opens
it without one: whoever reaches the port may then run benchmarks here.

Settings are read from the environment and from .env in --dir: WORKER_TOKEN, BENCHMARK_EXECUTOR (process, container),
CONTAINER_ENGINE, CONTAINER_ARGS, DOCKER_IMAGE_NAME, DOCKER_IMAGE_TAG, BENCHMARK_PYTHON, BENCHMARK_CYTHON,
WORKER_LOG_DIR, LOG_LEVEL, DEBUG_MODE, VERBOSE_OUTPUT.

SIGTERM, SIGINT or SIGHUP: takes nothing more, lets what runs finish within --grace, ends it then. A second one ends at
once. Exit codes: 0 ended as asked, 1 could not start or crashed, 2 wrong use or configuration.

elastic-worker install-service --print [options] prints a systemd unit for a worker with these options.`;

/** What `install-service` was told: what the worker will be, and whether its user starts containers. */
export interface ServiceArguments {
  readonly service: WorkerArguments & { readonly print?: true; readonly containers?: true };
}

const SERVICE = 'install-service';
const SERVICE_DESCRIPTION = `Prints a systemd unit for this worker; the options are those that the worker is to start with.
It installs nothing. As root: elastic-worker install-service --print … > /etc/systemd/system/elastic-worker.service`;

/** Parses the arguments after the program's name; what the values mean is checked with the other settings. */
export function parseWorkerArguments(argv: readonly string[]): WorkerArguments | ServiceArguments | Ended {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const isService = argv[0] === SERVICE;
  const command = isService ? serviceCommand() : workerCommand();
  command.allowExcessArguments(false).exitOverride().configureOutput({ writeOut: write, writeErr: write });
  try {
    command.parse(isService ? argv.slice(1) : argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? 0 : 2, output };
  }
  return isService
    ? { service: command.opts<ServiceArguments['service']>() }
    : command.opts<WorkerArguments>();
}

function workerCommand(): Command {
  return withOptions(new Command('elastic-worker').description(DESCRIPTION)).addHelpText('after', EPILOGUE);
}

function serviceCommand(): Command {
  const command = new Command(`elastic-worker ${SERVICE}`).description(SERVICE_DESCRIPTION);
  return withOptions(command)
    .option('--print', 'print the unit')
    .option(
      '--containers',
      'the worker starts containers without root (assumed where BENCHMARK_EXECUTOR or benchmarks.json say so)',
    );
}

function withOptions(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0: any free one', '8080')
    .option('--id <name>', "name to report to the master (default: worker- and this machine's name)")
    .option('--dir <folder>', 'where .env, benchmarks.json, logs/ and results/ live', '.')
    .option('--slots <number>', 'tasks that run at once (default: half the cores, at least 1)')
    .option('--queue <number>', 'tasks that may wait for a slot; beyond them 503', '100')
    .option('--grace <seconds>', 'how long running tasks may go on when the worker is told to end', '30')
    .option('--token-file <file>', 'file with the token that callers must show (or WORKER_TOKEN)')
    .option('--insecure', 'open the port to the network without a token')
    .option('--tls-cert <file>', 'PEM certificate chain: HTTPS instead of HTTP (with --tls-key)')
    .option('--tls-key <file>', 'PEM private key of the certificate');
}
