import type { DatabaseSync } from 'node:sqlite';

/** Runs `writes` as one commit, each alone in what it may break; gives back what each threw, or undefined. */
export function commitTogether(database: DatabaseSync, writes: readonly (() => void)[]): readonly unknown[] {
  if (writes.length === 0) return [];
  const together = transact(database, writes);
  if (!('failure' in together)) return together;
  if (writes.length === 1) return [together.failure];
  // What cannot be had together may be had in part.
  return writes.map((write) => {
    const alone = transact(database, [write]);
    return 'failure' in alone ? alone.failure : alone[0];
  });
}

/** One commit of all writes, each undone alone where it throws; or what kept them all from being written. */
function transact(
  database: DatabaseSync,
  writes: readonly (() => void)[],
): readonly unknown[] | { readonly failure: unknown } {
  const errors: unknown[] = [];
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const write of writes) {
      database.exec('SAVEPOINT one');
      try {
        write();
        database.exec('RELEASE one');
        errors.push(undefined);
      } catch (error) {
        if (!undo(database, 'ROLLBACK TO one; RELEASE one')) throw error;
        errors.push(error);
      }
    }
    database.exec('COMMIT');
    return errors;
  } catch (failure) {
    undo(database, 'ROLLBACK');
    return { failure };
  }
}

/** False where there was nothing to undo: after a full disk SQLite may have undone the whole transaction by itself. */
function undo(database: DatabaseSync, what: 'ROLLBACK' | 'ROLLBACK TO one; RELEASE one'): boolean {
  try {
    database.exec(what);
    return true;
  } catch {
    return false;
  }
}
