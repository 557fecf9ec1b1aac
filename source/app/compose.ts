import { join } from 'node:path';
import type { AttachServer, AttachServerOptions } from '#attach/server.ts';
import { createBus } from '#bus/bus.ts';
import type { Environment } from '#configuration/sources.ts';
import { createLogFile } from '#logging/log-file.ts';
import { printLog } from '#logging/log-printer.ts';
import type { Clock, Random } from '#model/clock.ts';
import type { Command, CommandAnswer, ExportTasks, Query, QueryAnswer } from '#model/commands.ts';
import { messageOf, UserError } from '#model/errors.ts';
import type { RestoredWorker } from '#model/events.ts';
import type { LogFields } from '#model/log-line.ts';
import { said } from '#model/said.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { Table } from '#model/table.ts';
import { takeMasterLock } from '#persistence/master-lock.ts';
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
import { createFleet } from './fleet.ts';
import { createLiveSettings } from './live-settings.ts';
import { databaseFile, lockFile, lockUnlessImpossible } from './master-files.ts';
import { settingsInForce } from './settings-in-force.ts';

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
  /** Told of a client's wish that the master end. */
  readonly attach?: Pick<AttachServerOptions, 'onStop'>;
  /** The real environment variables; with them, .env and config_workers.json are watched, and can be written. */
  readonly environment?: Environment;
  /** Gets each line of the log, beside the file. */
  readonly print?: (text: string) => void;
  /** Not only where another master works: whatever keeps the lock from being taken ends the start. */
  readonly mustLock?: boolean;
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
  /** Writes a line into the log, which every screen shows too. */
  tell(message: string, fields?: LogFields): void;
  /**
   * Ends everything in the reverse order of its building; what was accepted is on disk when it resolves. `why` goes into
   * the log.
   */
  stop(why: string): Promise<void>;
}

/**
 * Builds and wires everything; the only place that does so. Nothing moves before `watch`.
 *
 * @throws UserError MASTER_RUNNING where another master works in the same folder; with `mustLock` also MASTER_LOCK_FAILED.
 */
