import { expect, test } from 'vitest';
import type { Program } from '#worker-service/catalogue/benchmark.ts';
import type { EndedTask, TaskEnd } from '#worker-service/tasks/task.ts';
import type { Submission } from '#worker-service/tasks/task-runner-role.ts';
import { until } from '../helpers/until.ts';
import { startsOf } from './journal-of.ts';
import { accepted } from './journal-scene.ts';
import { memoryOutput, PROGRAM, type RunnerScene, runnerScene } from './runner-scene.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a submission ends with. */
async function endOf(submission: Submission): Promise<TaskEnd> {
  if (submission.kind === 'known') return submission.end;
  if ('ended' in submission) return submission.ended;
  throw new Error(`it was ${submission.kind}`);
}

const submit = async ({ runner }: RunnerScene, taskId: string | null) => runner.submit(accepted(taskId));
const run = ({ running }: RunnerScene, taskId: string) =>
  until(`${taskId} runs`, () => running().find((one) => one.taskId === taskId));
const ids = (tasks: readonly { readonly taskId: string | null }[]) => tasks.map(({ taskId }) => taskId);
const listed = ({ runner }: RunnerScene) =>
  runner.list().map(({ record }) => `${record.taskId} ${record.state}`);

test('tasks run in the order of their acceptance, never more than there are slots', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder(), slots: 2 });
  const submissions = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => submit(scene, id)));
  await until('two run', () => scene.running().length === 2);
  expect(listed(scene)).toEqual(['a running', 'b running', 'c queued', 'd queued', 'e queued']);
  expect(scene.runner.occupancy()).toEqual({ slots: 2, slotsFree: 0, queued: 3, draining: false });
  expect(scene.runner.current()).toMatchObject({ taskId: 'b', state: 'running', starts: 1 });
  (await run(scene, 'b')).end();
  (await run(scene, 'c')).end();
  await run(scene, 'd');
  expect(listed(scene)).toEqual(['a running', 'd running', 'e queued']);
  for (const id of ['a', 'd', 'e']) (await run(scene, id)).end();
  const ends = await Promise.all(submissions.map(endOf));
  expect(ends.map(({ state }) => state)).toEqual(Array(5).fill('completed'));
  expect(ids(scene.runs)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(scene.runner.current()).toBeNull();
  expect(listed(scene)).toEqual([]);
});

test('beyond the queue nothing is accepted or recorded, but what is known is answered', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder(), queueLimit: 1 });
  const before = await submit(scene, 'before');
  (await run(scene, 'before')).end();
  const end = await endOf(before);
  const [one, two, three] = await Promise.all(['a', 'b', 'c'].map((id) => submit(scene, id)));
  expect([one?.kind, two?.kind]).toEqual(['accepted', 'accepted']);
  expect(three).toEqual({ kind: 'busy', reason: 'queue-full', retryAfterSeconds: expect.any(Number) });
  expect(await scene.runner.find('c')).toBeUndefined();
  expect(await submit(scene, 'before')).toEqual({ kind: 'known', taskId: 'before', end });
  expect((await submit(scene, 'b')).kind).toBe('joined');
  expect((await scene.runner.submit(accepted('before', { params: { N: 2 } }))).kind).toBe('conflict');
});

test('the same id at the same time is one task, with another content a conflict', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder(), slots: 4 });
  const other = accepted('a', { params: { N: 2 } });
  const [first, second, third] = await Promise.all([
    submit(scene, 'a'),
    submit(scene, 'a'),
    scene.runner.submit(other),
  ]);
  expect([first?.kind, second?.kind, third?.kind]).toEqual(['accepted', 'joined', 'conflict']);
  (await run(scene, 'a')).end();
  const end = await endOf(first);
  expect(await endOf(second)).toBe(end);
  expect(await submit(scene, 'a')).toEqual({ kind: 'known', taskId: 'a', end });
  expect((await scene.runner.submit(other)).kind).toBe('conflict');
  expect((await scene.runner.submit(accepted('a', { benchmark: 'other' }))).kind).toBe('conflict');
  expect(scene.runs).toHaveLength(1);
});

test('a right content is not refused because a wrong one of the same id came just before', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  const first = await submit(scene, 'a');
  (await run(scene, 'a')).end();
  const end = await endOf(first);
  const [wrong, right] = await Promise.all([
    scene.runner.submit(accepted('a', { params: { N: 2 } })),
    submit(scene, 'a'),
  ]);
  expect(wrong.kind).toBe('conflict');
  expect(right).toEqual({ kind: 'known', taskId: 'a', end });
});

