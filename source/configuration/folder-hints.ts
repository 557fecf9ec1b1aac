import { watch } from 'node:fs';

/**
 * Calls `onHint` when something in a folder may have changed, until the function returned is called. A hint, no more: a
 * network file system tells nothing, and neither does a folder that is not there, or a system that has no watches left.
 */
export function folderHints(folder: string, onHint: (name: string | null) => void): () => void {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => onHint(name));
    // Whoever listens looks by itself as well: without hints, a change is only seen later.
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
