import { messageOf } from '#model/errors.ts';
import type { Program } from '#worker-service/catalogue/benchmark.ts';
import { createOutputReader } from '#worker-service/catalogue/output-reader.ts';
import type { TaskOutput } from '#worker-service/execution/task-output.ts';
import { createCalledOff } from './called-off.ts';
import { createEndRecorder } from './end-recorder.ts';
import {
  ABOUT_TO_END,
  conflict,
  endedRecord,
  endOfUnstarted,
  kill,
  type LiveTask,
  liveTask,
  recordOf,
  sameContent,
} from './live-task.ts';
import type { AcceptedTask, EndedTask, TaskEnd, TaskRecord } from './task.ts';
import { mayComeAgain, nameOf } from './task.ts';
import type { TaskRunnerOptions } from './task-runner-options.ts';
import type { Submission, TaskRunner, TaskView } from './task-runner-role.ts';
import { endedView, liveView } from './task-view.ts';

interface Named {
  readonly live: LiveTask;
  readonly accepted: Promise<Submission>;
}

const RETRY_AFTER_SECONDS = 5;

/**
 * The tasks of this worker. Invariants: a task is in the journal before it waits, and its start is there before its program
 * starts; never more than `slots` programs run; an id is accepted once, whatever comes at the same time. What an earlier
 * process left unfinished is ended as lost before this resolves.
 */