test('tasks without an id are tasks of their own', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder(), slots: 2 });
  await Promise.all([submit(scene, null), submit(scene, null)]);
  await until('both run', () => scene.running().length === 2);
  expect(listed(scene)).toEqual(['null running', 'null running']);
});

test('progress and the tails of the output are seen while it runs', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  await submit(scene, 'a');
  const program = await run(scene, 'a');
  expect(await scene.runner.find('a')).toMatchObject({ progress: null, stdoutTail: '' });
  program.print('step 1 / 4\n');
  const view = await scene.runner.find('a');
  expect(view).toMatchObject({ progress: { fraction: 0.25 }, stdoutTail: 'step 1 / 4\n' });
});

test('a task is running from when its start is on disk, and its output can be read from before that', async () => {
  const found = Promise.withResolvers<Program>();
  const create = () => {
    const output = memoryOutput();
    return {
      ...output,
      async *read(offset: number) {
        yield { offset, stream: 'stdout' as const, bytes: Buffer.from('printed') };
      },
    };
  };
  const outputs = { create, open: async () => undefined };
  const scene = await runnerScene({ dir: await temporaryFolder(), program: () => found.promise, outputs });
  await submit(scene, 'a');
  await until('it has a slot', () => scene.runner.occupancy().slotsFree === 0);
  const view = await scene.runner.find('a');
  expect(view?.record).toMatchObject({ state: 'queued', starts: 0, startedAt: null });
  const waiting = (await submit(scene, 'b')) && (await scene.runner.find('b'));
  const read = async (from: typeof view, signal: AbortSignal) => {
    const texts = [];
    for await (const piece of from?.output?.read(0, signal) ?? []) texts.push(piece);
    return texts;
  };
  const never = new AbortController();
  const gone = new AbortController();
  const [first, second, third] = [
    read(view, never.signal),
    read(waiting, never.signal),
    read(waiting, gone.signal),
  ];
  gone.abort();
  expect(await third).toEqual([]);
  await scene.runner.cancel('b');
  expect(await second).toEqual([]);
  found.resolve(PROGRAM);
  expect(await first).toEqual([{ offset: 0, stream: 'stdout', bytes: Buffer.from('printed') }]);
  await until('it runs', async () => (await scene.runner.find('a'))?.record.state === 'running');
});

test('what a killed process left is lost, told, and not run again; what never ran is told to be so', async () => {
  const dir = await temporaryFolder();
  const first = await runnerScene({ dir });
  await submit(first, 'ran');
  await submit(first, 'waited');
  await run(first, 'ran');
  await first.journal.close();
  const again = await runnerScene({ dir });
  expect(again.ends).toMatchObject([
    { taskId: 'ran', state: 'lost', starts: 1, startedAt: 1_000_000 },
    { taskId: 'waited', state: 'lost', starts: 0, startedAt: null },
  ]);
  for (const id of ['ran', 'waited']) {
    const submission = await submit(again, id);
    expect(submission).toMatchObject({ kind: 'known', end: { state: 'lost', answer: { status: 500 } } });
  }
  expect(again.runs).toEqual([]);
  await again.runner.stop();
  await again.journal.close();
  expect(startsOf(dir, 'w')).toEqual({ ran: 1, waited: 0 });
});

test('while it drains what runs may finish, what waits is refused and may come again later', async () => {
  const dir = await temporaryFolder();
  const scene = await runnerScene({ dir });
  const runs = await submit(scene, 'runs');
  const waits = await submit(scene, 'waits');
  const program = await run(scene, 'runs');
  const drained = scene.runner.drain(60_000);
  expect(await endOf(waits)).toMatchObject({ state: 'lost', answer: { status: 503 } });
  expect(await submit(scene, 'new')).toMatchObject({ kind: 'busy', reason: 'draining' });
  expect((await submit(scene, 'runs')).kind).toBe('joined');
  expect(scene.runner.occupancy()).toMatchObject({ draining: true });
  program.end();
  expect((await endOf(runs)).state).toBe('completed');
  await drained;
  expect(await submit(scene, 'runs')).toMatchObject({ kind: 'known', end: { state: 'completed' } });
  expect(scene.clock.pending).toBe(0);
  await scene.journal.close();
  const again = await runnerScene({ dir });
  expect(again.ends).toEqual([]);
  const second = await submit(again, 'waits');
  (await run(again, 'waits')).end();
  expect((await endOf(second)).state).toBe('completed');
});

