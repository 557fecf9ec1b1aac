import { appendFile, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBus } from '#bus/bus.ts';
import type { SubmitTasks } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import { localStamp } from '#model/local-time.ts';
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

test('a file that cannot be moved is submitted once, is in no other’s way, and is moved as soon as it can be', async () => {
  const site = await openFolder();
  await site.drop('processed', '');
  await site.drop('a.json', ONE);
  await site.drop('b.json', ONE);
  await site.drop('broken.json', '{}');
  await site.until('the others have had their turn', async () => (await site.names('rejected')).length === 2);
  await site.look();
  expect([site.submitted.length, await site.names()]).toEqual([2, ['a.json', 'b.json']]);
  expect(site.events).toContainEqual(
    expect.objectContaining({ message: expect.stringMatching(/^task files cannot be taken: .*processed/) }),
  );
  await rm(join(site.folder, 'processed'));
  await site.until('they are moved', async () => (await site.names('processed')).length === 2);
  expect(site.submitted).toHaveLength(2);
});

test('a file that was moved in the same second under the same name stays, with its reason', async () => {
  const site = await openFolder();
  for (const folder of ['processed', 'rejected']) await mkdir(join(site.folder, folder));
  const stamps = Array.from({ length: 30 }, (_, second) => localStamp(site.clock.now() + second * 1_000));
  for (const stamp of stamps) {
    await site.drop(`processed/${stamp}_a.json`, 'earlier');
    await site.drop(`rejected/${stamp}_b.json.error.txt`, 'earlier');
  }
  await site.drop('a.json', ONE);
  await site.drop('b.json', '{}');
  await site.until('both are moved', async () => (await site.names()).length === 0);
  const added = async (folder: string) => (await site.names(folder)).filter((name) => /_2_[ab]/.test(name));
  expect([await added('processed'), await added('rejected')]).toEqual([
    [expect.stringMatching(/^\d{8}_\d{6}_2_a\.json$/)],
    [expect.stringMatching(/_2_b\.json$/), expect.stringMatching(/_2_b\.json\.error\.txt$/)],
  ]);
  for (const stamp of stamps) {
    expect(await readFile(join(site.folder, 'processed', `${stamp}_a.json`), 'utf8')).toBe('earlier');
  }
});

test('a file with the longest name that the system has is moved too, under as much of it as there is room for', async () => {
  const site = await openFolder();
  await site.drop(`${'ñ'.repeat(125)}.json`, ONE);
  await site.until('it is moved', async () => (await site.names('processed')).length === 1);
  expect((await site.names('processed'))[0]).toMatch(/^\d{8}_\d{6}_ñ+\.json$/);
  expect(site.submitted).toHaveLength(1);
});

test('what is not UTF-8, and what is too large to be read, is rejected with that reason', async () => {
  const site = await openFolder();
  await writeFile(join(site.folder, 'latin.json'), Buffer.from(ONE.replace('benchmark', 'ñ'), 'latin1'));
  await site.drop('large.json', ONE);
  await truncate(join(site.folder, 'large.json'), 64 * 2 ** 20 + 1);
  await site.until('both are rejected', async () => (await site.names('rejected')).length === 4);
  const reasons = (await site.names('rejected')).filter((name) => name.endsWith('.error.txt'));
  const texts = await Promise.all(
    reasons.map((name) => readFile(join(site.folder, 'rejected', name), 'utf8')),
  );
  expect(texts.sort()).toEqual([
    'not valid JSON: it is not UTF-8\n',
    'the file has 67108865 bytes; at most 67108864 are read\n',
  ]);
  expect(site.submitted).toEqual([]);
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
