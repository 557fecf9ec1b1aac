import { inject, onTestFinished } from 'vitest';
import { openTaskStore, type TaskStore } from '#persistence/task-store.ts';

/** Bundled from the source as it is now; see global-setup.ts. */
export const THREAD_URL = new URL(inject('taskDatabaseThread'));

/** A real task store, closed after the test. */
export async function openStore(
  path: string,
  options: { readonly maxPages?: number } = {},
): Promise<TaskStore> {
  const store = await openTaskStore({ path, threadUrl: THREAD_URL, ...options });
  onTestFinished(() => store.close());
  return store;
}
