import { expect, test } from 'vitest';
import { createRequester } from '#attach/requester.ts';
import { createBus } from '#bus/bus.ts';
import { messageOf } from '#model/errors.ts';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import { Table } from '#model/table.ts';
import type { NewTask } from '#model/task.ts';
import { endingOf } from '#task-monitor/endings.ts';
import { reconcile } from '#task-monitor/reconciliation.ts';
import { acceptTasks } from '#task-monitor/submission.ts';
import { spanish } from '#ui/i18n/said.ts';
import { saidEs } from '#ui/i18n/said-es.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { CLOSED_PORT, startStrangeWorker, workerConfig } from '../helpers/strange-workers.ts';
import { activeWorker, NOW } from '../model/samples.ts';
import { answering, execute, untilTestEnds } from '../worker-client/start.ts';
import { wordsIn } from './spanish-words.ts';

const WORKER = activeWorker({
  id: 'worker-01',
  statusReport: {
    dockerImage: '',
    imageAvailable: true,
    benchmarks: ['benchmark.py'],
    pythonAvailable: true,
  },
});
const TASK: NewTask = { benchmark: 'benchmark.py', parameters: {} };

function refusalOf(...tasks: readonly NewTask[]): string {
  const workers = Table.from([['worker-01', WORKER]]);
  try {
    acceptTasks(tasks, { now: NOW, sequence: 1, newId: () => 'new', workers, limit: 100 });
  } catch (error) {
    return messageOf(error);
  }
  return '';
}

/** What the attempt says that a worker with this address got. */
async function errorOf(config: ReturnType<typeof workerConfig>): Promise<string> {
  const { outcome } = await execute(config);
  if (outcome.kind === 'uncertain') return '';
  const ending = endingOf(outcome, 1_000);
  return ending.kind === 'ended' ? ending.error : '';
}

async function answered(body: unknown, status: number): Promise<string> {
  return errorOf((await untilTestEnds(startStrangeWorker(answering(body, status)))).config);
}

function noResult(): string {
  const ending = endingOf({ kind: 'timeout' }, 90_000);
  return ending.kind === 'ended' ? ending.error : '';
}

async function vanished(): Promise<string> {
  const workers = Table.from([['worker-01', { ...WORKER, status: 'inactive' as const }]]);
  const nobody = async () => ({ ok: false, failure: { reason: 'refused', detail: '' } }) as const;
  const silent = async () => ({ kind: 'unknown' }) as const;
  const attempt = { number: 1, workerId: 'worker-01', assignedAt: NOW, sentAt: NOW, endedAt: null };
  const verdict = await reconcile(
    { taskId: 'a', attempt: { ...attempt, outcome: null, error: null }, expiresAt: 1_000 },
    {
      bus: createBus(),
      clock: fakeClock(),
      current: () => ({ ...EMPTY_SNAPSHOT, workers }),
      signal: new AbortController().signal,
      settings: { httpTimeoutMs: 1_000, taskTimeoutMs: 1_000 },
      client: { history: nobody, task: silent, cancel: silent },
    },
  );
  return verdict !== null && 'error' in verdict ? verdict.error : '';
}

async function notConnected(reason: string): Promise<string> {
  const clock = fakeClock();
  const requester = createRequester({
    clock,
    newId: () => 'new',
    send: () => false,
    connection: () => ({ state: 'reconnecting', since: clock.now(), reason, master: null }),
  });
  return requester.query({ type: 'overview' }).then(() => '', messageOf);
}

/** The words of ours that are English only. */
function englishWords(): Set<string> {
  const bare = (texts: readonly string[]) => wordsIn(texts.join('\n').replaceAll(/\{\d\}/g, ' '));
  const inSpanish = bare(Object.values(saidEs));
  return new Set([...bare(Object.keys(saidEs))].filter((word) => !inSpanish.has(word)));
}

test.each<[string, () => string | Promise<string>, string]>([
  [
    'an unknown benchmark',
    () => refusalOf({ ...TASK, benchmark: 'otro.py' }),
    'benchmark: se encontró «otro.py», se esperaba uno que tenga algún nodo: benchmark.py',
  ],
  [
    'an invalid priority',
    () => refusalOf(TASK, { ...TASK, priority: 11 }),
    'tarea 2 de 2: prioridad: se encontró «11», se esperaba un número entero de 1 a 10',
  ],
  [
    'an invalid parameter with the name of a field',
    () => refusalOf({ ...TASK, parameters: { priority: 'x'.repeat(1_025) } }),
    `parámetro «priority»: se encontró «${'x'.repeat(40)}», se esperaba un número finito, true o false, o como mucho 1024 caracteres`,
  ],
  [
    'a range without an end',
    () => refusalOf({ ...TASK, parameters: { N: '1..20..-1' } }),
    'N: se encontró «1..20..-1», se esperaba un rango cuyo paso lleve del primer número al último, como 0..100..5',
  ],
  ['no result in time', noResult, 'sin resultado en 90 s'],
  ['a worker that vanished', vanished, 'su nodo desapareció mientras la ejecutaba'],
  [
    'a connection refused',
    async () => errorOf(workerConfig(CLOSED_PORT)),
    'no se pudo contactar con el nodo: conexión rechazada',
  ],
  [
    'a token file that is missing',
    async () => errorOf({ ...workerConfig(1), tokenFile: '/nowhere/token' }),
    'no se pudo contactar con el nodo: falló: el archivo de token /nowhere/token no existe',
  ],
  ['HTTP status 500', () => answered({}, 500), 'estado HTTP 500'],
  ['a program that failed', () => answered({ return_code: 3 }, 500), 'código de salida 3'],
  [
    'no connection to the master',
    () => notConnected('no master listens at /srv/elastic.sock'),
    'sin conexión con el maestro desde hace 0 s (ningún maestro escucha en /srv/elastic.sock): no se hizo nada; se sigue intentando',
  ],
])('%s is said in Spanish, without an English word', async (_, made, translation) => {
  const said = spanish()(await made());
  expect(said).toBe(translation);
  const english = englishWords();
  expect([...wordsIn(said.replaceAll(/«[^»]*»/g, ''))].filter((word) => english.has(word))).toEqual([]);
});
