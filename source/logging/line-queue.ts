import type { LogLevel } from '#model/settings.ts';

/** A line that waits to be written. */
export interface QueuedLine {
  readonly level: LogLevel;
  readonly text: string;
}

export interface LineQueue {
  push(line: QueuedLine): void;
  /** Puts a line back that was taken and could not be written. */
  putBack(line: QueuedLine): void;
  take(): QueuedLine | undefined;
  isEmpty(): boolean;
  /** How many lines were dropped since this was last asked. */
  takeLost(): number;
}

/** A queue of at most `maxCharacters`: when there is no room, the oldest lines are dropped and counted. */
export function createLineQueue(maxCharacters: number): LineQueue {
  const lines: QueuedLine[] = [];
  let characters = 0;
  let lost = 0;

  function take(): QueuedLine | undefined {
    const line = lines.shift();
    characters -= line?.text.length ?? 0;
    return line;
  }

  function makeRoom(): void {
    while (characters > maxCharacters) {
      take();
      lost += 1;
    }
  }

  return {
    push(line) {
      lines.push(line);
      characters += line.text.length;
      makeRoom();
    },
    putBack(line) {
      lines.unshift(line);
      characters += line.text.length;
      makeRoom();
    },
    take,
    isEmpty: () => lines.length === 0,
    takeLost() {
      const count = lost;
      lost = 0;
      return count;
    },
  };
}
