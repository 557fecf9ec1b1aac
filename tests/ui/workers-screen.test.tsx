import { afterEach, describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Task } from '#model/task.ts';
import {
  attempt,
  exampleFleet,
  failingWorker,
  NOW,
  pingReport,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';
import type { Screen } from './screen.tsx';
import { openSized } from './view-context.ts';

let screen: Screen | undefined;
afterEach(() => screen?.close());

async function open(snapshot = exampleFleet(), columns = 120, rows = 32): Promise<Screen> {
  screen = await openSized(snapshot, { columns, rows });
  return screen;
}

const order = (text: string) => [...text.matchAll(/^ [▸ ][• ](worker-\d+)/gm)].map(([, id]) => id);

describe('the Workers view', () => {
  test('puts problems first, and says so', async () => {
    const { press, frame } = await open();
    await press('p');
    const text = await frame('the order', (frameText) => frameText.includes('problems first'));
    expect(order(text)).toEqual(['worker-03', 'worker-02', 'worker-01', 'worker-04']);
    await press('p');
    const back = await frame('the order as configured', (frameText) => !frameText.includes('problems first'));
    expect(order(back)).toEqual(['worker-01', 'worker-02', 'worker-03', 'worker-04']);
  });

  test('shows a state by its glyph alone where its word would be cut', async () => {
    screen = await openSized(exampleFleet(), { columns: 20, rows: 5, language: 'es' });
    const text = await screen.frame('the workers', (frameText) => frameText.includes('worker-03'));
    expect(text).toMatch(/worker-02 +◐$/m);
    expect(text).toMatch(/worker-03 +○$/m);
  });

  test('hides inactive workers, never how many there are', async () => {
    const { press, frame } = await open();
    await press('i');
    const text = await frame('the rest', (frameText) => frameText.includes('1 inactive hidden'));
    expect(order(text)).toEqual(['worker-01', 'worker-02', 'worker-04']);
    expect(text).toContain('1/4 active');
  });

  test('keeps the marker at its worker when the order changes by itself', async () => {
    const { press, frame, show } = await open();
    await press('p');
    await frame('the worst first', (text) => text.includes('▸ worker-01') && order(text)[0] === 'worker-03');
    await press('p', 'o', 'o');
    await frame('by state', (text) => text.includes('STATE▲') && text.includes('▸ worker-01'));
    show(snapshotOf(failingWorker(workerConfig('worker-01', '172.20.10.3'), 5, NOW), exampleFleet()));
    const text = await frame(
      'the same worker, elsewhere',
      (frameText) => order(frameText)[0] === 'worker-01',
    );
    expect(text).toContain('▸ worker-01');
    show(exampleFleet());
    const back = await frame('where it was', (frameText) => order(frameText)[0] === 'worker-03');
    expect(back).toContain('▸ worker-01');
  });

  test('marks with space and goes on, and marks stay with their workers', async () => {
    const { press, frame } = await open();
    await press('space', 'space');
    const text = await frame('two marks', (frameText) => frameText.includes('2 marked'));
    expect(text).toMatch(/^ {2}•worker-01/m);
    expect(text).toMatch(/^ {2}•worker-02/m);
    expect(text).toMatch(/^ ▸ worker-03/m);
    await press('o', 'O');
    const sorted = await frame('the other way round', (frameText) => order(frameText)[0] === 'worker-04');
    expect(sorted).toMatch(/^ {2}•worker-02/m);
    await press('esc');
    await frame('no marks', (frameText) => !frameText.includes('marked'));
  });

  test('shows everything of a worker: percentiles, bars, errors, tasks and its machine', async () => {
    const machine = {
      cpuCount: 16,
      loadAverage1m: 0.5,
      memoryBytesTotal: 64e9,
      memoryBytesFree: 32e9,
      diskBytesTotal: 1e12,
      diskBytesFree: 5e11,
      uptimeSeconds: 7_200,
      versions: { python: '3.13.1' },
    };
    const told = snapshotOf(
      [
        {
          type: 'worker-pinged',
          at: NOW - 100,
          workerId: 'worker-01',
          outcome: {
            ok: true,
            latencyMs: 30,
            report: pingReport('worker-01', { machine, capabilities: ['cancel', 'output'] }),
          },
        },
      ],
      exampleFleet(),
    );
    const { press, frame } = await open(told, 120, 60);
    await press('enter');
    const text = await frame('the details', (frameText) => frameText.includes('Last hour'));
    for (const part of [
      /State +● active for 50 s/,
      /Capabilities +cancel\n +output/,
      /p50 12 ms · p95 40 ms · p99 40 ms of the last 7/,
      /Last hour +active throughout 100 % of the time watched/,
      /Last day +active throughout 100 %/,
      /█/,
      /16 CPUs · load 0\.50/,
      /memory 32\.0 GB free of 64\.0 GB/,
      /up for 2 h 00 min/,
      /python 3\.13\.1/,
      /Running +b2c4d6e8 +benchmark\.py +2 s/,
      /Last tasks\s+21:42:06 +7f3a91c2 +✓ completed +benchmark\.py +1\.92 s/,
      /21:42:04 +broken-1 +✗ failed +benchmark\.py +HTTP status 500: MemoryError/,
      /Events\s+21:41:17 +worker-01 discovered/,
    ]) {
      expect(text).toMatch(part);
    }
    await press('esc', 'j', 'enter');
    const failing = await frame('the other one', (frameText) => frameText.includes('Errors'));
    expect(failing).toMatch(/connection refused +2 times/);
    expect(failing).toMatch(/State +◐ unstable .*\n Health +unhealthy\n +it is unstable/);
  });

  test('shows whole what is longer than the window: its name, its errors, and what happened to it', async () => {
    const id = `worker-${'x'.repeat(80)}-the-end`;
    const config = workerConfig(id, '10.0.0.1');
    const failure = { reason: 'other', detail: `${'so it is said '.repeat(8)}at last` } as const;
    const outcome = { ok: false, failure } as const;
    const failed = endedTask('failed-1', id, NOW, `${'it broke here '.repeat(8)}and there`);
    const events: Event[] = [
      ...failingWorker(config, 5, NOW),
      ...Array.from({ length: 3 }, (): Event => ({ type: 'worker-pinged', at: NOW, workerId: id, outcome })),
      ...eventsOf(failed),
    ];
    const configured: Event = { type: 'worker-configured', at: NOW - 60_000, config, restored: null };
    const { press, frame } = await open(snapshotOf([configured, ...events]), 60, 60);
    await press('enter');
    const text = await frame('the details', (frameText) => frameText.includes('Last hour'));
    const all = text.replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/^ worker-x+\n x+-the-end$/m);
    expect(all).toContain(`${'so it is said '.repeat(8)}at last 3 times`);
    expect(all).toContain(`${'it broke here '.repeat(8)}and there`);
    expect(all).toMatch(/-the-end lost: connection refused ─/);
  });

  test('shows what a worker ended last, however much happened elsewhere since', async () => {
    const ended = Array.from({ length: 7 }, (_, index) =>
      endedTask(`own-${index}`, 'worker-01', NOW + index),
    );
    const others = Array.from({ length: 1_500 }, (_, index) =>
      endedTask(`other-${index}`, 'worker-02', NOW + 8),
    );
    const busy = snapshotOf([...ended, ...others].flatMap(eventsOf), exampleFleet());
    const { press, frame } = await open(busy, 120, 60);
    await press('enter');
    const text = await frame('the details', (frameText) => frameText.includes('Last hour'));
    const shown = [...text.matchAll(/(\S+) +✓ completed /g)].map(([, id]) => id);
    expect(shown).toEqual(['own-6', 'own-5', 'own-4', 'own-3', 'own-2']);
  });

  test('tells what runs on a worker apart where it is of one sweep', async () => {
    const running = ['night-sweep-8', 'night-sweep-17'].map((id) =>
      task({ id, batch: 'night-sweep', state: 'running', attempts: [attempt({ sentAt: NOW - 3_000 })] }),
    );
    const events = running.map(
      (one): Event => ({ type: 'task-changed', at: NOW, change: 'sent', task: one, from: 'pending' }),
    );
    const { press, frame } = await open(snapshotOf(events, exampleFleet()), 120, 60);
    await press('enter');
    const text = await frame('the details', (frameText) => frameText.includes('Last hour'));
    expect(text).toMatch(/night-sw…-8 +benchmark\.py +3 s/);
    expect(text).toMatch(/night-sw…-17 +benchmark\.py +3 s/);
  });
});

function endedTask(id: string, workerId: string, updatedAt: number, error: string | null = null): Task {
  const state = error === null ? 'completed' : 'failed';
  const attempts = [attempt({ workerId, outcome: state, endedAt: updatedAt, error })];
  return task({ id, state, attempts, updatedAt });
}

function eventsOf(one: Task): Event[] {
  const change = one.state === 'failed' ? 'failed' : 'completed';
  const pending: Task = { ...one, state: 'pending', attempts: [] };
  return [
    { type: 'task-changed', at: one.updatedAt, change: 'submitted', task: pending, from: null },
    { type: 'task-changed', at: one.updatedAt, change, task: one, from: 'pending' },
  ];
}
