/** What may be kept of the tasks that have run. */
export interface RetentionLimits {
  readonly tasks: number;
  /** Of all files together. */
  readonly bytes: number;
}

/** Decides whose files go. Rows are those of the journal; those that are being written are never removed. */
export interface Retention {
  /** Files that are there already, oldest first. */
  found(row: number, bytes: number): void;
  /** A task whose files are about to be written. */
  begin(row: number): void;
  /** Takes room for it, removing what is older; false: even so there is none. Negative: gives it back. */
  reserve(row: number, bytes: number): boolean;
  /** It is written no more. */
  end(row: number): void;
}

interface Kept {
  bytes: number;
  writing: boolean;
}

/** `remove` is told of each row whose files have to go. */
export function createRetention(limits: RetentionLimits, remove: (row: number) => void): Retention {
  /** Oldest first. */
  const kept = new Map<number, Kept>();
  let total = 0;

  function removeOldest(): boolean {
    for (const [row, { bytes, writing }] of kept) {
      if (writing) continue;
      kept.delete(row);
      total -= bytes;
      remove(row);
      return true;
    }
    return false;
  }

  function enforce(more: number): boolean {
    while (kept.size > limits.tasks || total + more > limits.bytes) {
      if (!removeOldest()) return total + more <= limits.bytes;
    }
    return true;
  }

  return {
    found(row, bytes) {
      kept.set(row, { bytes, writing: false });
      total += bytes;
      enforce(0);
    },
    begin(row) {
      total -= kept.get(row)?.bytes ?? 0;
      // Also where it was there before: now it is the newest.
      kept.delete(row);
      kept.set(row, { bytes: 0, writing: true });
      enforce(0);
    },
    reserve(row, bytes) {
      const entry = kept.get(row);
      if (entry === undefined || (bytes > 0 && !enforce(bytes))) return false;
      entry.bytes += bytes;
      total += bytes;
      return true;
    },
    end(row) {
      const entry = kept.get(row);
      if (entry !== undefined) entry.writing = false;
      enforce(0);
    },
  };
}