test('what does not finish within the grace goes on until stop, which kills it and records it as lost', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  const submission = await submit(scene, 'a');
  const program = await run(scene, 'a');
  const drained = scene.runner.drain(60_000).then(() => 'drained');
  await scene.clock.advance(59_999);
  expect(await Promise.race([drained, 'not yet'])).toBe('not yet');
  await scene.clock.advance(1);
  await drained;
  expect(program.killed()).toBeNull();
  await scene.runner.stop();
  expect(program.killed()).toBe('stopped');
  expect(await endOf(submission)).toMatchObject({ state: 'lost', answer: { status: 500 } });
  expect(await scene.journal.find('a')).toMatchObject({ state: 'lost', starts: 1 });
});

test('stop while it drains ends everything at once', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  await submit(scene, 'a');
  await run(scene, 'a');
  const drained = scene.runner.drain(3_600_000);
  await scene.runner.stop();
  await drained;
  expect(await scene.journal.find('a')).toMatchObject({ state: 'lost' });
  expect(scene.clock.pending).toBe(0);
});

test('stop waits for acceptances under way, and starts nothing', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  const known = await submit(scene, 'known');
  (await run(scene, 'known')).end();
  await endOf(known);
  const submissions = [submit(scene, 'known'), submit(scene, 'new')];
  await scene.runner.stop();
  const [first, second] = await Promise.all(submissions);
  expect(first?.kind).toBe('known');
  expect(second === undefined ? null : await endOf(second)).toMatchObject({ answer: { status: 503 } });
  expect(ids(scene.runs)).toEqual(['known']);
  expect(await scene.journal.unfinished()).toEqual([]);
});

test('stop does not wait for ever where the last acceptance turns out to be none', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  const known = await submit(scene, 'known');
  (await run(scene, 'known')).end();
  await endOf(known);
  const again = submit(scene, 'known');
  await scene.runner.stop();
  expect((await again).kind).toBe('known');
});

test('a task that is killed between the record of its start and its program is not started', async () => {
  const held: (() => void)[] = [];
  let holds = false;
  const gate = async <T>(promise: Promise<T>) => {
    await promise;
    if (holds) await new Promise<void>((resolve) => held.push(resolve));
    return promise;
  };
  const program = async () => {
    holds = true;
    return PROGRAM;
  };
  const scene = await runnerScene({ dir: await temporaryFolder(), slots: 2, gate, program });
  const submissions = [submit(scene, 'a'), submit(scene, 'b')];
  await until('both are about to be looked up', () => held.length === 2);
  for (const go of held.splice(0)) go();
  await until('both starts are on disk', () => held.length === 2);
  const cancelled = scene.runner.cancel('a');
  const stopped = scene.runner.stop();
  holds = false;
  for (const go of held.splice(0)) go();
  await Promise.all([cancelled, stopped]);
  const ends = await Promise.all((await Promise.all(submissions)).map(endOf));
  // It cannot be told any more that nothing ran: the journal has counted the start.
  expect(ends).toMatchObject([{ state: 'cancelled' }, { state: 'lost', answer: { status: 500 } }]);
  expect(scene.runs).toEqual([]);
  expect(await scene.journal.find('b')).toMatchObject({ state: 'lost', starts: 1 });
});

test('a task that is stopped before its program was found may come again', async () => {
  const program = Promise.withResolvers<Program>();
  const scene = await runnerScene({ dir: await temporaryFolder(), program: () => program.promise });
  const submission = await submit(scene, 'a');
  await until('it takes a slot', () => scene.runner.occupancy().slotsFree === 0);
  const stopped = scene.runner.stop();
  program.resolve(PROGRAM);
  await stopped;
  expect(await endOf(submission)).toMatchObject({ state: 'lost', answer: { status: 503 } });
  expect(await scene.journal.find('a')).toMatchObject({ starts: 0, startedAt: null });
});

test('cancel ends what runs, what waits and what is about to run, once; what has ended stays as it is', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  const { runner } = scene;
  const submissions = [await submit(scene, 'runs'), await submit(scene, 'waits')];
  const program = await run(scene, 'runs');
  const accepting = submit(scene, 'accepting');
  const cancelled = await Promise.all(['accepting', 'waits', 'waits'].map((id) => runner.cancel(id)));
  expect(cancelled.map((view) => view?.record)).toMatchObject(
    Array(3).fill({ state: 'cancelled', starts: 0 }),
  );
  expect((await runner.cancel('runs'))?.record).toMatchObject({ state: 'cancelled', starts: 1 });
  expect(program.killed()).toBe('cancelled');
  const ends = await Promise.all([...submissions, await accepting].map(endOf));
  const body = { status: 'error', state: 'cancelled' };
  expect(ends).toMatchObject(Array(3).fill({ state: 'cancelled', answer: { status: 500, body } }));
  const next = await submit(scene, 'next');
  (await run(scene, 'next')).end();
  await endOf(next);
  expect((await runner.cancel('next'))?.record.state).toBe('completed');
  expect(await runner.cancel('never-heard-of')).toBeUndefined();
  expect(ids(scene.runs)).toEqual(['runs', 'next']);
  expect(scene.ends).toHaveLength(4);
});

