import type { LiveOutput } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import { localTime } from '#model/local-time.ts';
import { isFinal, lastWorker, otherResults, type Task } from '#model/task.ts';
import type { HistoryEntry } from '#model/task-history.ts';
import { plainText } from '#model/text.ts';
import { taskRecord } from '#persistence/task-export.ts';
import { type Call, EXIT } from './call.ts';
import { namedIn } from './ids.ts';
import { factLines, printJson, printLines, tableLines, widthOf } from './print.ts';
import { readTasks, withMasterOrFiles } from './reach.ts';
import { historyRecord } from './records.ts';

interface Found {
  readonly source: 'master' | 'files';
  readonly task: Task | null;
  readonly history: readonly HistoryEntry[];
  /** Null for a task that does not run, or where no master tells. */
  readonly live: LiveOutput | null;
}

/** One task with all that is known of it. */
export async function showTask(call: Call<{ readonly json?: true }>): Promise<number> {
  const { args, dir, stdout, clock, options } = call;
  const [named] = namedIn(dir, args);
  if (named === undefined || named.kind === 'batch') {
    throw new UserError(
      'ID_UNKNOWN',
      `${named?.id ?? ''} is a batch: elastic-tui tasks --batch ${named?.id ?? ''} lists its tasks`,
    );
  }
  const { id } = named;
  const { source, task, history, live } = await withMasterOrFiles<Found>(
    call,
    {},
    {
      async master(store) {
        const [found, past] = await Promise.all([
          store.query({ type: 'task', id }),
          store.query({ type: 'task-history', id }),
        ]);
        const isOver = found === null || isFinal(found.state);
        const output = isOver ? null : await store.query({ type: 'task-output', id });
        return { source: 'master', task: found, history: past, live: output };
      },
      async files() {
        const reader = readTasks(dir);
        try {
          return { source: 'files', task: reader.task(id), history: reader.history(id), live: null };
        } finally {
          reader.close();
        }
      },
    },
  );
  if (task === null) throw new UserError('ID_UNKNOWN', `there is no task ${id} any more`);
  if (options.json) {
    await printJson(stdout, {
      source,
      at_ms: clock.now(),
      task: taskRecord(task),
      history: history.map(historyRecord),
      live: live === null ? null : liveRecord(live),
    });
  } else {
    await printLines(stdout, [
      ...taskLines(task),
      ...historyLines(history, call),
      ...outputLines(task, live),
    ]);
  }
  return EXIT.done;
}

function liveRecord({ progress, stdout, stderr, expectedSeconds }: LiveOutput) {
  return { progress, stdout, stderr, expected_seconds: expectedSeconds };
}

function taskLines(task: Task): readonly string[] {
  const { result, failure } = task;
  const record = taskRecord(task);
  const given = (name: string, value: unknown) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)] as const];
  return factLines([
    ['task', task.id],
    ['state', failure === null ? task.state : `${task.state} (${failure})`],
    ['benchmark', task.benchmark],
    ...Object.entries(task.parameters).map(([name, value]) => [`  ${name}`, String(value)] as const),
    ...given('batch', task.batch),
    ...given('description', task.description),
    ['priority', String(task.priority)],
    ...given('wanted', task.wantedWorker),
    ...given('labels', task.labels.join(', ')),
    ...given('worker', lastWorker(task)),
    ['created', localTime(task.createdAt)],
    ['attempts', String(task.attempts.length)],
    ...given('seconds', result?.executionSeconds),
    ...given('particle collisions', result?.particleCollisions),
    ...given('wall collisions', result?.wallCollisions),
    ...(result === null ? [] : otherResults(result)).map(([name, value]) => [name, String(value)] as const),
    ...(task.state === 'completed' ? [] : given('error', record.error)),
  ]);
}

function historyLines(history: readonly HistoryEntry[], { stdout }: Call<unknown>): readonly string[] {
  if (history.length === 0) return [];
  const columns = [
    { title: 'WHEN' },
    { title: 'WHAT' },
    { title: 'TRY' },
    { title: 'WORKER' },
    { title: 'NOTE' },
  ];
  const rows = history.map(({ at, change, attempt, workerId, note }) => [
    localTime(at),
    change,
    attempt === null ? '' : String(attempt),
    workerId ?? '',
    note ?? '',
  ]);
  return ['', ...tableLines(columns, rows, widthOf(stdout))];
}

function outputLines({ result }: Task, live: LiveOutput | null): readonly string[] {
  const progress = live?.progress ?? null;
  const text = plainText(live === null ? (result?.output ?? '') : `${live.stdout}${live.stderr}`).trimEnd();
  return [
    ...(progress === null ? [] : ['', `so far: ${Math.floor(progress * 100)} %`]),
    ...(text === '' ? [] : ['', 'output:', ...text.split('\n').map((line) => `  ${line}`)]),
  ];
}
