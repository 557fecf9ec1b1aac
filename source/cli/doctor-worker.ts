import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { CallFailure } from '#model/call-failure.ts';
import type { Clock } from '#model/clock.ts';
import { codeOf } from '#model/errors.ts';
import { failureText } from '#model/log-line.ts';
import type { PingReport, WorkerConfig } from '#model/worker.ts';
import { deadline } from '#worker-client/deadline.ts';
import { failureOf } from '#worker-client/failure.ts';
import { headersFor } from '#worker-client/headers.ts';
import { readPing } from '#worker-client/ping-body.ts';
import { readStatus } from '#worker-client/status-body.ts';
import { createTokenReader } from '#worker-client/token.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { type Heard, hear } from './hear.ts';

/** Clocks further apart than this make times in logs and tasks hard to compare. A Date header has whole seconds. */
const CLOCK_TOLERANCE_MS = 5_000;
/** In order; a step that fails takes away those that need it. */
const STEPS = ['name', 'connect', 'ping', 'version', 'token', 'status', 'clock'] as const;

/** What was found of one worker, step by step. */
export interface WorkerFindings {
  readonly id: string;
  readonly url: string;
  readonly steps: readonly Finding[];
}

export interface WorkerCheckOptions {
  readonly clock: Clock;
  /** Bound on each step. */
  readonly stepMs: number;
}

/** Looks at one worker as the master would, a step at a time. Never rejects. */
export async function checkWorker(
  config: WorkerConfig,
  options: WorkerCheckOptions,
): Promise<WorkerFindings> {
  const steps: Finding[] = [];
  for await (const found of stepsOf(config, options)) steps.push(found);
  const reached = new Set(steps.map(({ name }) => name));
  const rest = STEPS.filter((step) => !reached.has(step));
  return {
    id: config.id,
    url: config.url,
    steps: [...steps, ...rest.map((step) => skipped(step, 'an earlier step failed'))],
  };
}

/** As far as there is something to look at. */
async function* stepsOf(config: WorkerConfig, { clock, stepMs }: WorkerCheckOptions): AsyncIterable<Finding> {
  const name = await resolveName(config, clock, stepMs);
  yield name;
  if (name.state === 'failed') return;
  const connection = await openConnection(config, clock, stepMs);
  yield connection;
  if (connection.state === 'failed') return;

  const { authorization, trouble } = await authorizationOf(config);
  const ask = (path: string) =>
    hear({ url: `${config.url}${path}`, headers: headersFor(authorization), clock, deadlineMs: stepMs });
  const heard = await ask('/ping');
  const ping = pingOf(heard);
  if (!ping.ok) {
    yield failed('ping', failureText(ping.failure), pingAdvice(ping.failure, config));
    return;
  }
  yield answeredPing(ping, config);

  const answer = await ask('/status');
  const refused = 'status' in answer && (answer.status === 401 || answer.status === 403);
  yield versionOf(ping.report.capabilities, refused);
  yield tokenOf({ config, refused, trouble, hasToken: authorization !== null });
  if (!refused) yield statusOf(answer);
  yield clockOf(heard, clock);
}

async function authorizationOf(config: WorkerConfig) {
  try {
    return { authorization: await createTokenReader()(config), trouble: null };
  } catch (error) {
    return { authorization: null, trouble: failureOf(error).detail };
  }
}

function answeredPing(
  { report, latencyMs }: { readonly report: PingReport; readonly latencyMs: number },
  { id }: WorkerConfig,
): Finding {
  if (report.workerId === id) return ok('ping', `answered in ${ms(latencyMs)}`);
  return warning(
    'ping',
    `answered in ${ms(latencyMs)} as “${report.workerId}”`,
    `it is configured as ${id}: check that the address is the right machine's, or start it with --id ${id}`,
  );
}

async function resolveName({ host }: WorkerConfig, clock: Clock, withinMs: number): Promise<Finding> {
  if (isIP(host) !== 0) return ok('name', `${host} is an address`);
  const asked = await within(clock, withinMs, lookup(host, { all: true })).catch((error: unknown) => error);
  if (asked === null) {
    return failed(
      'name',
      `no answer for ${host} in ${ms(withinMs)}`,
      'check the name server of this machine',
    );
  }
  if (!Array.isArray(asked)) {
    const code = codeOf(asked) ?? '';
    const advice = `correct the name, add it to the name server or to /etc/hosts, or write the address itself`;
    return failed('name', `${host} is not known${code === '' ? '' : ` (${code})`}`, advice);
  }
  return ok('name', `${host} is ${asked.map(({ address }: { address: string }) => address).join(', ')}`);
}