export function composeMaster(options: MasterOptions): Master {
  const { settings, clock, random, newId, roles = {} } = options;
  const stops: (() => Promise<void> | void)[] = [];
  const atEnd = (stop: () => Promise<void> | void) => stops.push(stop);
  let lock = options.mustLock ? takeMasterLock(lockFile(settings)) : lockUnlessImpossible(settings);
  let databaseTrouble = '';
  let cancelReopen = () => {};
  let server: AttachServer | null = null;
  let endedFor = '';
  atEnd(() => lock?.release());
  const bus = createBus();
  let tasks: TaskMonitor | null = null;
  /** Settled once it is known whether tasks can be taken: a screen that shows healthy workers may be there before that. */
  const firstTry = Promise.withResolvers<void>();
  const store = createLocalStore({
    bus,
    clock,
    async dispatch<C extends Command>(command: C) {
      return (await perform(command)) as CommandAnswer<C>;
    },
    async query<Q extends Query>(query: Q) {
      const answer = query.type === 'overview' ? overviewOf(store.current()) : (await queue()).query(query);
      return (await answer) as QueryAnswer<Q>;
    },
  });
  atEnd(() => store.close());
  // Of all that can end, the last: who is attached sees the end.
  atEnd(() => server?.close(endedFor));
  const inForce = settingsInForce(settings, store.current);
  const log = createLogFile({ bus, clock, path: settings.logFile, settings: inForce });
  atEnd(() => log.close());
  if (options.print !== undefined) atEnd(printLog({ bus, settings: inForce, print: options.print }));
  const pinger = createPinger({ clock });
  atEnd(() => pinger.close());
  const realClient = createWorkerClient({ clock, settings: inForce });
  const client = roles.client?.(realClient) ?? realClient;
  atEnd(() => client.close());
  const common = { bus, clock, current: store.current };
  const workers = createWorkerMonitor({ ...common, settings: inForce, pinger, client });
  atEnd(() => workers.stop());
  /** What is known of workers that are not there now. */
  const former = new Map<string, RestoredWorker>();
  const fleet = createFleet({
    ...common,
    monitor: workers,
    dir: settings.dir,
    program: options.programs.worker,
    former,
    callers: [pinger, client],
  });
  // Watched no more before they end: their end is ours, and no failure of theirs.
  atEnd(() => workers.stop().then(fleet.stop));
  const environment = options.environment ?? null;
  const live = createLiveSettings({ ...common, started: settings, environment, monitor: workers, fleet });
  let stopping = false;

  /** What is asked before it is there waits for it, but not for another try where it cannot be opened. */
  async function queue(): Promise<TaskMonitor> {
    if (tasks === null) await firstTry.promise;
    return tasks ?? notReady();
  }

  async function perform(command: Command): Promise<CommandAnswer> {
    if (command.type === 'export-tasks') return exported(command);
    if (command.type === 'edit-setting') return live.edit(command);
    return (await queue()).dispatch(command);
  }

  async function exported({ format, batch }: ExportTasks): Promise<CommandAnswer<ExportTasks>> {
    const file = await exportToFile({
      path: databaseFile(settings),
      folder: join(settings.dir, 'exports'),
      now: clock.now(),
      format,
      batch,
    });
    tell('tasks exported', { file });
    return { file };
  }

  async function watch(): Promise<void> {
    const found = await readStateFile(settings.stateFile, clock);
    for (const [id, worker] of found.state?.workers ?? []) former.set(id, worker);
    const counters = found.state?.counters ?? null;
    const history = found.state?.history;
    bus.publish({
      type: 'master-started',
      at: clock.now(),
      version: options.version,
      settings,
      counters,
      ...(history && { history }),
    });
    for (const message of settings.warnings) warn(message);
    if (found.notice !== null) warn(found.notice);
    workers.start(settings.workers.map((config) => ({ config, restored: former.get(config.id) ?? null })));
  }

  async function work(): Promise<void> {
    if (stopping) return;
    log.open();
    await serveScreens();
    const path = settings.stateFile;
    const writer = createStateFileWriter({ ...common, path, settings: inForce, former });
    atEnd(() => writer.close());
    await fleet.follow(settings);
    await startTasks().finally(firstTry.resolve);
    if (stopping) return;
    // Not before the tasks are known: a worker that is not configured any more may have some.
    live.start();
    atEnd(() => live.stop());
  }

  /** Lets other processes attach, once the folder is ours; a master nobody can attach to does its work all the same. */
  async function serveScreens(): Promise<void> {
    if (lock === null) return;
    // Not loaded before the first picture.
    const { serveAttach } = await import('#attach/server.ts');
    const { socketPathOf } = await import('#attach/socket-path.ts');
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
    atEnd(() => {
      // Who asks from now on hears that it is not there, not that something broke.
      tasks = null;
      return database.close();
    });
    const role = { client, store: database };
    const monitor = createTaskMonitor({ ...common, ...role, random, settings: inForce, newId });
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
      const message = said`${messageOf(error)}; no tasks are accepted until it is tried again, every ${REOPEN_MS / 1_000} seconds`;
      if (message !== databaseTrouble) {
        bus.publish({ type: 'problem-raised', at: clock.now(), id: 'task-database', message });
      }
      databaseTrouble = message;
      return null;
    }
  }

  function tell(message: string, fields: LogFields = {}): void {
    bus.publish({ type: 'noticed', at: clock.now(), level: 'info', message, fields });
  }

  function warn(message: string): void {
    bus.publish({ type: 'noticed', at: clock.now(), level: 'warn', message });
  }

  return {
    store,
    clients: () => server?.clients() ?? 0,
    watch,
    work,
    tell,
    async stop(why) {
      stopping = true;
      firstTry.resolve();
      endedFor = why;
      cancelReopen();
      tell('master stopping', { why });
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
    },
  };
}

function overviewOf(snapshot: Snapshot): Snapshot {
  return { ...snapshot, tasks: { ...snapshot.tasks, known: Table.empty() } };
}

function notReady(): never {
  throw new UserError('TASK_DATABASE_UNAVAILABLE', said`the task database is not open: nothing was accepted`);
}
