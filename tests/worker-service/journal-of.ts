import { DatabaseSync } from 'node:sqlite';
import { journalPath } from '#worker-service/tasks/journal-client.ts';

/** How often a program was started for each task, as the journal of a worker that has ended counts it; tasks without an id are `unknown`. */
export function startsOf(dir: string, workerId: string): Readonly<Record<string, number>> {
  const database = new DatabaseSync(journalPath(dir, workerId));
  try {
    const rows = database.prepare('SELECT task_id, SUM(starts) AS starts FROM task GROUP BY task_id').all();
    return Object.fromEntries(
      rows.map(({ task_id, starts }) => [task_id === null ? 'unknown' : String(task_id), Number(starts)]),
    );
  } finally {
    database.close();
  }
}
