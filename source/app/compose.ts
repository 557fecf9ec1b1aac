import { join } from 'node:path';
import type { AttachServer, AttachServerOptions } from '#attach/server.ts';
import { socketPathOf } from '#attach/socket-path.ts';
import { createBus } from '#bus/bus.ts';
import { createLogFile } from '#logging/log-file.ts';
import type { Clock, Random } from '#model/clock.ts';
import type { Command, CommandAnswer, ExportTasks, Query, QueryAnswer } from '#model/commands.ts';
import { messageOf, UserError } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { Table } from '#model/table.ts';
import { type MasterLock, takeMasterLock } from '#persistence/master-lock.ts';
import type { RestoredState } from '#persistence/restored-state.ts';
import { exportToFile } from '#persistence/task-export-file.ts';
import { watchTaskFolder } from '#persistence/task-folder.ts';
import { openTaskStore, type TaskStore } from '#persistence/task-store.ts';
import { readStateFile } from '#persistence/worker-state-file.ts';
import { createStateFileWriter } from '#persistence/worker-state-writer.ts';
import { createLocalStore } from '#store/local-store.ts';
import type { Store } from '#store/store.ts';
import { createTaskMonitor, type TaskMonitor } from '#task-monitor/task-monitor.ts';
import { createPinger } from '#worker-client/pinger.ts';
import { createWorkerClient, type WorkerClient } from '#worker-client/worker-client.ts';
import { createWorkerMonitor } from '#worker-monitor/worker-monitor.ts';
import { startEmbeddedWorkers } from './embedded-workers.ts';

/** From one try to open the task database to the next, while it cannot be opened. */
const REOPEN_MS = 10_000;

export interface MasterOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes the id of a task that came without one. */
  readonly newId: () => string;
  /** The programs that run beside this one. */
  readonly programs: { readonly worker: URL; readonly taskDatabase: URL };
  readonly roles?: Roles;
  /** Told of the clients that attach, and of their wish that the master end. */
  readonly attach?: Pick<AttachServerOptions, 'onClientCount' | 'onStop'>;
}

/** What is to stand in front of a role, given the real one; missing: nothing. */
export interface Roles {
  readonly client?: (real: WorkerClient) => WorkerClient;
  readonly store?: (real: TaskStore) => TaskStore;
}

/** The whole master in this process. */
export interface Master {
  readonly store: Store;
  /** How many screens and scripts of other processes follow what happens here. */
  clients(): number;
  /** Takes up what an earlier run left and begins to watch the configured workers. Cheap: the screen is painted after it. */
  watch(): Promise<void>;
  /** Opens the files, starts embedded workers, and begins to take and dispatch tasks. */
  work(): Promise<void>;
  /**
   * Ends everything in the reverse order of its building; what was accepted is on disk when it resolves. `why` goes into
   * the log.
   */
  stop(why: string): Promise<void>;
}

/**
 * Builds and wires everything; the only place that does so. Nothing moves before `watch`.
 *
 * @throws UserError MASTER_RUNNING where another master works in the same folder.
 */
