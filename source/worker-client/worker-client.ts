import type { CallFailure } from '#model/call-failure.ts';
import type { Clock } from '#model/clock.ts';
import { said } from '#model/said.ts';
import type { Settings } from '#model/settings.ts';
import type { Parameters, TaskResult } from '#model/task.ts';
import type { StatusReport, WorkerConfig } from '#model/worker.ts';
import { createExchanger, type Reply } from './exchange.ts';
import { readError, readResult, saysLost } from './execute-body.ts';
import { failureOf, httpStatus } from './failure.ts';
import { headersFor } from './headers.ts';
import { type HistoryEntry, readHistory } from './history-body.ts';
import { createKeptConnections } from './kept-connections.ts';
import { createNameLookup } from './name-lookup.ts';
import { readStatus } from './status-body.ts';
import { readTask, type TaskReport } from './task-body.ts';
import { createTokenReader } from './token.ts';

const MAX_EXECUTE_BYTES = 4 * 2 ** 20;
const MAX_HISTORY_BYTES = 16 * 2 ** 20;

export type StatusAnswer =
  | { readonly ok: true; readonly report: StatusReport }
  | { readonly ok: false; readonly failure: CallFailure };

export type HistoryAnswer =
  | { readonly ok: true; readonly entries: readonly HistoryEntry[] }
  | { readonly ok: false; readonly failure: CallFailure };

/** What a worker says of one task under /v2/. `unknown`: it never accepted such a one. */
export type TaskAnswer =
  | { readonly kind: 'known'; readonly report: TaskReport }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-answer'; readonly failure: CallFailure };

/** What became of an execution, as far as this machine can know. */
export type ExecuteOutcome =
  | { readonly kind: 'completed'; readonly result: TaskResult }
  | {
      /** The worker answered that it failed. `error` is one line of plain text. */
      readonly kind: 'failed';
      readonly httpStatus: number | null;
      readonly error: string;
    }
  /** The worker ended while it ran, and remembers that. */
  | { readonly kind: 'died'; readonly error: string }
  /** No answer in time, after it was sent. */
  | { readonly kind: 'timeout' }
  /** Nothing left this machine: the worker has not run it. */
  | { readonly kind: 'not-sent'; readonly failure: CallFailure }
  /** Sent, and then no answer that can be understood: the worker may have run it, or may be running it. */
  | { readonly kind: 'uncertain'; readonly failure: CallFailure };

interface ExecuteRequest {
  /** See `wireId` in model/task.ts. */
  readonly wireId: string;
  readonly benchmark: string;
  readonly parameters: Parameters;
}

interface ExecuteOptions {
  /** From the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Runs exactly once, before the promise settles, for every outcome but `not-sent`. */
  readonly onSent: () => void;
  /** Gives up waiting. The worker goes on: the outcome is `uncertain`, or `not-sent`. */
  readonly signal?: AbortSignal;
}

/** The worker's HTTP protocol, as a client. No call rejects. Deadlines are milliseconds and cover the connection. */
export interface WorkerClient {
  /** GET /status. */
  status(config: WorkerConfig, deadlineMs: number): Promise<StatusAnswer>;
  /** POST /execute. Never sent twice. */
  execute(config: WorkerConfig, request: ExecuteRequest, options: ExecuteOptions): Promise<ExecuteOutcome>;
  /** GET /history, all that the worker keeps. */
  history(config: WorkerConfig, deadlineMs: number): Promise<HistoryAnswer>;
  /** GET /v2/tasks/:id: only for workers that announce `tasks`. `wireId`: see model/task.ts. */
  task(config: WorkerConfig, wireId: string, deadlineMs: number): Promise<TaskAnswer>;
  /** DELETE /v2/tasks/:id: only for workers that announce `cancel`. Answered when nothing of it runs any more. */
  cancel(config: WorkerConfig, wireId: string, deadlineMs: number): Promise<TaskAnswer>;
  /** Closes the connection that is kept to a worker which has gone. */
  forget(workerId: string): void;
  /** Ends the calls under way. */
  close(): Promise<void>;
}

export interface WorkerClientOptions {
  readonly clock: Clock;
  /** `httpTimeoutMs`: for the connection of an execution, before its own time begins. It may change. */
  readonly settings: Pick<Settings, 'httpTimeoutMs'>;
}