test('what cannot be recorded is not accepted, and its id is free', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  scene.failing.add('accept');
  const [one, two] = await Promise.all([submit(scene, 'a'), submit(scene, 'a')]);
  expect([one, two]).toMatchObject(
    Array(2).fill({ kind: 'unrecorded', error: expect.stringContaining('no room') }),
  );
  scene.failing.clear();
  await submit(scene, 'a');
  await run(scene, 'a');
});

test('a program whose start cannot be recorded is not started, and its task may come again', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  scene.failing.add('start');
  const end = await endOf(await submit(scene, 'a'));
  expect(end).toMatchObject({
    state: 'lost',
    error: expect.stringContaining('no room'),
    answer: { status: 503 },
  });
  expect(scene.runs).toEqual([]);
  scene.failing.clear();
  expect((await submit(scene, 'a')).kind).toBe('accepted');
  await run(scene, 'a');
});

test('an end that the disk does not take is answered all the same, told to whoever asks, and recorded later', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  const submission = await submit(scene, 'a');
  const program = await run(scene, 'a');
  scene.failing.add('end');
  program.end();
  const end = await endOf(submission);
  expect(end.state).toBe('completed');
  expect(await endOf(await submit(scene, 'a'))).toBe(end);
  expect((await scene.runner.find('a'))?.record).toMatchObject({ state: 'completed', end });
  expect((await scene.runner.cancel('a'))?.record).toMatchObject({ state: 'completed' });
  expect(scene.runner.occupancy().slotsFree).toBe(1);
  await scene.clock.advance(60_000);
  expect(await scene.journal.find('a')).toMatchObject({ state: 'running' });
  expect(scene.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  scene.failing.clear();
  await until('it is recorded', async () => {
    await scene.clock.advance(5_000);
    return (await scene.journal.find('a'))?.state === 'completed';
  });
  expect(await submit(scene, 'a')).toEqual({ kind: 'known', taskId: 'a', end });
  expect(scene.clock.pending).toBe(0);
});

test('an end that could not be recorded is tried once more before the worker ends', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  const submission = await submit(scene, 'a');
  const program = await run(scene, 'a');
  scene.failing.add('end');
  program.end();
  await endOf(submission);
  scene.failing.clear();
  await scene.runner.stop();
  expect(await scene.journal.find('a')).toMatchObject({ state: 'completed' });
  expect(scene.clock.pending).toBe(0);
});

test('an executor that throws fails the task and frees its slot', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  scene.broken = true;
  const end = await endOf(await submit(scene, 'a'));
  expect(end).toMatchObject({ state: 'failed', error: 'noop could not be started: the executor is broken' });
  scene.broken = false;
  await submit(scene, 'b');
  await run(scene, 'b');
});

test('an output that cannot be kept whole does not change how the task ended', async () => {
  const create = () => ({ ...memoryOutput(), close: () => Promise.reject(new Error('no room left')) });
  const outputs = { create, open: async () => undefined };
  const scene = await runnerScene({ dir: await temporaryFolder(), outputs });
  const submission = await submit(scene, 'a');
  (await run(scene, 'a')).end();
  expect((await endOf(submission)).state).toBe('completed');
  expect(scene.log.lines).toContainEqual(
    expect.objectContaining({ message: 'the output of a task is not whole' }),
  );
});

test('a program that cannot run here just now is an error that says why', async () => {
  const program = async () => ({ kind: 'unavailable' as const, reason: 'no Python' });
  const scene = await runnerScene({ dir: await temporaryFolder(), program });
  const end = await endOf(await submit(scene, 'a'));
  expect(end).toMatchObject({ state: 'failed', error: 'noop could not be started: no Python' });
  expect(await scene.journal.find('a')).toMatchObject({ state: 'failed', starts: 0 });
});

test('an end is told after it is in the journal and while the task is still current', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  const submission = await submit(scene, 'a');
  const seen: unknown[] = [];
  const told = scene.ends.push.bind(scene.ends);
  scene.ends.push = (task: EndedTask) => {
    seen.push(scene.runner.current()?.taskId, scene.journal.find('a'));
    return told(task);
  };
  (await run(scene, 'a')).end();
  await endOf(submission);
  expect(seen[0]).toBe('a');
  expect(await seen[1]).toMatchObject({ state: 'completed' });
});
