import { lstat, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { CommandAnswer, SubmitTasks } from '#model/commands.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { localStamp } from '#model/local-time.ts';
import { TaskInvalid } from '#model/task-invalid.ts';
import { plainLine } from '#model/text.ts';
import { NotJson, problemInFile, readTaskFile } from './task-file.ts';

/** From one look into the folder to the next. A file that did not change in between is taken. */
const LOOK_MS = 1_000;
/** What is no JSON may have been left half-written by a program that pauses; after this it is not going on. */
const UNFINISHED_MS = 10_000;
const MAX_BYTES = 64 * 2 ** 20;
/** What keeps the master from accepting anything just now, whatever the file says. */
const PASSING = /^TASK_DATABASE_/;

export interface TaskFolderOptions {
  /** `task_queues/` */
  readonly folder: string;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Resolves once the tasks are committed. */
  readonly submit: (tasks: SubmitTasks['tasks']) => Promise<CommandAnswer<SubmitTasks>>;
}

/** What a file looked like at the last look. */
interface Seen {
  readonly size: number;
  readonly modifiedAt: number;
  /** Monotonic milliseconds: since when it has looked so. */
  readonly since: number;
}

/**
 * Takes the files that are dropped into a folder, until the function returned is called; resolves when the one under way
 * is done. It is looked at, not watched: that works on every file system, and tells the same.
 *
 * A file is submitted as a whole, then moved to `processed/`. A master that dies in between submits it again at its
 * next start, which makes nothing new: the same ids with the same content are the same tasks.
 */
export function watchTaskFolder({ folder, bus, clock, submit }: TaskFolderOptions): () => Promise<void> {
  const seen = new Map<string, Seen>();
  let ended = false;
  let lastTrouble = '';
  let cancel = () => {};
  let underWay = Promise.resolve();

  function note(level: 'info' | 'warn', message: string, fields: Record<string, string | number>): void {
    bus.publish({ type: 'noticed', at: clock.now(), level, message, fields });
  }

  /** Moves a file out of the way, under the time and its name; another one of that name and second keeps its own. */
  async function move(name: string, to: 'processed' | 'rejected'): Promise<string> {
    const target = join(folder, to);
    await mkdir(target, { recursive: true });
    const taken = new Set(await readdir(target));
    const stamp = localStamp(clock.now());
    let moved = `${stamp}_${name}`;
    for (let number = 2; taken.has(moved); number += 1) moved = `${stamp}_${number}_${name}`;
    await rename(join(folder, name), join(target, moved));
    return moved;
  }

  async function reject(name: string, reason: string): Promise<void> {
    const moved = await move(name, 'rejected');
    await writeFile(join(folder, 'rejected', `${moved}.error.txt`), `${reason}\n`, { flag: 'wx' });
    note('warn', 'task file rejected', { file: plainLine(name), reason });
  }

  async function take(name: string, { size, since }: Seen): Promise<void> {
    if (size > MAX_BYTES) return reject(name, `the file has ${size} bytes; at most ${MAX_BYTES} are read`);
    let answer: CommandAnswer<SubmitTasks>;
    try {
      answer = await submit(readTaskFile(await readFile(join(folder, name), 'utf8')));
    } catch (error) {
      if (error instanceof NotJson) {
        if (clock.monotonic() - since >= UNFINISHED_MS)
          await reject(name, `not valid JSON: ${error.message}`);
        return;
      }
      if (!(error instanceof UserError)) throw error;
      if (PASSING.test(error.code)) return;
      return reject(name, error instanceof TaskInvalid ? problemInFile(error) : error.message);
    }
    const swept = answer.batches.reduce((sum, { tasks }) => sum + tasks, 0);
    await move(name, 'processed');
    note('info', 'task file taken', { file: plainLine(name), tasks: answer.ids.length + swept });
  }

  /** A file that still changes is looked at again; what is no plain file is left alone. */
  async function consider(name: string): Promise<void> {
    const stats = await lstat(join(folder, name));
    if (!stats.isFile()) return;
    const before = seen.get(name);
    const same = before?.size === stats.size && before.modifiedAt === stats.mtimeMs;
    const now = same ? before : { size: stats.size, modifiedAt: stats.mtimeMs, since: clock.monotonic() };
    seen.set(name, now);
    if (same) await take(name, now);
  }

  async function look(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    for (const known of [...seen.keys()]) if (!names.includes(known)) seen.delete(known);
    for (const name of names.sort()) {
      if (ended) return;
      await consider(name).catch((error: unknown) => {
        // It went away between two steps: somebody took it back.
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    }
  }

  async function lookAndWait(): Promise<void> {
    try {
      await look();
      lastTrouble = '';
    } catch (error) {
      const trouble = codeOf(error) === 'ENOENT' ? '' : messageOf(error);
      if (trouble !== '' && trouble !== lastTrouble) {
        note('warn', `task files cannot be taken: ${trouble}`, { folder: plainLine(folder) });
      }
      lastTrouble = trouble;
    }
    if (!ended) cancel = clock.after(LOOK_MS, () => (underWay = lookAndWait()));
  }

  underWay = lookAndWait();
  return async () => {
    ended = true;
    cancel();
    await underWay;
  };
}
