import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#model/clock.ts';
import type { Command, CommandAnswer, Wanted } from '#model/commands.ts';
import type { Cancelled, Submitted } from './classify.ts';
import { sleep } from './fleet.ts';
import type { MasterProcess } from './master-process.ts';

/** The most that one submission has, as tasks one by one or as a sweep. */
const MOST_AT_ONCE = 20;
/** How often a task is of a kind, and how often a submission is a sweep, has a batch, or has this done to it. */
const SHARE = { slow: 0.05, fails: 0.03, sweep: 0.1, batch: 0.2, forgotten: 0.3, repeated: 0.05 };
/** How often, after a submission, one of its tasks is called off, one of any age, or a batch of any age. */
const CANCELLED = { fresh: 0.25, any: 0.1, batch: 0.02 };
const PRIORITIES = 10;
const TRY_AGAIN_MS = 300;

export interface SubmissionsOptions {
  readonly random: Random;
  readonly master: () => MasterProcess;
}

/** Submits tasks to a master that comes and goes, calls some off, and keeps account of what was promised. */
export interface Submissions {
  /** Submits `tasks` in `seconds`, evenly. What is not answered within so long after that was promised nothing. */
  run(plan: {
    readonly tasks: number;
    readonly seconds: number;
    readonly answeredWithinMs: number;
    readonly isOver: () => boolean;
  }): Promise<void>;
  /** Submits what was not acknowledged and is not forgotten; resolves when it all is, or was not within so long. */
  finish(withinMs: number): Promise<void>;
  all(): readonly Submitted[];
}

/** What is sent in one command, and the ids of the tasks that it stands for. */
interface Sending {
  readonly tasks: readonly Wanted[];
  readonly ids: readonly string[];
}

/** A task as the account has it. */
interface Made {
  readonly sending: number;
  readonly value: number | null;
  readonly batch: string | null;
  readonly isAcknowledged: boolean;
  readonly cancelled: Cancelled;
  readonly attemptsAtCancel: number | null;
}

