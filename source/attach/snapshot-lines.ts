import type { Snapshot } from '#model/snapshot.ts';
import { Table } from '#model/table.ts';
import { lineOf, type MasterMessage } from './messages.ts';
import { fromWire, toWire } from './wire-value.ts';

/** Rows in one line: some tens of kilobytes, made in a millisecond. */
const ROWS_AT_ONCE = 16;

/**
 * A snapshot as lines, made one at a time as they are asked for: a queue of 100 000 tasks is never text as a whole. The
 * snapshot is immutable, so that what happens meanwhile changes nothing in them.
 */
export function* snapshotLines(snapshot: Snapshot, missed: number): Generator<string> {
  const tables: Table<unknown>[] = [];
  const bare = withoutTables(snapshot, tables);
  yield lineOf({ type: 'snapshot', missed, snapshot: toWire(bare) });
  for (const [table, content] of tables.entries()) {
    let rows: unknown[] = [];
    for (const entry of content.entries()) {
      rows.push(toWire(entry));
      if (rows.length === ROWS_AT_ONCE) {
        yield lineOf({ type: 'rows', table, rows });
        rows = [];
      }
    }
    if (rows.length > 0) yield lineOf({ type: 'rows', table, rows });
  }
  yield lineOf({ type: 'snapshot-end' });
}

/** The snapshot of the lines above, put together again. */
export interface SnapshotAssembly {
  /** Null until the last line has come. */
  add(message: Extract<MasterMessage, { type: 'snapshot' | 'rows' | 'snapshot-end' }>): Snapshot | null;
}

/** A new beginning lets go of what came before it. */
export function assembleSnapshot(): SnapshotAssembly {
  let bare: unknown = null;
  let rows: (readonly [string, unknown])[][] = [];
  return {
    add(message) {
      switch (message.type) {
        case 'snapshot':
          bare = fromWire(message.snapshot);
          rows = [];
          return null;
        case 'rows': {
          const content = rows[message.table] ?? [];
          for (const row of message.rows) content.push(fromWire(row) as [string, unknown]);
          rows[message.table] = content;
          return null;
        }
        case 'snapshot-end': {
          let table = 0;
          return withTables(bare, () => {
            table += 1;
            return Table.from(rows[table - 1] ?? []);
          }) as Snapshot;
        }
      }
    },
  };
}

/** Tables stand in `Snapshot` itself or one level below, in `tasks`; both walks meet them in the same order. */
function withoutTables(value: object, found: Table<unknown>[]): object {
  return walk(value, (table) => {
    found.push(table);
    return Table.empty();
  });
}

function withTables(value: unknown, next: () => Table<unknown>): unknown {
  return walk(value as object, next);
}

function walk(value: object, change: (table: Table<unknown>) => Table<unknown>): object {
  const entries = Object.entries(value).map(([key, one]) => {
    if (one instanceof Table) return [key, change(one)] as const;
    const isPlain = typeof one === 'object' && one !== null && !Array.isArray(one);
    return [
      key,
      isPlain && Object.values(one).some((inner) => inner instanceof Table) ? walk(one, change) : one,
    ] as const;
  });
  return Object.fromEntries(entries);
}
