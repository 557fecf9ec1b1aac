import type { Random } from '#model/clock.ts';
import type { NewTask } from '#model/task.ts';
import type { Submitted } from './classify.ts';
import { sleep } from './fleet.ts';
import type { MasterProcess } from './master-process.ts';

/** The most that one submission has. */
const MOST_AT_ONCE = 20;
/** What is done with a submission that was not acknowledged, or was, now and then. */
const SHARE = { slow: 0.05, fails: 0.03, forgotten: 0.3, repeated: 0.05 };
const TRY_AGAIN_MS = 300;

export interface SubmissionsOptions {
  readonly random: Random;
  readonly master: () => MasterProcess;
}

/** Submits tasks to a master that comes and goes, and keeps account of what it promised. */
export interface Submissions {
  /** Submits `tasks` in `seconds`, evenly. */
  run(plan: {
    readonly tasks: number;
    readonly seconds: number;
    readonly isOver: () => boolean;
  }): Promise<void>;
  /** Submits what was not acknowledged and is not forgotten; resolves when it all is, or was not within so long. */
  finish(withinMs: number): Promise<void>;
  all(): readonly Submitted[];
}

export function createSubmissions({ random, master }: SubmissionsOptions): Submissions {
  const made = new Map<string, NewTask>();
  const acknowledged = new Set<string>();
  /** Not acknowledged yet, each as it was sent. */
  let owed: (readonly NewTask[])[] = [];

  function newTask(): NewTask {
    const number = made.size + 1;
    const share = random();
    const { slow, fails } = SHARE;
    const benchmark = share < fails ? 'fails' : share < fails + slow ? 'slow' : 'echo';
    const task = { id: `t${number}`, benchmark, parameters: { N: number } };
    made.set(task.id, task);
    return task;
  }

  async function send(tasks: readonly NewTask[]): Promise<boolean> {
    const answer = await master().submit(tasks);
    if (answer === 'acknowledged') {
      for (const { id } of tasks) acknowledged.add(id ?? '');
      return true;
    }
    // An id that was sent before is the same task: anything but “not now” is a defect.
    if (answer !== 'unanswered' && !answer.code.startsWith('TASK_DATABASE_')) {
      throw new Error(`a submission was refused with ${answer.code}: ${answer.message}`);
    }
    return false;
  }

  async function sendOnce(tasks: readonly NewTask[]): Promise<void> {
    if (await send(tasks)) {
      // The same again is the same tasks.
      if (random() < SHARE.repeated) await send(tasks);
    } else if (random() >= SHARE.forgotten) {
      owed.push(tasks);
    }
  }

  return {
    async run({ tasks, seconds, isOver }) {
      const pauseMs = (seconds * 1_000 * (MOST_AT_ONCE / 2)) / tasks;
      const underWay = new Set<Promise<void>>();
      while (!isOver() && made.size < tasks) {
        const count = Math.min(1 + Math.floor(random() * MOST_AT_ONCE), tasks - made.size);
        const sending = sendOnce(Array.from({ length: count }, newTask)).finally(() =>
          underWay.delete(sending),
        );
        underWay.add(sending);
        await sleep(pauseMs);
        const [first, ...rest] = owed;
        if (first === undefined || random() < 0.5) continue;
        owed = rest;
        if (!(await send(first))) owed.push(first);
      }
      await Promise.all(underWay);
    },
    async finish(withinMs) {
      // A last one comes after all others: the master that takes it has read its database.
      owed.push([newTask()]);
      const deadline = performance.now() + withinMs;
      for (let next = owed.pop(); next !== undefined; next = owed.pop()) {
        while (!(await send(next))) {
          if (performance.now() > deadline) return;
          await sleep(TRY_AGAIN_MS);
        }
      }
    },
    all: () =>
      [...made.values()].map(({ id = '', benchmark, parameters }) => ({
        id,
        value: benchmark === 'fails' ? null : Number(parameters.N),
        isAcknowledged: acknowledged.has(id),
      })),
  };
}
