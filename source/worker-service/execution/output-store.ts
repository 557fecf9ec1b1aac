import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf } from '#model/errors.ts';
import { createBell } from './bell.ts';
import { indexOf } from './output-files.ts';
import { piecesFrom } from './output-pieces.ts';
import { createOutputTail } from './output-tail.ts';
import { createOutputWriter, type OutputFile, type OutputPaths, openNewFile } from './output-writer.ts';
import { createRetention } from './retention.ts';
import type { Stream } from './run.ts';
import { KEPT_BYTES } from './run-to-end.ts';
import type { OutputStore, ReadableOutput, TaskOutput } from './task-output.ts';

interface OutputLimits {
  /** Of the files of one task. */
  readonly taskBytes: number;
  /** Of the files of all tasks. */
  readonly totalBytes: number;
  /** How many tasks have files. */
  readonly tasks: number;
}

export interface OutputStoreOptions {
  /** The worker's folder; the files are in `results/output` in it. */
  readonly dir: string;
  readonly clock: Clock;
  /** Told what is lost, once a task. */
  readonly onProblem: (message: string) => void;
  readonly limits?: Partial<OutputLimits>;
  /** How a file that is to be written is opened; missing: on the disk. */
  readonly openNew?: (path: string) => Promise<OutputFile>;
}

/** 64 MiB a task, 1 GiB together, the last 200 tasks. */
const DEFAULT_LIMITS: OutputLimits = { taskBytes: 67_108_864, totalBytes: 1_073_741_824, tasks: 200 };
/** The end of a task waits no longer for a disk that hangs. */
const CLOSE_WITHIN_MS = 2_000;
/** So many outputs may wait for it. */
const MAX_STUCK = 4;

/** Opens the store; what an earlier worker has left in it can be read, as far as it is kept. Never rejects. */
export async function openOutputStore(options: OutputStoreOptions): Promise<OutputStore> {
  const folder = join(options.dir, 'results', 'output');
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const pathsOf = (row: number): OutputPaths => {
    if (!Number.isSafeInteger(row) || row < 1) throw new RangeError(`${row} is no row`);
    return { output: join(folder, `${row}.output`), index: join(folder, `${row}.index`) };
  };
  const retention = createRetention({ tasks: limits.tasks, bytes: limits.totalBytes }, (row) => {
    for (const path of Object.values(pathsOf(row))) {
      rm(path, { force: true }).catch((error) =>
        options.onProblem(`${path} cannot be removed: ${messageOf(error)}`),
      );
    }
  });
  try {
    for (const { row, bytes } of await tasksIn(folder)) retention.found(row, bytes);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') options.onProblem(`${folder} cannot be read: ${messageOf(error)}`);
  }
  /** Ends that a disk which hangs has kept. */
  let stuck = 0;
  const openNew: typeof openNewFile = async (path) => {
    // Or every task that ends would leave its memory to one that hangs.
    if (stuck >= MAX_STUCK) throw new Error('the disk does not answer');
    return (options.openNew ?? openNewFile)(path);
  };
  /** Those that are being written. */
  const live = new Map<number, TaskOutput>();

  function create(row: number): TaskOutput {
    const tails = { stdout: createOutputTail(KEPT_BYTES), stderr: createOutputTail(KEPT_BYTES) };
    const bell = createBell();
    let printed = 0;
    let closed = false;
    let closing: Promise<void> | null = null;
    let complained = false;
    const paths = pathsOf(row);
    retention.begin(row);
    const writer = createOutputWriter({
      paths,
      maxBytes: limits.taskBytes,
      openNew,
      reserve: (bytes) => retention.reserve(row, bytes),
      onSettled: bell.ring,
      onLoss(error) {
        if (!complained)
          options.onProblem(`the output of task ${row} is not kept whole: ${messageOf(error)}`);
        complained = true;
      },
    });

    async function close(): Promise<void> {
      const { promise: late, resolve } = Promise.withResolvers<true>();
      const cancel = options.clock.after(CLOSE_WITHIN_MS, () => resolve(true));
      const written = writer.close(printed).then(() => {
        retention.end(row);
        live.delete(row);
      });
      if (await Promise.race([written, late])) {
        stuck += 1;
        void written.then(() => {
          stuck -= 1;
        });
      }
      cancel();
      closed = true;
      bell.ring();
    }

    const output: TaskOutput = {
      push(stream: Stream, chunk) {
        if (closing !== null) return;
        tails[stream].push(chunk, printed);
        writer.push(stream, chunk, printed);
        printed += chunk.length;
        bell.ring();
      },
      tail: (stream) => tails[stream].text(),
      size: () => printed,
      read: (offset, signal) =>
        piecesFrom(
          {
            paths,
            size: output.size,
            ended: () => closed,
            records: writer.records,
            // Once it is closed nothing is waited for: a disk that hangs would keep whoever reads.
            pendingFrom: () => (closed ? Number.POSITIVE_INFINITY : writer.pendingFrom()),
            tails: [
              ['stdout', tails.stdout],
              ['stderr', tails.stderr],
            ],
            bell,
          },
          offset,
          signal,
        ),
      close() {
        closing ??= close();
        return closing;
      },
    };
    live.set(row, output);
    return output;
  }

  async function open(row: number): Promise<ReadableOutput | undefined> {
    const paths = pathsOf(row);
    const there = live.get(row);
    if (there !== undefined) return there;
    const index = await indexOf(paths.index).catch(() => undefined);
    if (index === undefined) return undefined;
    const source = {
      paths,
      size: () => index.printed,
      ended: () => true,
      records: () => index.records,
      pendingFrom: () => Number.POSITIVE_INFINITY,
      tails: [],
      bell: createBell(),
    };
    return { size: source.size, read: (offset, signal) => piecesFrom(source, offset, signal) };
  }

  return { create, open };
}

/** The tasks that have files in a folder and what these take, oldest first. What has another name is none of ours. */
async function tasksIn(folder: string): Promise<{ readonly row: number; readonly bytes: number }[]> {
  const tasks = new Map<number, { row: number; bytes: number; changedAt: number }>();
  for (const name of await readdir(folder)) {
    const row = Number(/^([1-9]\d{0,15})\.(?:output|index)$/.exec(name)?.[1]);
    if (!Number.isSafeInteger(row)) continue;
    const { size, mtimeMs } = await stat(join(folder, name)).catch(asMissing);
    const task = tasks.get(row) ?? { row, bytes: 0, changedAt: 0 };
    task.bytes += size;
    task.changedAt = Math.max(task.changedAt, mtimeMs);
    tasks.set(row, task);
  }
  return [...tasks.values()].sort((one, other) => one.changedAt - other.changedAt || one.row - other.row);
}

function asMissing(error: unknown): { readonly size: number; readonly mtimeMs: number } {
  if (codeOf(error) === 'ENOENT') return { size: 0, mtimeMs: 0 };
  throw error;
}
