import { codeOf } from '#model/errors.ts';
import { lastError, lastWorker, TASK_STATES, type Task, type TaskState } from '#model/task.ts';
import { taskRecord } from '#persistence/task-export.ts';
import { type Call, EXIT } from './call.ts';
import { batchNamed } from './ids.ts';
import { durationText, printJson, printLines, tableLines, widthOf } from './print.ts';
import { readTasks, withMasterOrFiles } from './reach.ts';

export interface TasksOptions {
  readonly json?: true;
  readonly state?: readonly TaskState[];
  readonly batch?: string;
  readonly limit: number;
}

/** What a master gives at once. */
const PAGE = 500;
/** What is shown of an id, as on the screens. */
const SHOWN_ID = 8;

/** The newest tasks, of some states or of a batch. */
export async function listTasks(call: Call<TasksOptions>): Promise<number> {
  const { stdout, stderr, clock, options, dir } = call;
  const { state: states = TASK_STATES, limit } = options;
  const batch = options.batch === undefined ? {} : { batch: batchNamed(dir, options.batch) };
  const page = (before: number | null, left: number) =>
    ({ states, ...batch, before, limit: Math.min(PAGE, left) }) as const;
  const { source, tasks } = await withMasterOrFiles(
    call,
    {},
    {
      async master(store) {
        const all = await pages(limit, (before, left) =>
          store.query({ type: 'tasks', ...page(before, left) }),
        );
        return { source: 'master' as 'master' | 'files', tasks: all };
      },
      files: async () => ({ source: 'files' as const, tasks: await tasksInDatabase(dir, limit, page) }),
    },
  );
  const now = clock.now();
  if (options.json) {
    await printJson(stdout, { source, at_ms: now, tasks: tasks.map(taskRecord) });
    return EXIT.done;
  }
  if (source === 'files') await stderr.write('elastic-tui: no master runs here: nothing of this goes on\n');
  const columns = [
    { title: 'ID' },
    { title: 'STATE' },
    { title: 'BENCHMARK' },
    { title: 'WORKER' },
    { title: 'TRIES', right: true },
    { title: 'SECONDS', right: true },
    { title: 'CREATED', right: true },
    { title: 'PARAMETERS' },
    { title: 'ERROR' },
  ] as const;
  const rows = tasks.map((task) => rowOf(task, now));
  await printLines(stdout, tableLines(columns, rows, widthOf(stdout)));
  return EXIT.done;
}

async function pages(
  limit: number,
  read: (before: number | null, left: number) => Promise<readonly Task[]>,
): Promise<readonly Task[]> {
  const all: Task[] = [];
  while (all.length < limit) {
    const left = limit - all.length;
    const page = await read(all.at(-1)?.sequence ?? null, left);
    all.push(...page);
    if (page.length < Math.min(PAGE, left)) break;
  }
  return all;
}

async function tasksInDatabase(
  dir: string,
  limit: number,
  page: (
    before: number | null,
    left: number,
  ) => { readonly states: readonly TaskState[]; readonly before: number | null; readonly limit: number },
): Promise<readonly Task[]> {
  try {
    const reader = readTasks(dir);
    try {
      return await pages(limit, async (before, left) => reader.tasks(page(before, left)));
    } finally {
      reader.close();
    }
  } catch (error) {
    if (codeOf(error) === 'TASK_DATABASE_MISSING') return [];
    throw error;
  }
}

function rowOf(task: Task, now: number): readonly string[] {
  const parameters = Object.entries(task.parameters).map(([name, value]) => `${name}=${value}`);
  const seconds = task.result?.executionSeconds ?? null;
  return [
    // A name that somebody gave is not cut: its end may be all that tells it from others.
    /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(task.id) ? task.id.slice(0, SHOWN_ID) : task.id,
    task.state,
    task.benchmark,
    lastWorker(task) ?? '-',
    String(task.attempts.length),
    seconds === null ? '-' : String(Math.round(seconds * 1_000) / 1_000),
    `${durationText(now - task.createdAt)} ago`,
    parameters.join(' '),
    task.state === 'completed' ? '' : (lastError(task) ?? ''),
  ];
}
