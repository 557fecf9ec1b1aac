import type { Benchmark, Program } from '#worker-service/catalogue/benchmark.ts';
import type { Executor, KillReason, RunEnd } from '#worker-service/execution/run.ts';
import type { OutputStore, TaskOutput } from '#worker-service/execution/task-output.ts';
import { createTaskAnswers } from '#worker-service/http/task-answers.ts';
import type { Journal } from '#worker-service/tasks/journal.ts';
import type { EndedTask } from '#worker-service/tasks/task.ts';
import { createTaskRunner } from '#worker-service/tasks/task-runner.ts';
import type { TaskRunnerOptions } from '#worker-service/tasks/task-runner-options.ts';
import type { TaskRunner } from '#worker-service/tasks/task-runner-role.ts';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { journalIn, type SeenLog, seenLog } from './journal-scene.ts';

/** A program that "runs": it ends when the test says so, or is killed. */
interface FakeRun {
  readonly row: number;
  /** Null for a task without an id. */
  readonly taskId: string | null;
  print(text: string): void;
  end(changes?: Partial<RunEnd>): void;
  readonly killed: () => KillReason | null;
}

/** Delays what it is given, in a test that chooses the order of things. */
export type Gate = <T>(promise: Promise<T>) => Promise<T>;

export interface RunnerSceneOptions extends Partial<Pick<TaskRunnerOptions, 'slots' | 'queueLimit'>> {
  readonly dir: string;
  /** What the benchmark answers before it can be started. */
  readonly program?: () => Promise<Program | { readonly kind: 'unavailable'; readonly reason: string }>;
  readonly outputs?: OutputStore;
  readonly gate?: Gate;
}

export interface RunnerScene {
  readonly runner: TaskRunner;
  readonly journal: Journal;
  readonly clock: FakeClock;
  readonly log: SeenLog;
  /** What `onEnd` was told. */
  readonly ends: EndedTask[];
  /** Every program that was started, in this order. */
  readonly runs: FakeRun[];
  /** Those that run. */
  running(): readonly FakeRun[];
  /** What must never be: a program whose start is not on disk, more programs than slots. */
  readonly violations: string[];
  /** The calls of the journal that fail as on a full disk. */
  readonly failing: Set<'accept' | 'start' | 'end'>;
  /** Set: the executor throws. */
  broken: boolean;
}

export const PROGRAM: Program = {
  kind: 'process',
  file: '/bin/true',
  args: [],
  cwd: '/',
  endsWithStdin: false,
};

/** A real runner over a real journal in `dir`, with programs that end when the test says so. */
export async function runnerScene(options: RunnerSceneOptions): Promise<RunnerScene> {
  const { dir, slots = 1, queueLimit = 100, gate = (promise) => promise } = options;
  const clock = fakeClock(1_000_000);
  const log = seenLog();
  const failing: RunnerScene['failing'] = new Set();
  const real = await journalIn(dir);
  const ids = new Map<number, string | null>();
  const started = new Set<number>();

  function fails(call: 'accept' | 'start' | 'end'): void {
    if (failing.has(call)) throw new Error('no room left');
  }
  const journal: Journal = {
    ...real,
    accept: (task, at) =>
      gate(
        (async () => {
          fails('accept');
          const acceptance = await real.accept(task, at);
          if (acceptance.kind === 'accepted') ids.set(acceptance.row, task.taskId);
          return acceptance;
        })(),
      ),
    start: (row, at) =>
      gate(
        (async () => {
          fails('start');
          await real.start(row, at);
          started.add(row);
        })(),
      ),
    end: (row, at, end) =>
      gate(
        (async () => {
          fails('end');
          await real.end(row, at, end);
        })(),
      ),
    find: (taskId) => gate(real.find(taskId)),
  };

  const running = new Set<FakeRun>();
  const runs: FakeRun[] = [];
  const violations: string[] = [];
  const executor: Executor = {
    start(_program, { runName, output }) {
      if (scene.broken) throw new Error('the executor is broken');
      const row = Number(/^w-(\d+)$/.exec(runName)?.[1]);
      if (!started.has(row)) violations.push(`the start of ${row} was not in the journal`);
      if (running.size >= slots) violations.push(`${row} was one program too many`);
      const { promise, resolve } = Promise.withResolvers<RunEnd>();
      let killed: KillReason | null = null;
      const run: FakeRun = {
        row,
        taskId: ids.get(row) ?? null,
        print: (text) => output.push('stdout', Buffer.from(text)),
        end(changes = {}) {
          running.delete(run);
          resolve({ kind: 'ended', returnCode: 0, error: '', seconds: 1, ...changes });
        },
        killed: () => killed,
      };
      running.add(run);
      runs.push(run);
      const kill = (reason: KillReason) => {
        killed ??= reason;
        run.end({ kind: killed, returnCode: -9 });
      };
      return { ended: promise, kill };
    },
  };

  const benchmark: Benchmark = {
    name: 'noop',
    description: { en: 'noop', es: 'noop' },
    executor: 'process',
    parameters: [],
    timeoutSeconds: 60,
    output: {
      progress: /^step (?<done>\d+) \/ (?<total>\d+)$/,
      results: [],
      json: false,
    },
    program: () => gate(options.program?.() ?? Promise.resolve(PROGRAM)),
    unavailable: () => null,
  };

  const ends: EndedTask[] = [];
  const scene = {
    journal,
    clock,
    log,
    ends,
    runs,
    violations,
    failing,
    broken: false,
    running: () => [...running],
  };
  const runner = await createTaskRunner({
    clock,
    log,
    catalogue: { find: (name) => (name === 'unknown' ? undefined : benchmark) },
    executor,
    journal,
    outputs: options.outputs ?? { create: memoryOutput, open: async () => undefined },
    ends: createTaskAnswers({ clock, workerId: 'w', debug: false }),
    onEnd: (task) => ends.push(task),
    slots,
    queueLimit,
    runPrefix: 'w',
  });
  return Object.assign(scene, { runner });
}

/** An output in memory. */
export function memoryOutput(): TaskOutput {
  const texts = { stdout: '', stderr: '' };
  return {
    push(stream, chunk) {
      texts[stream] += Buffer.from(chunk).toString();
    },
    size: () => texts.stdout.length + texts.stderr.length,
    tail: (stream) => texts[stream],
    close: async () => {},
    async *read() {},
  };
}
