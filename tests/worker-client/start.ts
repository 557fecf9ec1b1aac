import { onTestFinished } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import type { CallFailure } from '#model/call-failure.ts';
import type { Clock } from '#model/clock.ts';
import type { WorkerConfig } from '#model/worker.ts';
import { createPinger, type Pinger } from '#worker-client/pinger.ts';
import { createWorkerClient, type ExecuteOutcome, type WorkerClient } from '#worker-client/worker-client.ts';
import { answer, type Behaviour, pingBody, type StrangeWorker } from '../helpers/strange-workers.ts';

/** Ends the worker with the running test. */
export async function untilTestEnds<W extends StrangeWorker>(starting: Promise<W>): Promise<W> {
  const worker = await starting;
  onTestFinished(() => worker.stop());
  return worker;
}

export function openPinger(clock: Clock = systemClock): Pinger {
  const pinger = createPinger({ clock });
  onTestFinished(() => pinger.close());
  return pinger;
}

export function openClient(clock: Clock = systemClock, connectTimeoutMs = 10_000): WorkerClient {
  const client = createWorkerClient({ clock, settings: { httpTimeoutMs: connectTimeoutMs } });
  onTestFinished(() => client.close());
  return client;
}

/** Longer than any call of these tests takes: it ends only what is meant to hang. */
export const PATIENT_MS = 60_000;
export const SHORT_MS = 50;

export const REQUEST = {
  wireId: 't-1.2',
  benchmark: 'benchmark.py',
  parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 },
};

interface Executed {
  readonly outcome: ExecuteOutcome;
  readonly timesSent: number;
}

/** Executes `REQUEST`, and counts how often it was told to be sent before the outcome came. */
export async function execute(
  config: WorkerConfig,
  { client = openClient(), timeoutMs = PATIENT_MS }: { client?: WorkerClient; timeoutMs?: number } = {},
): Promise<Executed> {
  let timesSent = 0;
  const onSent = () => {
    timesSent += 1;
  };
  const outcome = await client.execute(config, REQUEST, { timeoutMs, onSent });
  return { outcome, timesSent };
}

/** Answers everything with `body`. */
export function answering(body: unknown, status = 200): Behaviour {
  return (socket) => answer(socket, typeof body === 'string' ? body : JSON.stringify(body), status);
}

/** A ping that failed. */
export function failed(reason: CallFailure['reason'], detail = '') {
  return { ok: false, failure: { reason, detail } };
}

/** Answers every ping well. */
export const GOOD: Behaviour = (socket) => answer(socket, JSON.stringify(pingBody()));