export function createSubmissions({ random, master }: SubmissionsOptions): Submissions {
  const made = new Map<string, Made>();
  const ids: string[] = [];
  const batches: string[] = [];
  /** Not acknowledged yet, each as it was sent. */
  let owed: Sending[] = [];
  let sendings = 0;

  function note(id: string, value: number | null, batch: string | null): string {
    made.set(id, {
      sending: sendings,
      value,
      batch,
      isAcknowledged: false,
      cancelled: 'no',
      attemptsAtCancel: null,
    });
    ids.push(id);
    return id;
  }

  const priority = () => 1 + Math.floor(random() * PRIORITIES);

  function newTask(batch: string | null): Wanted {
    const number = made.size + 1;
    const share = random();
    const { slow, fails } = SHARE;
    const benchmark = share < fails ? 'fails' : share < fails + slow ? 'slow' : 'echo';
    const id = note(`t${number}`, benchmark === 'fails' ? null : number, batch);
    return { id, benchmark, parameters: { N: number }, priority: priority(), batch };
  }

  function newSending(most: number): Sending {
    sendings += 1;
    const count = Math.min(1 + Math.floor(random() * MOST_AT_ONCE), most);
    if (random() < SHARE.sweep) return newSweep(`s${sendings}`, count);
    const batch = random() < SHARE.batch ? `b${sendings}` : null;
    if (batch !== null) batches.push(batch);
    const tasks = Array.from({ length: count }, () => newTask(batch));
    return { tasks, ids: tasks.map(({ id = '' }) => id) };
  }

  /** Its tasks' ids end with their places, and its batch has its own id: that is what a sweep promises. */
  function newSweep(id: string, count: number): Sending {
    const first = made.size + 1;
    batches.push(id);
    const inIt = Array.from({ length: count }, (_, place) => note(`${id}-${place + 1}`, first + place, id));
    const parameters = { N: `${first}..${first + count - 1}` };
    return { tasks: [{ id, benchmark: 'echo', parameters, priority: priority() }], ids: inIt };
  }

  /** Null where the master did not answer, or cannot now; any other refusal but of what it does not know is a defect. */
  async function told<C extends Command>(command: C): Promise<CommandAnswer<C> | null> {
    const answer = await master().perform(command);
    if (answer.type === 'answered') return answer.answer;
    if (answer.type === 'unanswered' || answer.code.startsWith('TASK_DATABASE_')) return null;
    // What it never took it does not know.
    if (command.type !== 'submit-tasks' && /^(TASK|BATCH)_UNKNOWN$/.test(answer.code)) return null;
    throw new Error(`${command.type} was refused with ${answer.code}: ${answer.message}`);
  }

  async function send({ tasks, ids: sent }: Sending): Promise<boolean> {
    // An id that was sent before is the same task.
    if ((await told({ type: 'submit-tasks', tasks })) === null) return false;
    for (const id of sent) promise(id, (task) => ({ ...task, isAcknowledged: true }));
    return true;
  }

  function promise(id: string, change: (task: Made) => Made): void {
    const task = made.get(id);
    if (task !== undefined) made.set(id, change(task));
  }

  /** A later cancel takes nothing back of what an earlier one promised. */
  function heard(id: string, cancelled: Cancelled): void {
    const order: readonly Cancelled[] = ['no', 'asked', 'promised', 'at once'];
    promise(id, (task) =>
      order.indexOf(cancelled) > order.indexOf(task.cancelled) ? { ...task, cancelled } : task,
    );
  }

  async function cancelTask(id: string): Promise<void> {
    heard(id, 'asked');
    const answer = await told({ type: 'cancel-tasks', ids: [id] });
    if (answer === null || answer.done === 0) return;
    // With nothing else to say of it, it did not run then.
    heard(id, answer.notes.length === 0 ? 'at once' : 'promised');
    const attempts = await master().attemptsOf(id);
    promise(id, (task) => ({ ...task, attemptsAtCancel: task.attemptsAtCancel ?? attempts }));
  }

  async function cancelBatch(batch: string): Promise<void> {
    for (const [id, task] of made) if (task.batch === batch) heard(id, 'asked');
    await told({ type: 'cancel-batch', batch });
  }

  async function callOff(fresh: Sending): Promise<void> {
    const { fresh: freshShare, any, batch } = CANCELLED;
    const share = random();
    const [among, act] =
      share < freshShare
        ? [fresh.ids, cancelTask]
        : share < freshShare + any
          ? [ids, cancelTask]
          : share < freshShare + any + batch
            ? [batches, cancelBatch]
            : [[], cancelTask];
    const picked = among[Math.floor(random() * among.length)];
    if (picked !== undefined) await act(picked);
  }

  async function sendOnce(sending: Sending): Promise<void> {
    if (await send(sending)) {
      // The same again is the same tasks.
      if (random() < SHARE.repeated) await send(sending);
      await callOff(sending);
    } else if (random() >= SHARE.forgotten) {
      owed.push(sending);
    }
  }

  return {
    async run({ tasks, seconds, answeredWithinMs, isOver }) {
      const startedAt = performance.now();
      const underWay = new Set<Promise<unknown>>();
      const defects: unknown[] = [];
      while (!isOver() && made.size < tasks && defects.length === 0) {
        const sending = sendOnce(newSending(tasks - made.size))
          .catch((error: unknown) => defects.push(error))
          .finally(() => underWay.delete(sending));
        underWay.add(sending);
        const dueMs = (seconds * 1_000 * made.size) / tasks;
        await sleep(Math.max(0, startedAt + dueMs - performance.now()));
        const [first, ...rest] = owed;
        if (first === undefined || random() < 0.5) continue;
        owed = rest;
        if (!(await send(first))) owed.push(first);
      }
      // A master with a bug may never answer.
      await Promise.race([Promise.all(underWay), pause(answeredWithinMs, undefined, { ref: false })]);
      if (defects.length > 0) throw defects[0];
    },
    async finish(withinMs) {
      // A last one comes after all others: the master that takes it has read its database.
      sendings += 1;
      const last = newTask(null);
      owed.unshift({ tasks: [last], ids: [last.id ?? ''] });
      const deadline = performance.now() + withinMs;
      for (let next = owed.pop(); next !== undefined; next = owed.pop()) {
        while (!(await send(next))) {
          if (performance.now() > deadline) return;
          await sleep(TRY_AGAIN_MS);
        }
      }
    },
    all: () => [...made].map(([id, task]) => ({ id, ...task })),
  };
}
