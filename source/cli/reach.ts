import { join } from 'node:path';
import { type AttachedStore, attachToMaster } from '#attach/attached-store.ts';
import { codeOf, UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import { isMasterLocked } from '#persistence/master-lock.ts';
import { openTaskReader, type TaskReader } from '#persistence/task-reader.ts';
import type { Call } from './call.ts';
import { checkFolders, dataFolderOf, lockFileOf, socketPlaceIn } from './place.ts';
import { unattachable } from './unattachable.ts';

/** A master that has just been started takes its time. */
const STARTED_WITHIN_MS = 20_000;
/** Who has the lock of the folder listens soon, or never. */
const LISTENS_WITHIN_MS = 5_000;
const LOOK_MS = 50;

/** What a command may be told about the master that it needs. */
export interface MasterOption {
  /** Start one where none runs. */
  readonly start?: true;
}

/** How a command wants to be attached. */
export interface Reach {
  /** Every event from now on; else only answers. */
  readonly follow?: boolean;
  /** What only looks says so, and the master holds it to that. */
  readonly readonly?: boolean;
}

/**
 * The task database of a folder, only read. Whoever opens it closes it.
 *
 * @throws UserError FOLDER_UNUSABLE, or as `openTaskReader` does.
 */
export function readTasks(dir: string): TaskReader {
  checkFolders(dir);
  return openTaskReader(join(dataFolderOf(dir), 'tasks.sqlite'));
}

/**
 * Attaches to the master of the folder for as long as `use` takes.
 *
 * @throws UserError NO_MASTER, or why the master does not take us.
 */
export async function withMaster<T>(
  call: Call<MasterOption>,
  { follow = false, readonly = false }: Reach,
  use: (store: AttachedStore) => Promise<T>,
): Promise<T> {
  const store = await attached(call, { follow, readonly });
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

/** The same where a master runs; else what the files know. */
export async function withMasterOrFiles<T>(
  call: Call<unknown>,
  reach: Reach,
  use: { readonly master: (store: AttachedStore) => Promise<T>; readonly files: () => Promise<T> },
): Promise<T> {
  const store = await openRunning(call, { follow: false, readonly: true, ...reach }).catch(
    (error: unknown) => {
      if (codeOf(error) === 'NO_MASTER') return null;
      throw error;
    },
  );
  try {
    return await (store === null ? use.files() : use.master(store));
  } finally {
    store?.close();
  }
}

async function attached(call: Call<MasterOption>, reach: Required<Reach>): Promise<AttachedStore> {
  try {
    return await openRunning(call, reach);
  } catch (error) {
    if (codeOf(error) !== 'NO_MASTER') throw error;
    if (!call.options.start || call.startMaster === undefined) throw noMaster(call, error);
  }
  await call.stderr.write(`elastic-tui: no master runs on ${plainLine(call.dir)}: one is started\n`);
  await call.startMaster(call.dir).catch((error: unknown) => {
    // Somebody else was faster: theirs will do.
    if (codeOf(error) !== 'MASTER_RUNNING') throw error;
  });
  const store = await open(call, reach, STARTED_WITHIN_MS);
  await untilItTakesTasks(store, call);
  return store;
}

/** Attached to a master that runs already, also where it does not listen yet. */
async function openRunning(call: Call<unknown>, reach: Required<Reach>): Promise<AttachedStore> {
  const isLocked = () => isMasterLocked(lockFileOf(call.dir));
  try {
    return await open(call, reach, 0);
  } catch (error) {
    if (codeOf(error) !== 'NO_MASTER' || !isLocked()) throw error;
  }
  try {
    return await open(call, reach, LISTENS_WITHIN_MS);
  } catch (error) {
    throw codeOf(error) === 'NO_MASTER' && isLocked() ? unattachable(call.dir, error) : error;
  }
}

/** Where somebody else was faster, theirs may not have opened its database yet. */
async function untilItTakesTasks(store: AttachedStore, { clock }: Call<unknown>): Promise<void> {
  const deadline = clock.monotonic() + STARTED_WITHIN_MS;
  for (;;) {
    try {
      await store.query({ type: 'tasks', states: [], before: null, limit: 1 });
      return;
    } catch (error) {
      if (codeOf(error) !== 'TASK_DATABASE_UNAVAILABLE' || clock.monotonic() > deadline) throw error;
    }
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
  }
}

/** Rejects where there is no connection once the patience is over. */
async function open(call: Call<unknown>, reach: Required<Reach>, patienceMs: number): Promise<AttachedStore> {
  const { clock, random, newId, version } = call;
  const place = socketPlaceIn(call.dir);
  const store = attachToMaster({ place, clock, random, newId, version, patienceMs, ...reach });
  await store.ready;
  return store;
}

function noMaster({ dir, startMaster }: Call<unknown>, cause: unknown): UserError {
  const offer = startMaster === undefined ? '' : ', add --start to have one started';
  return new UserError(
    'NO_MASTER',
    `no master runs on ${plainLine(dir)}: start elastic-tui there${offer}, or name another folder with --dir`,
    { cause },
  );
}