export function composeMaster(options: MasterOptions): Master {
  const { settings, clock, random, newId, roles = {} } = options;
  const stops: (() => Promise<void> | void)[] = [];
  const atEnd = (stop: () => Promise<void> | void) => stops.push(stop);
  let lock = lockUnlessImpossible(settings);
  let databaseTrouble = '';
  let cancelReopen = () => {};
  let server: AttachServer | null = null;
  let endedFor = '';
  atEnd(() => lock?.release());
  const bus = createBus();
  let tasks: TaskMonitor | null = null;
  const store = createLocalStore({
    bus,
    clock,
    async dispatch<C extends Command>(command: C) {
      const answer = command.type === 'export-tasks' ? exported(command) : queue().dispatch(command);
      return (await answer) as CommandAnswer<C>;
    },
    async query<Q extends Query>(query: Q) {
      const answer = query.type === 'overview' ? overviewOf(store.current()) : queue().query(query);
      return (await answer) as QueryAnswer<Q>;
    },
  });
  atEnd(() => store.close());
  // Of all that can end, the last: who is attached sees the end.
  atEnd(() => server?.close(endedFor));
  const log = createLogFile({ bus, clock, path: settings.logFile, level: settings.logLevel });
  atEnd(() => log.close());
  const pinger = createPinger({ clock });
  atEnd(() => pinger.close());
  const realClient = createWorkerClient({ clock, connectTimeoutMs: settings.httpTimeoutMs });
  const client = roles.client?.(realClient) ?? realClient;
  atEnd(() => client.close());
  const workers = createWorkerMonitor({ bus, clock, settings, current: store.current, pinger, client });
  atEnd(() => workers.stop());
  let restored: RestoredState | null = null;
  const restoredOf = (id: string) => restored?.workers.get(id) ?? null;
  let stopping = false;

  function queue(): TaskMonitor {
    return tasks ?? notReady();
  }

  async function exported({ format, batch }: ExportTasks): Promise<CommandAnswer<ExportTasks>> {
    const file = await exportToFile({
      path: databaseFile(settings),
      folder: join(settings.dir, 'exports'),
      now: clock.now(),
      format,
      batch,
    });
    const [at, message] = [clock.now(), 'tasks exported'];
    bus.publish({ type: 'noticed', at, level: 'info', message, fields: { file } });
    return { file };
  }

  async function watch(): Promise<void> {
    const found = await readStateFile(settings.stateFile, clock);
    restored = found.state;
    const counters = restored?.counters ?? null;
    bus.publish({ type: 'master-started', at: clock.now(), version: options.version, settings, counters });
    for (const message of settings.warnings) warn(message);
    if (found.notice !== null) warn(found.notice);
    workers.start(settings.workers.map((config) => ({ config, restored: restoredOf(config.id) })));
  }

  async function work(): Promise<void> {
    if (stopping) return;
    log.open();
    await serveScreens();
    const writer = createStateFileWriter({
      bus,
      clock,
      path: settings.stateFile,
      current: store.current,
      intervalMs: settings.healthCheckIntervalMs,
      ...(restored === null ? {} : { former: restored.workers }),
    });
    atEnd(() => writer.close());
    if (settings.workers.length === 0) {
      const embedded = await startEmbeddedWorkers({
        bus,
        clock,
        count: settings.embeddedWorkers,
        dir: settings.dir,
        program: options.programs.worker,
        onReady: (config) => workers.add(config, restoredOf(config.id)),
      });
      // Watched no more before they end: their end is ours, and no failure of theirs.
      atEnd(() => workers.stop().then(embedded.stop));
    }
    await startTasks();
  }

  /** Lets other processes attach, once the folder is ours; a master nobody can attach to does its work all the same. */
  async function serveScreens(): Promise<void> {
    if (lock === null) return;
    // Not loaded before the first picture.
    const { serveAttach } = await import('#attach/server.ts');
    const place = socketPathOf(settings.dataDir);
    try {
      server = await serveAttach({ bus, clock, store, place, version: options.version, ...options.attach });
      if (stopping) await server.close(endedFor);
    } catch (error) {
      bus.publish({ type: 'problem-raised', at: clock.now(), id: 'attach', message: messageOf(error) });
    }
  }

  async function startTasks(): Promise<void> {
    const database = await openDatabase();
    if (stopping) await database?.close();
    if (stopping) return;
    if (database === null) {
      // A folder that cannot be written now may be later: tasks are taken from then on.
      cancelReopen = clock.after(REOPEN_MS, () => void startTasks());
      return;
    }
    atEnd(() => database.close());
    const monitor = createTaskMonitor({
      bus,
      clock,
      random,
      settings,
      current: store.current,
      client,
      store: database,
      newId,
    });
    atEnd(() => monitor.stop());
    await monitor.start();
    tasks = monitor;
    if (stopping) return;
    const endFolder = watchTaskFolder({
      folder: join(settings.dir, 'task_queues'),
      bus,
      clock,
      submit: (wanted) => monitor.dispatch({ type: 'submit-tasks', tasks: wanted }),
    });
    atEnd(endFolder);
  }

  async function openDatabase(): Promise<TaskStore | null> {
    try {
      if (lock === null) {
        lock = takeMasterLock(lockFile(settings));
        await serveScreens();
      }
      const database = await openTaskStore({
        path: databaseFile(settings),
        threadUrl: options.programs.taskDatabase,
      });
      if (databaseTrouble !== '')
        bus.publish({ type: 'problem-cleared', at: clock.now(), id: 'task-database' });
      return roles.store?.(database) ?? database;
    } catch (error) {
      const message = `${messageOf(error)}; no tasks are accepted until it is tried again, every ${REOPEN_MS / 1_000} s`;
      if (message !== databaseTrouble) {
        bus.publish({ type: 'problem-raised', at: clock.now(), id: 'task-database', message });
      }
      databaseTrouble = message;
      return null;
    }
  }

  function warn(message: string): void {
    bus.publish({ type: 'noticed', at: clock.now(), level: 'warn', message });
  }

  return {
    store,
    clients: () => server?.clients() ?? 0,
    watch,
    work,
    async stop(why) {
      stopping = true;
      endedFor = why;
      cancelReopen();
      bus.publish({
        type: 'noticed',
        at: clock.now(),
        level: 'info',
        message: 'master stopping',
        fields: { why },
      });
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
    },
  };
}

/** Where logs/ cannot be written the dashboard opens all the same and shows what is wrong; the lock is tried again later. */
function lockUnlessImpossible(settings: Settings): MasterLock | null {
  try {
    return takeMasterLock(lockFile(settings));
  } catch (error) {
    if (error instanceof UserError && error.code === 'MASTER_RUNNING') throw error;
    return null;
  }
}

function lockFile({ dataDir }: Settings): string {
  return join(dataDir, 'master.lock');
}

function databaseFile({ dataDir }: Settings): string {
  return join(dataDir, 'tasks.sqlite');
}

function overviewOf(snapshot: Snapshot): Snapshot {
  return { ...snapshot, tasks: { ...snapshot.tasks, known: Table.empty() } };
}

function notReady(): never {
  throw new UserError('TASK_DATABASE_UNAVAILABLE', 'the task database is not open: nothing was accepted');
}
