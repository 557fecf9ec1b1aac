import type { DatabaseSync } from 'node:sqlite';

/**
 * Brings a database to its newest version, each step in a transaction of its own. `user_version` in the file counts the
 * steps that ran. Throws what `newer` makes of a version that a later release wrote; such a file is not touched.
 */
export function migrate(
  database: DatabaseSync,
  steps: readonly string[],
  newer: (version: number) => Error,
): void {
  const version = versionOf(database);
  if (version > steps.length) throw newer(version);
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

function versionOf(database: DatabaseSync): number {
  const version = database.prepare('PRAGMA user_version').get()?.user_version;
  if (typeof version !== 'number') throw new Error('PRAGMA user_version gave no number');
  return version;
}
