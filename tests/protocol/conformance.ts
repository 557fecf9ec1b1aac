import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { until } from '../helpers/until.ts';
import { type Counts, countsOf, ERROR, EXECUTED, HISTORY, NO_TASK, PING, STATUS } from './bodies.ts';
import { bodyOf, callsTo, type Target } from './calls.ts';

/** 23 and 39 collisions. */
const SMALL = { NUM_PARTICULAS: 50, NUM_PASOS: 250, SEMILLA: 42 };
const SMALL_COUNTS: Counts = { particle: 23, wall: 39 };
/** 100 particles, 500 steps, seed 42. */
const DEFAULT_COUNTS: Counts = { particle: 171, wall: 112 };
/** A version-1 worker starts a container for each task and asks the engine at each ping; its limit of a task is 300 s. */
const SLOW_MS = 600_000;
const KEPT_TASKS = 100;
const DEFAULT_LIMIT = 50;

type Executed = z.infer<typeof EXECUTED>;

/**
 * Declares the tests of version 1 of the worker's protocol against a worker that nobody else uses meanwhile. They know
 * nothing of it but its URL and its token, leave only finished tasks in its history, and hold for a version-1 worker as well
 * as for ours.
 */
export function declareVersion1Tests(target: () => Target): void {
  const { get, execute, oldRequest } = callsTo(target);
  const run = randomUUID().slice(0, 8);
  const idOf = (name: string) => `protocol-${run}-${name}`;
  const ping = async () => bodyOf(await get('/ping'), 200, PING);
  const history = async (query = '') => bodyOf(await get(`/history${query}`), 200, HISTORY);
  const executed = async (task: object) => bodyOf(await execute(JSON.stringify(task)), 200, EXECUTED);

  test('GET /ping tells who it is, what it runs and what it has run', async () => {
    await ping();
  });

  test('GET /status tells what it can run', async () => {
    bodyOf(await get('/status'), 200, STATUS);
  });

  test('GET /history tells what ended, at most 50 unless it is asked for more', async () => {
    const { task_history } = await history();
    expect(task_history.length).toBeLessThanOrEqual(DEFAULT_LIMIT);
  });

  test('every path names the same worker', async () => {
    const ids = [(await ping()).worker_id, (await history()).worker_id];
    ids.push(bodyOf(await get('/status'), 200, STATUS).worker_id);
    expect(new Set(ids).size).toBe(1);
  });

  test(
    'POST /execute answers when the program has ended, and /history and the statistics have it',
    async () => {
      const before = (await ping()).task_statistics;
      const task_id = idOf('one');
      const body = await executed({ task_id, benchmark: 'benchmark.py', params: SMALL });
      expectCounts(body, SMALL_COUNTS);
      expectEcho(body, 'benchmark.py', SMALL);
      const { task_history, statistics, worker_id } = await history();
      const [entry, ...more] = task_history.filter((other) => other.task_id === task_id);
      expect(more).toEqual([]);
      const succeeded = body.status === 'success';
      expect(entry).toMatchObject({
        algorithm: 'benchmark.py',
        parameters: SMALL,
        success: succeeded,
        worker_id,
      });
      if (entry?.result !== null) expect(entry?.result).toMatchObject(body);
      if (succeeded) expect(entry?.error).toBe(null);
      // What could not be read counts as failed.
      expect(statistics).toMatchObject({
        total_tasks: before.total_tasks + 1,
        successful_tasks: before.successful_tasks + (succeeded ? 1 : 0),
        failed_tasks: before.failed_tasks + (succeeded ? 0 : 1),
      });
      expect((await ping()).task_statistics).toMatchObject(statistics);
    },
    SLOW_MS,
  );

  test(
    'missing keys take the defaults, and unknown keys are ignored',
    async () => {
      const [before, body] = [await newest(), await executed({ unknown_key: 1 })];
      expectCounts(body, DEFAULT_COUNTS);
      if (body.status === 'success') expect(body.benchmark).toBe('benchmark.py');
      const after = await newest();
      expect(after).toMatchObject({ task_id: 'unknown', algorithm: 'benchmark.py' });
      expect(after).not.toEqual(before);
    },
    SLOW_MS,
  );

  test(
    'each missing parameter takes its own default',
    async () => {
      expectCounts(await executed({ task_id: idOf('steps'), params: { NUM_PASOS: 500 } }), DEFAULT_COUNTS);
      expectCounts(
        await executed({ task_id: idOf('particles'), params: { NUM_PARTICULAS: 100 } }),
        DEFAULT_COUNTS,
      );
      expectCounts(
        await executed({ task_id: idOf('seed'), params: { SEMILLA: 42, other: 'x' } }),
        DEFAULT_COUNTS,
      );
    },
    SLOW_MS,
  );

  test(
    'an unknown benchmark runs benchmark.py',
    async () => {
      const task = { task_id: idOf('whatever'), benchmark: 'no-such-benchmark.py', params: SMALL };
      expectCounts(await executed(task), SMALL_COUNTS);
    },
    SLOW_MS,
  );

  test('an empty task is a 400', async () => {
    bodyOf(await execute('{}'), 400, NO_TASK);
  });

  test.each(['{"task_id": ', 'not JSON', '{"a": 1}}'])(
    'the malformed body %s is a 500 whose error is a text',
    async (body) => {
      bodyOf(await execute(body), 500, ERROR);
    },
  );

  test(
    'several tasks are taken at once, and each is answered with its own result',
    async () => {
      const other = { NUM_PARTICULAS: 50, NUM_PASOS: 250, SEMILLA: 43 };
      const bodies = await Promise.all([
        executed({ task_id: idOf('at-once-1'), benchmark: 'benchmark.py', params: SMALL }),
        executed({ task_id: idOf('at-once-2'), benchmark: 'benchmark.py', params: other }),
        executed({ task_id: idOf('at-once-3'), benchmark: 'benchmark.py', params: SMALL }),
        ping(),
      ]);
      const [first, second, third] = bodies;
      expectCounts(first, SMALL_COUNTS);
      expectCounts(second, { particle: 26, wall: 42 });
      expectCounts(third, SMALL_COUNTS);
      expectEcho(second, 'benchmark.py', other);
    },
    SLOW_MS,
  );

  test(
    'while a task runs, /ping shows it as current_task, and then no more',
    async () => {
      const { task_id, params } = await seenWhileItRan();
      await until('current_task is another', async () => (await ping()).current_task?.task_id !== task_id);
      expect(await newest()).toMatchObject({ task_id, parameters: params });
    },
    SLOW_MS,
  );

  /** Sends longer and longer tasks until /ping is seen to show one. */
  async function seenWhileItRan() {
    for (let steps = 2_000; steps <= 512_000; steps *= 4) {
      const params = { ...SMALL, NUM_PASOS: steps };
      const task_id = idOf(`current-${steps}`);
      let ended = false;
      const sent = executed({ task_id, benchmark: 'benchmark.py', params }).finally(() => {
        ended = true;
      });
      const look = async () => {
        const { current_task } = await ping();
        return current_task?.task_id === task_id ? { current_task } : ended && { current_task: null };
      };
      // A /ping that is not as it should be is no reason to wait.
      const seen = until('it is seen, or ends', () => look().catch((error: unknown) => ({ error })), SLOW_MS);
      const [found] = await Promise.all([seen, sent]);
      if ('error' in found) throw found.error;
      if (found.current_task === null) continue;
      const { current_task: current } = found;
      expect(current).toMatchObject({ task_id, benchmark: 'benchmark.py', params });
      return { task_id, params };
    }
    throw new Error('no task was ever shown as current_task');
  }

  test(
    '/history is oldest first, and its limit takes the newest',
    async () => {
      const ids = ['a', 'b', 'c'].map((name) => idOf(`history-${name}`));
      for (const task_id of ids) await executed({ task_id, params: { ...SMALL, NUM_PASOS: 10 } });
      const idsOf = async (query: string) =>
        (await history(query)).task_history.map(({ task_id }) => task_id);
      expect((await idsOf('')).slice(-3)).toEqual(ids);
      expect(await idsOf('?limit=2')).toEqual(ids.slice(1));
      expect(await idsOf('?limit=1')).toEqual(ids.slice(2));
      expect((await idsOf(`?limit=${10 * KEPT_TASKS}`)).length).toBeLessThanOrEqual(KEPT_TASKS);
    },
    SLOW_MS,
  );

  test(
    '/history can be asked for what succeeded and for what failed',
    async () => {
      await executed({ task_id: idOf('filtered'), params: { ...SMALL, NUM_PASOS: 10 } });
      const all = (await history(`?limit=${KEPT_TASKS}`)).task_history;
      for (const [status, wanted] of [
        ['success', true],
        ['failed', false],
      ] as const) {
        const expected = all.filter(({ success }) => success === wanted).map(({ task_id }) => task_id);
        const idsOf = async (query: string) =>
          (await history(query)).task_history.map(({ task_id }) => task_id);
        expect(await idsOf(`?status=${status}&limit=${KEPT_TASKS}`)).toEqual(expected);
        expect(await idsOf(`?limit=1&status=${status}`)).toEqual(expected.slice(-1));
      }
      expect(all.at(-1)?.task_id).toBe(idOf('filtered'));
    },
    SLOW_MS,
  );

  test(
    'a client of HTTP/1.0 gets whole answers',
    async () => {
      bodyOf(await oldRequest('GET', '/ping'), 200, PING);
      const task = { task_id: idOf('old-client'), benchmark: 'benchmark.py', params: SMALL };
      expectCounts(
        bodyOf(await oldRequest('POST', '/execute', JSON.stringify(task)), 200, EXECUTED),
        SMALL_COUNTS,
      );
      bodyOf(await oldRequest('POST', '/execute', '{}'), 400, NO_TASK);
    },
    SLOW_MS,
  );

  async function newest() {
    return (await history('?limit=1')).task_history.at(-1);
  }
}

/** A version-1 worker often tells no counts, since its parser misses the program's wording; those that it tells are right. */
function expectCounts(body: Executed, counts: Counts): void {
  const told = countsOf(body);
  if (told !== null) expect(told).toEqual(counts);
}

function expectEcho(body: Executed, benchmark: string, params: object): void {
  if (body.status === 'success') expect(body).toMatchObject({ benchmark, params });
}
