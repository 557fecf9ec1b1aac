import type { Clock } from '#model/clock.ts';
import type { Table } from '#model/table.ts';
import type { Task, TaskState } from '#model/task.ts';
import type { Store } from '#store/store.ts';

/** Tasks of one answer. */
const PAGE = 200;
/** More than anybody scrolls through; the export has the rest. */
const MAX_OLDER = 10_000;
/** A master that cannot answer now is asked again after this. */
const RETRY_MS = 1_000;

/** Tasks that a view shows beyond those that every screen knows. */
export interface WantedTasks {
  readonly states: readonly TaskState[];
  /** Only those of a batch; null: all. */
  readonly batch: string | null;
  /** Whether the person is near the end of what there is. */
  readonly more: boolean;
}

/** Finished tasks that no snapshot holds any more, fetched page by page while somebody looks at them. */
export interface OlderTasksReader {
  /** What is shown now; `known` is what every screen knows, and newer than any answer. */
  want(wanted: readonly WantedTasks[], known: Table<Task>): void;
  /** What the master's database has told so far; the same object until that changes. */
  current(): readonly Task[];
  subscribe(listener: () => void): () => void;
}

/** One list of tasks that somebody looks at. */
interface Wish {
  readonly tasks: Map<string, Task>;
  /** `sequence` to go on from. */
  before: number | null;
  isAsking: boolean;
  isComplete: boolean;
}

/**
 * Invariant: at most `MAX_OLDER` tasks are kept, and none that nobody wants any more. What every screen knew and forgets
 * while it is wanted stays as well, as it was last known.
 */
export function createOlderTasks(store: Pick<Store, 'query'>, clock: Clock): OlderTasksReader {
  const wishes = new Map<string, Wish>();
  const listeners = new Set<() => void>();
  /** Null: to be made anew. */
  let shown: readonly Task[] | null = null;
  let latest: { readonly wanted: readonly WantedTasks[]; readonly known: Table<Task> } | null = null;

  function count(): number {
    let tasks = 0;
    for (const wish of wishes.values()) tasks += wish.tasks.size;
    return tasks;
  }

  function show(): void {
    shown = null;
    for (const listener of listeners) listener();
  }

  async function ask({ states, batch }: WantedTasks, wish: Wish): Promise<void> {
    const about = batch === null ? {} : { batch };
    wish.isAsking = true;
    try {
      const { before } = wish;
      const page = await store.query({ type: 'tasks', states, ...about, before, limit: PAGE });
      for (const task of page) if (!wish.tasks.has(task.id)) wish.tasks.set(task.id, task);
      wish.before = page.at(-1)?.sequence ?? before;
      wish.isComplete = page.length < PAGE;
      wish.isAsking = false;
      show();
      again();
    } catch {
      clock.after(RETRY_MS, () => {
        wish.isAsking = false;
        again();
      });
    }
  }

  function again(): void {
    if (latest !== null) want(latest.wanted, latest.known);
  }

  function want(wanted: readonly WantedTasks[], known: Table<Task>): void {
    latest = { wanted, known };
    const keys = new Set(wanted.map(keyOf));
    const forgotten = [...wishes.keys()].filter((key) => !keys.has(key));
    for (const key of forgotten) wishes.delete(key);
    if (forgotten.length > 0) show();
    for (const one of wanted) {
      const wish = wishes.get(keyOf(one)) ?? newWish();
      wishes.set(keyOf(one), wish);
      if (count() >= MAX_OLDER) continue;
      // Who looks has it from `known` just now, and need not be told.
      if (keep(wish, one, known)) shown = null;
      if (one.more && !wish.isComplete && !wish.isAsking) void ask(one, wish);
    }
  }

  return {
    want,
    current() {
      shown ??= [...new Map([...wishes.values()].flatMap((wish) => [...wish.tasks])).values()];
      return shown;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function newWish(): Wish {
  return { tasks: new Map(), before: null, isAsking: false, isComplete: false };
}

function keyOf({ states, batch }: WantedTasks): string {
  return `${states.join()}:${batch ?? ''}`;
}

/** Whether something is known otherwise now: a task ended since, or was run again. */
function keep({ tasks }: Wish, { states, batch }: WantedTasks, known: Table<Task>): boolean {
  let hasChanged = false;
  for (const task of known) {
    const isWanted = states.includes(task.state) && (batch === null || task.batch === batch);
    if ((!isWanted && !tasks.has(task.id)) || tasks.get(task.id) === task) continue;
    tasks.set(task.id, task);
    hasChanged = true;
  }
  return hasChanged;
}
