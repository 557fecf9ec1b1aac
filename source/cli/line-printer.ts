import { setTimeout as pause } from 'node:timers/promises';
import { createLineQueue } from '#logging/line-queue.ts';
import { codeOf } from '#model/errors.ts';

/** Characters that may wait for whoever reads them. */
const MAX_WAITING = 256 * 1024;
const FULL_MS = 100;

/**
 * Writes lines one after the other, and never waits for who reads them: what does not fit into bounded memory is left out
 * and counted. Once nothing can be written any more, as after a closed terminal, it stays silent.
 *
 * @param write Not through a stream: those of Node write in the main thread, and whoever pauses a pager would stop the
 * master with it.
 */
export function createLinePrinter(write: (text: string) => Promise<unknown>): (line: string) => void {
  const queue = createLineQueue(MAX_WAITING);
  let isWriting = false;
  let isOver = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    for (let line = queue.take(); line !== undefined && !isOver; line = queue.take()) {
      await writeWhole(`${line.text}\n`);
      const lost = queue.takeLost();
      if (lost > 0) await writeWhole(`(${lost} lines left out: nobody read them)\n`);
    }
    isWriting = false;
  }

  async function writeWhole(text: string): Promise<void> {
    while (!isOver) {
      try {
        await write(text);
        return;
      } catch (error) {
        if (codeOf(error) === 'EAGAIN') await pause(FULL_MS);
        else isOver = true;
      }
    }
  }

  return (text) => {
    if (isOver) return;
    queue.push({ level: 'info', text });
    if (!isWriting) void writeAll();
  };
}
