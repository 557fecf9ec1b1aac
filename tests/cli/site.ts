import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { composeMaster, type Master } from '#app/compose.ts';
import { systemClock } from '#app/system-clock.ts';
import { loadSettings } from '#configuration/settings.ts';
import { isHealthy } from '#model/health.ts';
import { answer, pingBody, startStrangeWorker, statusBody } from '../helpers/strange-workers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { THREAD_URL } from '../persistence/opened.ts';
import { type CallOptions, call, called } from './command-line.ts';

export interface Site {
  readonly dir: string;
  /** Calls a command on this folder and waits for its end. */
  run(argv: readonly string[], options?: CallOptions): ReturnType<typeof called>;
  /** Calls a command that goes on. */
  start(argv: readonly string[], options?: CallOptions): ReturnType<typeof call>;
  /** What a command says with --json, parsed. */
  json(argv: readonly string[]): Promise<unknown>;
}

/** A folder with its configuration; no master runs there. */
export async function makeSite(
  workers: readonly { readonly id: string; readonly port: number }[] = [],
): Promise<Site> {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'logs'));
  await writeFile(
    join(dir, '.env'),
    // A worker that is found stays active, however long this process is held up: the deadline of a ping is its interval.
    'ELASTIC_PING_INTERVAL=60\nHTTP_TIMEOUT=60\nORCHESTRATOR_RETRY_ATTEMPTS=0\n',
  );
  const named = workers.map((worker) => ({ ...worker, ip: '127.0.0.1' }));
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers: named }));
  const own = (argv: readonly string[]) => ['--dir', dir, ...argv];
  const run: Site['run'] = (argv, options) => called(own(argv), options);
  return {
    dir,
    run,
    start: (argv, options) => call(own(argv), options),
    async json(argv) {
      const { stdout, stderr } = await run([...argv, '--json']);
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout);
    },
  };
}

/** A whole master at work in this process, whose workers are healthy. */
export async function openMaster({ dir }: Pick<Site, 'dir'>): Promise<Master> {
  const settings = await loadSettings({ dir, environment: { ELASTIC_EMBEDDED_WORKERS: '0' } });
  const master = composeMaster({
    settings,
    version: '1.2.3',
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    programs: { worker: new URL('file:///nowhere'), taskDatabase: THREAD_URL },
  });
  onTestFinished(() => master.stop('test'));
  await master.watch();
  await master.work();
  await until('every worker is healthy', () => [...master.store.getSnapshot().workers].every(isHealthy));
  return master;
}

/** A worker that fails what is told to, holds back what is told to, and completes all else. It has the id of one that is asked early. */
export async function fakeWorker(id = 'worker-02') {
  const held: (() => void)[] = [];
  const history: object[] = [];
  const worker = await startStrangeWorker(
    (socket, { path, body }) => {
      if (path === '/ping') return answer(socket, JSON.stringify(pingBody(id)));
      if (path === '/status') return answer(socket, JSON.stringify(statusBody(id)));
      if (path !== '/execute') return answer(socket, JSON.stringify({ task_history: history }));
      const { task_id, params } = JSON.parse(body) as { task_id: string; params: Record<string, unknown> };
      const complete = () => {
        const result = {
          status: 'success',
          execution_time: 0.25,
          particle_collisions: 171,
          wall_collisions: 112,
          ...(params.GIVES === undefined ? {} : { results: { found: params.GIVES } }),
        };
        history.push({ task_id, success: true, result });
        answer(socket, JSON.stringify(result));
      };
      if (params.FAIL) answer(socket, JSON.stringify({ status: 'error', error: 'it \u001b[31mbroke' }), 500);
      else if (params.HOLD) held.push(complete);
      else complete();
    },
    { id },
  );
  onTestFinished(() => worker.stop());
  return { id, port: worker.port, held };
}

/** A master at work in a folder, with one worker. */
export async function working() {
  const worker = await fakeWorker();
  const site = await makeSite([worker]);
  const master = await openMaster(site);
  return { site, worker, master };
}

/** The state of a task, as the command line tells it. */
export async function stateOf(site: Site, id: string): Promise<string> {
  return ((await site.json(['task', id])) as { task: { state: string } }).task.state;
}