export async function createTaskRunner(options: TaskRunnerOptions): Promise<TaskRunner> {
  const { clock, log, catalogue, journal, outputs, ends, slots } = options;
  const recorder = createEndRecorder({ clock, log, journal });
  /** By id, from before the acceptance is on disk until the end is. */
  const named = new Map<string, Named>();
  const calledOff = createCalledOff();
  /** How many have an acceptance, or an end, that is not on disk yet. */
  let accepting = 0;
  let finishing = 0;
  /** In the order of their acceptance. */
  const waiting: LiveTask[] = [];
  /** In the order of their starts. */
  const running = new Set<LiveTask>();
  let draining = false;
  const whoWaitForIdle: (() => void)[] = [];

  const unfinished = await journal.unfinished();
  await Promise.all(unfinished.map(endAsLost));

  async function endAsLost(record: TaskRecord): Promise<void> {
    const end = ends.lost(record);
    const task: EndedTask = { ...record, state: end.state, endedAt: clock.now(), end };
    await recorder.record(task, () => {});
    options.onEnd(task);
    log.write('warn', 'task lost', { task: nameOf(record), benchmark: record.benchmark });
  }

  function known(record: TaskRecord, task: AcceptedTask): Submission {
    if (!sameContent(record, task)) return conflict(task);
    return { kind: 'known', taskId: task.taskId, end: record.end ?? ends.lost(task) };
  }

  /** Of an id that was accepted before, however full the worker is; otherwise null. */
  async function remembered(task: AcceptedTask): Promise<Submission | null> {
    if (task.taskId === null) return null;
    const record = await journal.find(task.taskId);
    return record === undefined || mayComeAgain(record) ? null : known(record, task);
  }

  async function submit(task: AcceptedTask): Promise<Submission> {
    const { taskId } = task;
    const there = taskId === null ? undefined : named.get(taskId);
    if (there !== undefined) return join(task, there);
    const full = running.size + waiting.length + accepting >= slots + options.queueLimit;
    if (draining || full) {
      const reason = draining ? 'draining' : 'queue-full';
      const before = await remembered(task).catch(() => null);
      return before ?? { kind: 'busy', reason, retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
    const benchmark = catalogue.find(task.benchmark);
    if (benchmark === undefined) throw new Error(`${task.benchmark} is not in the catalogue`);
    const live = liveTask(task, benchmark, clock.now());
    if (taskId !== null && calledOff.has(taskId)) kill(live, 'cancelled');
    const accepted = accept(live);
    if (taskId !== null) named.set(taskId, { live, accepted });
    return accepted;
  }

  async function join(task: AcceptedTask, { live, accepted }: Named): Promise<Submission> {
    const first = await accepted;
    const isSame = sameContent(live.task, task);
    if (first.kind === 'accepted') return isSame ? { ...first, kind: 'joined' } : conflict(task);
    // It was not accepted and is forgotten; what holds for another content is asked anew.
    return isSame ? first : submit(task);
  }

  async function accept(live: LiveTask): Promise<Submission> {
    const { task } = live;
    accepting += 1;
    try {
      const acceptance = await journal.accept(task, live.acceptedAt);
      if (acceptance.kind === 'known') {
        forget(live);
        return known(acceptance.record, task);
      }
      live.row = acceptance.row;
      if (live.killed === null && !draining) waiting.push(live);
      else void finish(live, live.killed === null ? ends.refused(task, ABOUT_TO_END) : ends.cancelled(task));
    } catch (error) {
      forget(live);
      return { kind: 'unrecorded', error: `the task could not be recorded: ${messageOf(error)}` };
    } finally {
      accepting -= 1;
      fillSlots();
    }
    return { kind: 'accepted', taskId: task.taskId, ended: live.ended };
  }

  function forget({ task }: LiveTask): void {
    if (task.taskId !== null) named.delete(task.taskId);
  }

  function fillSlots(): void {
    while (running.size < slots) {
      const live = waiting.shift();
      if (live === undefined) break;
      running.add(live);
      live.startedAt = clock.now();
      void run(live).then((end) => finish(live, end));
    }
    if (running.size + waiting.length + accepting + finishing > 0) return;
    for (const tell of whoWaitForIdle.splice(0)) tell();
  }

  /** Never rejects. */
  async function run(live: LiveTask): Promise<TaskEnd> {
    const { task, benchmark, row } = live;
    try {
      const program = await benchmark.program(task.params);
      if (live.killed !== null) return endOfUnstarted(ends, live);
      if (program.kind === 'unavailable') return ends.notStarted(task, program.reason);
      try {
        await journal.start(row, live.startedAt ?? clock.now());
      } catch (error) {
        return ends.refused(task, `its start could not be recorded: ${messageOf(error)}`);
      }
      live.starts += 1;
      return live.killed === null ? await runProgram(live, program) : endOfUnstarted(ends, live);
    } catch (error) {
      return ends.notStarted(task, messageOf(error));
    }
  }

  async function runProgram(live: LiveTask, program: Program): Promise<TaskEnd> {
    const { task, benchmark, row } = live;
    const output = outputs.create(row);
    const reader = createOutputReader(benchmark.output);
    live.output = output;
    live.reader = reader;
    live.begin(output);
    try {
      live.run = options.executor.start(program, {
        runName: `${options.runPrefix}-${row}`,
        limitMs: benchmark.timeoutSeconds * 1_000,
        output: {
          push(stream, chunk) {
            output.push(stream, chunk);
            if (stream === 'stdout') reader.push(chunk);
          },
        },
      });
      log.write('info', 'task started', { ...task.params, task: nameOf(task), benchmark: task.benchmark });
      const end = await live.run.ended;
      const { values: results, missing } = reader.results();
      const texts = { stdout: output.tail('stdout'), stderr: output.tail('stderr') };
      return ends.ofRun({ task, benchmark, end, ...texts, results, missing });
    } finally {
      await closeOutput(output, live);
    }
  }

  async function closeOutput(output: TaskOutput, { task }: LiveTask): Promise<void> {
    try {
      await output.close();
    } catch (error) {
      log.write('warn', 'the output of a task is not whole', { task: nameOf(task), error: messageOf(error) });
    }
  }

  async function finish(live: LiveTask, end: TaskEnd): Promise<void> {
    const { task } = live;
    const record = endedRecord(live, clock.now(), end);
    finishing += 1;
    await recorder.record(record, () => forget(live));
    finishing -= 1;
    live.record = record;
    options.onEnd(record);
    const fields = { task: nameOf(task), state: end.state, seconds: end.seconds };
    if (end.error === null) log.write('info', 'task ended', fields);
    else log.write('warn', 'task failed', { ...fields, error: end.error });
    running.delete(live);
    live.begin(null);
    live.resolve(end);
    fillSlots();
  }

  async function find(taskId: string): Promise<TaskView | undefined> {
    const there = named.get(taskId);
    // Until the journal has answered, it may be one that ended long ago and was sent again.
    if (there !== undefined && (await there.accepted).kind === 'accepted') {
      return liveView(there.live, recordOf(there.live));
    }
    const record = await journal.find(taskId);
    return record === undefined ? undefined : endedView(record, await outputs.open(record.row));
  }

  async function cancel(taskId: string): Promise<TaskView | undefined> {
    const there = named.get(taskId);
    if (there === undefined) return cancelAhead(taskId);
    const { live, accepted } = there;
    kill(live, 'cancelled');
    if ((await accepted).kind !== 'accepted') return find(taskId);
    const place = waiting.indexOf(live);
    if (place !== -1) {
      waiting.splice(place, 1);
      await finish(live, ends.cancelled(live.task));
    }
    await live.ended;
    return find(taskId);
  }

  /** Of one that is not here, or not yet: should it come after this, it is accepted and does not start. */
  async function cancelAhead(taskId: string): Promise<TaskView | undefined> {
    calledOff.add(taskId);
    const view = await find(taskId);
    if (named.has(taskId)) return cancel(taskId);
    if (view !== undefined && !mayComeAgain(view.record)) calledOff.delete(taskId);
    return view;
  }

  function takeNoMore(): void {
    draining = true;
    for (const live of waiting.splice(0)) void finish(live, ends.refused(live.task, ABOUT_TO_END));
  }

  function whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      whoWaitForIdle.push(resolve);
      fillSlots();
    });
  }

  async function stop(): Promise<void> {
    takeNoMore();
    for (const live of running) kill(live, 'stopped');
    await whenIdle();
    await recorder.close();
  }

  return {
    submit,
    find,
    cancel,
    stop,
    list: () => [...running, ...waiting].map((live) => liveView(live, recordOf(live))),
    occupancy: () => ({
      slots,
      slotsFree: Math.max(0, slots - running.size),
      queued: waiting.length,
      draining,
    }),
    current() {
      const live = [...running].at(-1);
      return live === undefined ? null : recordOf(live);
    },
    async drain(graceMs) {
      takeNoMore();
      const grace = Promise.withResolvers<void>();
      const cancelGrace = clock.after(graceMs, grace.resolve);
      await Promise.race([whenIdle(), grace.promise]);
      cancelGrace();
    },
  };
}
