import { describe, expect, test } from 'vitest';
import type { Command } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import { until } from '../helpers/until.ts';
import { goodPing, sampleConfig, sampleTask } from '../model/samples.ts';
import { openScene } from './scene.ts';

const CONFIGURED: Event = { type: 'worker-configured', at: 1, config: sampleConfig(), restored: null };
const PINGED: Event = { type: 'worker-pinged', at: 2, workerId: 'worker-01', outcome: goodPing() };

describe('a screen that is attached', () => {
  test('has the picture of the master, and follows it', async () => {
    const { bus, store, attach } = await openScene();
    bus.publish(CONFIGURED);
    const screen = attach();
    await screen.ready;
    expect(screen.getSnapshot()).toEqual(store.current());
    bus.publish(PINGED);
    await until('the ping', () => screen.getSnapshot().workers.get('worker-01')?.lastPingAt === 2);
    expect(screen.getSnapshot()).toEqual(store.current());
  });

  test('is told of every event once, in order', async () => {
    const { bus, attach } = await openScene();
    const screen = attach();
    await screen.ready;
    const heard: Event[] = [];
    screen.onEvent((event) => heard.push(event));
    const told = Array.from({ length: 500 }, (_, at): Event => ({ ...PINGED, at }));
    for (const event of told) bus.publish(event);
    await until('all of them', () => heard.length === told.length);
    expect(heard).toEqual(told);
  });

  test('commands are answered as in the master itself, errors with their code', async () => {
    const asked: Command[] = [];
    const { attach } = await openScene({
      async dispatch(command) {
        asked.push(command);
        if (command.type === 'drain-worker') return { drained: true } as never;
        throw new UserError('TASK_INVALID', 'no such task');
      },
    });
    const screen = attach();
    await screen.ready;
    const drain = { type: 'drain-worker', workerId: 'worker-01', drained: true } as const;
    expect(await screen.dispatch(drain)).toEqual({ drained: true });
    const refused = screen.dispatch({ type: 'cancel-tasks', ids: ['t-1'] });
    await expect(refused).rejects.toMatchObject({
      name: 'UserError',
      code: 'TASK_INVALID',
      message: 'no such task',
    });
    expect(asked).toEqual([drain, { type: 'cancel-tasks', ids: ['t-1'] }]);
  });

  test('what a command caused is in the picture when it is answered', async () => {
    const scene = await openScene({
      async dispatch() {
        const task = sampleTask();
        scene.bus.publish({ type: 'task-changed', at: 3, change: 'submitted', task, from: null });
        return { ids: ['t-1'], batches: [] } as never;
      },
    });
    const screen = scene.attach();
    await screen.ready;
    const heard: Event[] = [];
    screen.onEvent((event) => heard.push(event));
    await screen.dispatch({ type: 'submit-tasks', tasks: [{ benchmark: 'b', parameters: {} }] });
    expect(heard.map(({ type }) => type)).toEqual(['task-changed']);
  });
});