export function createWorkerClient({ clock, settings }: WorkerClientOptions): WorkerClient {
  const exchanger = createExchanger({ clock, lookup: createNameLookup({ clock }) });
  const authorize = createTokenReader();
  // Health checks are asked for as often as pings are, so they go the same cheap way.
  const statusConnections = createKeptConnections({ clock, path: '/status' });

  async function askOf(
    config: WorkerConfig,
    wireId: string,
    request: { readonly deadlineMs: number; readonly method?: 'DELETE' },
  ): Promise<TaskAnswer> {
    const { deadlineMs, ...method } = request;
    try {
      const reply = await exchanger.exchange({
        url: `${config.url}/v2/tasks/${encodeURIComponent(wireId)}`,
        headers: headersFor(await authorize(config)),
        maxBytes: MAX_EXECUTE_BYTES,
        connectMs: settings.httpTimeoutMs,
        answerMs: deadlineMs,
        ...method,
      });
      if (reply.status === 404) return { kind: 'unknown' };
      if (reply.status !== null && reply.status !== 200) {
        return { kind: 'no-answer', failure: httpStatus(reply.status) };
      }
      if (!reply.ok) return { kind: 'no-answer', failure: reply.failure };
      const read = readTask(reply.body);
      return read.ok ? { kind: 'known', report: read.value } : { kind: 'no-answer', failure: read.failure };
    } catch (error) {
      return { kind: 'no-answer', failure: failureOf(error) };
    }
  }

  return {
    async status(config, deadlineMs) {
      const got = await statusConnections.get(config, deadlineMs);
      if (!got.ok) return { ok: false, failure: got.failure };
      const read = readStatus(got.body);
      return read.ok ? { ok: true, report: read.value } : read;
    },

    async history(config, deadlineMs) {
      try {
        const headers = headersFor(await authorize(config));
        const url = `${config.url}/history?limit=100`;
        const reply = await exchanger.exchange({
          url,
          headers,
          maxBytes: MAX_HISTORY_BYTES,
          connectMs: deadlineMs,
        });
        if (reply.status !== null && reply.status !== 200) {
          return { ok: false, failure: httpStatus(reply.status) };
        }
        if (!reply.ok) return { ok: false, failure: reply.failure };
        const read = readHistory(reply.body);
        return read.ok ? { ok: true, entries: read.value } : read;
      } catch (error) {
        return { ok: false, failure: failureOf(error) };
      }
    },

    async execute(config, { wireId, benchmark, parameters }, { timeoutMs, onSent, signal }) {
      let headers: Record<string, string>;
      try {
        headers = headersFor(await authorize(config));
      } catch (error) {
        return { kind: 'not-sent', failure: failureOf(error) };
      }
      const reply = await exchanger.exchange({
        url: `${config.url}/execute`,
        json: { task_id: wireId, benchmark, params: parameters },
        headers,
        maxBytes: MAX_EXECUTE_BYTES,
        connectMs: settings.httpTimeoutMs,
        answerMs: timeoutMs,
        onSent,
        signal,
      });
      return outcomeOf(reply);
    },

    task: (config, wireId, deadlineMs) => askOf(config, wireId, { deadlineMs }),
    cancel: (config, wireId, deadlineMs) => askOf(config, wireId, { deadlineMs, method: 'DELETE' }),

    forget: (workerId) => statusConnections.forget(workerId),

    async close() {
      exchanger.close();
      await statusConnections.close();
    },
  };
}

/** A proxy in front of the worker lost it: the worker itself has said nothing. */
const GATEWAY_STATUSES = [502, 504];

function outcomeOf(reply: Reply): ExecuteOutcome {
  const { status } = reply;
  if (status !== null && GATEWAY_STATUSES.includes(status)) {
    return { kind: 'uncertain', failure: httpStatus(status) };
  }
  if (status !== null && status !== 200) {
    const told = reply.ok ? readError(reply.body) : '';
    const error = told || said`HTTP status ${status}`;
    if (reply.ok && saysLost(reply.body) && status === 500) return { kind: 'died', error };
    return { kind: 'failed', httpStatus: status, error };
  }
  if (reply.ok) {
    const read = readResult(reply.body);
    return read.ok ? { kind: 'completed', result: read.value } : { kind: 'uncertain', failure: read.failure };
  }
  if (!reply.connected) return { kind: 'not-sent', failure: reply.failure };
  return reply.late ? { kind: 'timeout' } : { kind: 'uncertain', failure: reply.failure };
}
