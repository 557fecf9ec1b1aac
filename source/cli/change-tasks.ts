import type { AttachedStore } from '#attach/attached-store.ts';
import type { TasksAnswer } from '#model/commands.ts';
import { noteText } from '#model/task-note.ts';
import { type Call, EXIT } from './call.ts';
import { type Named, namedIn } from './ids.ts';
import { printJson, printLines } from './print.ts';
import { type MasterOption, withMaster } from './reach.ts';

/** What is done to tasks by their ids. */
export type Verb = 'cancel' | 'retry';

const DONE: Readonly<Record<Verb, string>> = { cancel: 'called off', retry: 'to be run again' };

/** Calls off, or runs again, the tasks and batches that the arguments name. Nothing is done where one is not known. */
export async function changeTasks(
  call: Call<MasterOption & { readonly json?: true }>,
  verb: Verb,
): Promise<number> {
  const { args, dir, stdout, stderr, options } = call;
  const { done, notes } = await withMaster(call, {}, async (store) => {
    const named = namedIn(dir, args);
    const batches = named.filter(({ kind }) => kind === 'batch').map(({ id }) => id);
    const ids = named.filter(({ kind }) => kind === 'task').map(({ id }) => id);
    return merged([
      ...(ids.length === 0 ? [] : [await store.dispatch({ type: `${verb}-tasks`, ids })]),
      ...(await eachBatch(store, verb, batches)),
    ]);
  });
  const texts = notes.map(({ id, reason }) => ({ id, text: noteText(reason) }));
  if (options.json) await printJson(stdout, { done, notes: texts });
  else {
    await printLines(stdout, [`${done} ${done === 1 ? 'task' : 'tasks'} ${DONE[verb]}`]);
    await printLines(
      stderr,
      texts.map(({ id, text }) => `elastic-tui: ${id}: ${text}`),
    );
  }
  return EXIT.done;
}

async function eachBatch(
  store: AttachedStore,
  verb: Verb,
  batches: readonly Named['id'][],
): Promise<readonly TasksAnswer[]> {
  const answers: TasksAnswer[] = [];
  for (const batch of batches) answers.push(await store.dispatch({ type: `${verb}-batch`, batch }));
  return answers;
}

function merged(answers: readonly TasksAnswer[]): TasksAnswer {
  return {
    done: answers.reduce((sum, { done }) => sum + done, 0),
    notes: answers.flatMap(({ notes }) => notes),
  };
}
