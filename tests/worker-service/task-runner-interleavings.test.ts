import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TaskEnd } from '#worker-service/tasks/task.ts';
import type { Submission } from '#worker-service/tasks/task-runner-role.ts';
import { startsOf } from './journal-of.ts';
import { accepted } from './journal-scene.ts';
import { type Gate, type RunnerScene, runnerScene } from './runner-scene.ts';
import { temporaryFolder } from './temporary-folder.ts';

type Step =
  | { readonly kind: 'submit'; readonly id: string | null; readonly content: number }
  | { readonly kind: 'cancel'; readonly id: string }
  /** Lets one thing happen that is held back: something reaches the disk, or a program is found. */
  | { readonly kind: 'release'; readonly index: number }
  | { readonly kind: 'end'; readonly index: number }
  | { readonly kind: 'fail'; readonly call: 'accept' | 'start' | 'end' }
  | { readonly kind: 'repair' }
  | { readonly kind: 'drain' | 'stop' | 'crash' };

const id = fc.constantFrom('a', 'b', 'c', 'd');
const index = fc.nat({ max: 7 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      id: fc.option(id, { freq: 8 }),
      content: fc.nat({ max: 1 }),
    }),
  },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('release' as const), index }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('end' as const), index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), id }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      call: fc.constantFrom('accept' as const, 'start' as const, 'end' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repair' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('drain' as const, 'stop' as const, 'crash' as const) }),
  },
);

/** Holds everything back that passes its gate, until the test lets it go. */
function heldBack() {
  const held: (() => void)[] = [];
  let underWay = 0;
  let isOpen = false;
  const gate: Gate = async (promise) => {
    underWay += 1;
    await promise
      .catch(() => {})
      .finally(() => {
        underWay -= 1;
      });
    if (!isOpen) await new Promise<void>((resolve) => held.push(resolve));
    return promise;
  };
  return {
    gate,
    /** Resolves when nothing more happens by itself. */
    async settle(): Promise<void> {
      for (let quiet = 0; quiet < 3; quiet = underWay === 0 ? quiet + 1 : 0) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    },
    release(at: number): void {
      held.splice(at % Math.max(1, held.length), 1)[0]?.();
    },
    open(): void {
      isOpen = true;
      for (const go of held.splice(0)) go();
    },
  };
}

interface Asked {
  readonly id: string | null;
  readonly content: number;
  readonly submission: Promise<Submission>;
}

/** What became of everything that was asked of one process. */
async function outcomes(asked: readonly Asked[]) {
  return Promise.all(
    asked.map(async ({ id: taskId, content, submission }) => {
      const given = await submission;
      const end: TaskEnd | null =
        given.kind === 'known' ? given.end : 'ended' in given ? await given.ended : null;
      return { taskId, content, end };
    }),
  );
}

test('whatever comes in whatever order, an id runs once, every answer comes, and all are the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 60, maxLength: 120, size: 'max' }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, slots) => {
        const dir = await temporaryFolder();
        const programs = new Map<string, number>();
        const answers = new Map<string, { readonly content: number; readonly end: TaskEnd }>();
        let hold = heldBack();
        let scene = await runnerScene({ dir, slots, queueLimit: 3, gate: hold.gate });
        let asked: Asked[] = [];

        function check(seen: Awaited<ReturnType<typeof outcomes>>): void {
          for (const { taskId, content, end } of seen) {
            // What was refused before it ran may come again, and then runs.
            if (taskId === null || end === null || end.answer.status === 503) continue;
            const before = answers.get(taskId) ?? { content, end };
            expect({ content, end }).toEqual(before);
            answers.set(taskId, before);
          }
        }

        async function endProcess(kind: 'drain' | 'stop' | 'crash'): Promise<void> {
          if (kind === 'crash') {
            hold.open();
            await scene.journal.close();
            await hold.settle();
          } else {
            scene.failing.clear();
            const ending = kind === 'stop' ? scene.runner.stop() : scene.runner.drain(1_000);
            hold.open();
            await hold.settle();
            await scene.clock.advance(1_000);
            await ending;
            await scene.runner.stop();
            check(await outcomes(asked));
            expect(await scene.journal.unfinished()).toEqual([]);
            await scene.journal.close();
          }
          expect(scene.violations).toEqual([]);
          for (const { taskId } of scene.runs) {
            if (taskId !== null) programs.set(taskId, (programs.get(taskId) ?? 0) + 1);
          }
          asked = [];
        }

        async function begin(): Promise<RunnerScene> {
          hold = heldBack();
          hold.open();
          const next = await runnerScene({
            dir,
            slots,
            queueLimit: 3,
            gate: (promise) => hold.gate(promise),
          });
          hold = heldBack();
          expect(await next.journal.unfinished()).toEqual([]);
          return next;
        }

        for (const one of steps) {
          if (one.kind === 'submit') {
            const { id: taskId, content } = one;
            const submission = scene.runner.submit(accepted(taskId, { params: { N: content } }));
            asked.push({ id: taskId, content, submission });
          } else if (one.kind === 'cancel') {
            scene.runner.cancel(one.id).catch(() => {});
          } else if (one.kind === 'release') hold.release(one.index);
          else if (one.kind === 'end') scene.running()[one.index % slots]?.end();
          else if (one.kind === 'fail') scene.failing.add(one.call);
          else if (one.kind === 'repair') scene.failing.clear();
          else {
            await endProcess(one.kind);
            scene = await begin();
          }
          await hold.settle();
        }
        await endProcess('drain');
        expect([...programs].filter(([, count]) => count > 1)).toEqual([]);
        const counted = startsOf(dir, 'w');
        for (const [taskId, count] of programs) expect(counted[taskId]).toBe(count);
        expect(Object.entries(counted).filter(([name, count]) => name !== 'unknown' && count > 1)).toEqual(
          [],
        );
      },
    ),
    // A run takes a second: shrinking would outlast the test, and the seed would not be told.
    { numRuns: 8, endOnFailure: true },
  );
});
