import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectTaskDatabase } from '#persistence/task-database.ts';
import { prepareStatements } from '#persistence/task-statements.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** What grows with the history, and what SQLite says of a question that reads it whole or sorts it. */
const READS_ALL = /^SCAN (task|attempt|change)\b|^SCAN batch$|USE TEMP B-TREE/;

test('nothing that is asked of the database reads or sorts the whole history', async () => {
  const database = connectTaskDatabase({ path: join(await temporaryFolder(), 'tasks.sqlite') });
  try {
    const planOf = (sql: string) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => String(detail));
    expect(
      planOf('SELECT * FROM task ORDER BY updated_at').filter((step) => READS_ALL.test(step)),
    ).toHaveLength(2);
    const reading = Object.entries(prepareStatements(database)).flatMap(([name, { sourceSQL }]) =>
      planOf(sourceSQL).flatMap((step) => (READS_ALL.test(step) ? [`${name}: ${step}`] : [])),
    );
    expect(reading).toEqual([]);
  } finally {
    database.close();
  }
});