async function openConnection(
  { host, port }: WorkerConfig,
  clock: Clock,
  withinMs: number,
): Promise<Finding> {
  const socket = connect({ host, port });
  const startedAt = clock.monotonic();
  const opened = new Promise<true>((resolve, reject) => {
    socket.once('connect', () => resolve(true)).once('error', reject);
  });
  try {
    const isOpen = await within(clock, withinMs, opened);
    if (isOpen === null) {
      const advice = 'check that the machine is on, its address, and the firewalls between';
      return failed('connect', `no connection to port ${port} in ${ms(withinMs)}`, advice);
    }
    return ok('connect', `port ${port} in ${ms(clock.monotonic() - startedAt)}`);
  } catch (error) {
    const failure = failureOf(error);
    return failed('connect', failureText(failure), connectAdvice(failure, port));
  } finally {
    socket.destroy();
    socket.on('error', () => {});
    opened.catch(() => {});
  }
}

function connectAdvice({ reason }: CallFailure, port: number): string {
  if (reason === 'refused') {
    return `start the worker there (elastic-worker --host 0.0.0.0 --port ${port} --token-file …; without --host only its own machine reaches it), or correct the port`;
  }
  return 'check that the machine is on, its address, and the firewalls between';
}

function pingOf(heard: Heard) {
  if (!('status' in heard)) return { ok: false as const, failure: heard.failure };
  if (heard.status !== 200) {
    return { ok: false as const, failure: { reason: 'http-status' as const, detail: String(heard.status) } };
  }
  const read = readPing(heard.body);
  return read.ok
    ? { ok: true as const, report: read.value, latencyMs: heard.latencyMs }
    : { ok: false as const, failure: read.failure };
}

function pingAdvice({ reason, detail }: CallFailure, { url, port }: WorkerConfig): string {
  switch (reason) {
    case 'timeout':
      return 'the worker hangs or is overloaded: look at its log and restart it; where it is only slow, raise HTTP_TIMEOUT';
    case 'http-status':
    case 'bad-body':
      return `something else than a worker listens on port ${port}: correct the port, or end that program`;
    default:
      if (/certificate|self.signed|TLS|SSL/i.test(detail)) {
        return 'the certificate is not trusted here: start with NODE_EXTRA_CA_CERTS=<its CA>, or correct the name in the url';
      }
      return url.startsWith('https:')
        ? 'it may speak http, not https: correct its url'
        : 'it may speak https: give its url (https://…) in config_workers.json; else look at its log';
  }
}

function versionOf(capabilities: readonly string[], isStranger: boolean): Finding {
  if (capabilities.length > 0) return ok('version', `2, with ${capabilities.join(', ')}`);
  return isStranger
    ? ok('version', 'not told to callers without its token')
    : ok('version', '1: it announces nothing, so that it is given one task at a time');
}

interface TokenState {
  readonly config: WorkerConfig;
  /** Whether it answered with 401 or 403. */
  readonly refused: boolean;
  /** Why the token could not be read. */
  readonly trouble: string | null;
  readonly hasToken: boolean;
}

function tokenOf({ config, refused, trouble, hasToken }: TokenState): Finding {
  if (trouble !== null) {
    return failed('token', trouble, 'write the token of the worker into that file, in one line, mode 0600');
  }
  if (!refused) return ok('token', hasToken ? 'taken' : 'none needed');
  const advice = hasToken
    ? `write the token that the worker was started with into ${config.tokenFile ?? 'its file'}`
    : `name a file with its token: "token_file" of ${config.id} in config_workers.json`;
  return failed('token', hasToken ? 'the worker refuses it' : 'the worker wants one', advice);
}

function statusOf(heard: Heard): Finding {
  const advice = 'no task is sent to it before it answers: look at its log, and restart it';
  if (!('status' in heard)) return failed('status', failureText(heard.failure), advice);
  if (heard.status !== 200) return failed('status', `HTTP status ${heard.status}`, advice);
  const read = readStatus(heard.body);
  if (!read.ok) return failed('status', failureText(read.failure), advice);
  const { benchmarks, pythonAvailable } = read.value;
  if (!pythonAvailable && benchmarks.length === 0) {
    return failed('status', 'it has nothing to run its benchmarks with', 'install Python 3 on that machine');
  }
  return ok('status', benchmarks.length === 0 ? 'ready' : `ready: ${benchmarks.join(', ')}`);
}

function clockOf(heard: Heard, clock: Clock): Finding {
  const told = 'status' in heard ? Date.parse(heard.date ?? '') : Number.NaN;
  if (!Number.isFinite(told)) return ok('clock', 'not told');
  const apart = Math.abs(clock.now() - told);
  if (apart <= CLOCK_TOLERANCE_MS) return ok('clock', 'as here, to a few seconds');
  const direction = told > clock.now() ? 'ahead of' : 'behind';
  return warning(
    'clock',
    `${Math.round(apart / 1_000)} s ${direction} this machine's`,
    'set both clocks by a time server (timedatectl set-ntp true): times in logs cannot be compared',
  );
}

/** The value, or null once the time is over. */
async function within<T>(clock: Clock, withinMs: number, promise: Promise<T>): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const cancel = deadline(clock, withinMs, () => resolve(null));
  promise.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}

function ms(value: number): string {
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`;
}
