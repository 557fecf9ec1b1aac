import { expect, test } from 'vitest';
import { createBus } from '#bus/bus.ts';
import { createLocalStore } from '#store/local-store.ts';
import { createKnownWorkers } from '#task-monitor/known-workers.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { sampleConfig } from '../model/samples.ts';

const PAST = { 'benchmark.py': { runs: 3, meanSeconds: 2 } };

function scene() {
  const clock = fakeClock();
  const bus = createBus();
  const unanswered = () => Promise.reject(new Error('not asked in these tests'));
  const { current } = createLocalStore({ bus, clock, dispatch: unanswered, query: unanswered });
  const known = createKnownWorkers({ bus, clock, current });
  return {
    known,
    worker: (id: string) => current().workers.get(id),
    configure: (id: string, slots: number | null = null) =>
      bus.publish({
        type: 'worker-configured',
        at: clock.now(),
        config: sampleConfig(id, { slots }),
        restored: null,
      }),
    drain: (workerId: string, drained: boolean) =>
      bus.publish({ type: 'worker-drained', at: clock.now(), workerId, drained, restored: false }),
    learn: (workerId: string, runs: number) =>
      bus.publish({
        type: 'worker-performance-restored',
        at: clock.now(),
        workerId,
        performance: { 'benchmark.py': { runs, meanSeconds: 1 } },
      }),
    remove(id: string) {
      const worker = current().workers.get(id);
      if (worker !== undefined) bus.publish({ type: 'workers-removed', at: clock.now(), workers: [worker] });
    },
  };
}

test('a worker is told what the database knows of it, whether it was there before or comes later', () => {
  const { known, worker, configure } = scene();
  configure('early');
  known.restore({ performance: { early: PAST, late: PAST }, drained: ['late'] });
  configure('late');
  expect(worker('early')).toMatchObject({ performance: PAST, drained: false });
  expect(worker('late')).toMatchObject({ performance: PAST, drained: true });
});

test('one that is only configured anew keeps what it has learnt since', () => {
  const { known, worker, configure, learn } = scene();
  configure('a');
  known.restore({ performance: { a: PAST }, drained: [] });
  learn('a', 40);
  configure('a', 4);
  expect(worker('a')).toMatchObject({ config: { slots: 4 }, performance: { 'benchmark.py': { runs: 40 } } });
});

test('one that was taken out and comes back is as it went: drained or not, and with what it learnt', () => {
  const { known, worker, configure, drain, learn, remove } = scene();
  known.restore({ performance: { a: PAST }, drained: ['b'] });
  configure('a');
  configure('b');
  learn('a', 40);
  drain('a', true);
  drain('b', false);
  remove('a');
  remove('b');
  configure('a');
  configure('b');
  expect(worker('a')).toMatchObject({ drained: true, performance: { 'benchmark.py': { runs: 40 } } });
  expect(worker('b')).toMatchObject({ drained: false });
});
