import { appendFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBus } from '#bus/bus.ts';
import type { SubmitTasks } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import { watchTaskFolder } from '#persistence/task-folder.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';

const ONE = '{"tasks":[{"task_id":"a","algorithm":"benchmark.py","parameters":{"SEMILLA":1}}]}';

/** A folder that is looked at, and what was submitted from it. `refuse` makes the master say no. */
async function openFolder() {
  const folder = join(await temporaryFolder(), 'task_queues');
  await mkdir(folder);
  const clock = fakeClock();
  const bus = createBus();
  const events: Event[] = [];
  bus.subscribe((event) => events.push(event));
  const submitted: SubmitTasks['tasks'][] = [];
  const site = {
    folder,
    clock,
    events,
    submitted,
    refuse: null as UserError | null,
    drop: (name: string, content: string) => writeFile(join(folder, name), content),
    async names(below = '') {
      const names = await readdir(join(folder, below)).catch(() => []);
      return names.filter((name) => name.includes('.')).sort();
    },
    /** Waits while looks go by. */
    until: <T>(what: string, probe: () => T | Promise<T>) =>
      until(what, async () => {
        await clock.advance(1_000);
        return probe();
      }),
    /** Lets some looks go by, each with time for the disk. */
    async look(times = 3) {
      for (let time = 0; time < times; time += 1) {
        await clock.advance(1_000);
        await until('the look is over', () => clock.pending > 0);
      }
    },
  };
  const end = watchTaskFolder({
    folder,
    bus,
    clock,
    async submit(tasks) {
      if (site.refuse !== null) throw site.refuse;
      submitted.push(tasks);
      return { ids: tasks.map(({ id = '' }) => id), batches: [] };
    },
  });
  onTestFinished(end);
  return site;
}

test('a file is taken once, and moved to processed with the time before its name', async () => {
  const site = await openFolder();
  await site.drop('night.json', ONE);
  const [moved = ''] = await site.until('it is moved', async () => {
    const names = await site.names('processed');
    return names.length > 0 && names;
  });
  expect(moved).toMatch(/^\d{8}_\d{6}_night\.json$/);
  expect(await readFile(join(site.folder, 'processed', moved), 'utf8')).toBe(ONE);
  await site.look();
  expect(site.submitted).toHaveLength(1);
  expect(site.submitted[0]).toMatchObject([{ id: 'a', benchmark: 'benchmark.py' }]);
  expect(await site.names()).toEqual([]);
  await site.drop('night.json', ONE);
  await site.until(
    'the next of that name is moved too',
    async () => (await site.names('processed')).length === 2,
  );
});

test('a file that is still being written is not taken, however its parts look', async () => {
  const site = await openFolder();
  const path = join(site.folder, 'slow.json');
  for (const part of [ONE.slice(0, 20), ONE.slice(20, 40)]) {
    await appendFile(path, part);
    await site.look(4);
    expect([site.submitted.length, await site.names('rejected')]).toEqual([0, []]);
  }
  await appendFile(path, ONE.slice(40));
  await site.until('it is taken', () => site.submitted.length === 1);
});

test('a file that is no JSON and goes on being none is rejected, with the reason beside it', async () => {
  const site = await openFolder();
  await site.drop('broken.json', '{"tasks":[');
  await site.until('it is rejected', async () => (await site.names('rejected')).length === 2);
  const [file = '', error = ''] = await site.names('rejected');
  expect(error).toBe(`${file}.error.txt`);
  expect(await readFile(join(site.folder, 'rejected', error), 'utf8')).toMatch(/^not valid JSON: /);
  expect(site.events).toContainEqual(expect.objectContaining({ type: 'noticed', level: 'warn' }));
});

test('what the master refuses is rejected with its reason; what it cannot take just now stays', async () => {
  const site = await openFolder();
  site.refuse = new UserError('TASK_DATABASE_FULL', 'no room left');
  await site.drop('a.json', ONE);
  await site.look(15);
  expect(await site.names()).toEqual(['a.json']);
  site.refuse = new UserError('TASK_ID_TAKEN', 'task id a is taken by another task');
  await site.until('it is rejected', async () => (await site.names('rejected')).length === 2);
  const [, error = ''] = await site.names('rejected');
  expect(await readFile(join(site.folder, 'rejected', error), 'utf8')).toBe(
    'task id a is taken by another task\n',
  );
});

test('links, hidden files, folders and other names are left alone', async () => {
  const site = await openFolder();
  const outside = join(await temporaryFolder(), 'outside.json');
  await writeFile(outside, ONE);
  await symlink(outside, join(site.folder, 'link.json'));
  await mkdir(join(site.folder, 'folder.json'));
  await site.drop('.hidden.json', ONE);
  await site.drop('notes.txt', ONE);
  await site.drop('real.json', ONE);
  await site.until('the real one is taken', () => site.submitted.length === 1);
  await site.look();
  expect(await site.names()).toEqual(['.hidden.json', 'folder.json', 'link.json', 'notes.txt']);
  expect(await readFile(outside, 'utf8')).toBe(ONE);
});

test('a folder that is not there is none, and is found once it comes', async () => {
  const clock = fakeClock();
  const folder = join(await temporaryFolder(), 'task_queues');
  const events: Event[] = [];
  const bus = createBus();
  bus.subscribe((event) => events.push(event));
  const submitted: SubmitTasks['tasks'][] = [];
  const end = watchTaskFolder({
    folder,
    bus,
    clock,
    async submit(tasks) {
      submitted.push(tasks);
      return { ids: [], batches: [] };
    },
  });
  onTestFinished(end);
  await clock.advance(2_000);
  await mkdir(folder);
  await writeFile(join(folder, 'a.json'), ONE);
  await until('it is taken', async () => {
    await clock.advance(1_000);
    return submitted.length === 1;
  });
  expect(events.filter((event) => event.type === 'noticed' && event.level === 'warn')).toEqual([]);
});
