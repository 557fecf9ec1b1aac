/** Lets a few go at once; whoever else comes waits, in order. */
export interface Turns {
  /**
   * Calls `go` when its turn has come, at once where one is free. The function that it is given, and that is returned too,
   * gives the turn back, or leaves the queue; it may be called more than once.
   */
  ask(go: (end: () => void) => void): () => void;
}

/** At most so many at once. */
export function createTurns(most: number): Turns {
  const waiting = new Set<() => void>();
  let under = 0;

  function next(): void {
    for (const start of waiting) {
      if (under >= most) return;
      waiting.delete(start);
      start();
    }
  }

  return {
    ask(go) {
      let isUnder = false;
      const start = () => {
        isUnder = true;
        under += 1;
        go(end);
      };
      function end(): void {
        waiting.delete(start);
        if (!isUnder) return;
        isUnder = false;
        under -= 1;
        next();
      }
      waiting.add(start);
      next();
      return end;
    },
  };
}
