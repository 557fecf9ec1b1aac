import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { composeMaster } from '#app/compose.ts';
import { systemClock } from '#app/system-clock.ts';
import { loadSettings } from '#configuration/settings.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess, WORKER_PROGRAM } from '../helpers/worker-process.ts';
import { THREAD_URL } from '../persistence/opened.ts';

const ENV = `# quick, for a test
ELASTIC_PING_INTERVAL=0.3
ELASTIC_HEALTH_CHECK_INTERVAL=0.3
ELASTIC_MAX_PING_FAILURES=50
TASK_TIMEOUT=600
ELASTIC_EMBEDDED_WORKERS=1 # where none is configured
`;
/** Ends when a file `open` is in the worker's folder. */
const GATE = {
  name: 'gate',
  executor: 'process',
  command: ['sh', '-c', 'while [ ! -e open ]; do sleep 0.05; done'],
  parameters: [],
};

interface Listed {
  readonly id: string;
  readonly port: number;
}

async function startWorker(id: string, slots = 1) {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ shipped: false, benchmarks: [GATE] }));
  const worker = await startWorkerProcess({ id, dir, args: ['--slots', String(slots)] });
  onTestFinished(async () => {
    await worker.kill();
  });
  return { id, port: worker.port, open: () => writeFile(join(dir, 'open'), ''), worker };
}

/** A whole master on real files. */
async function startMaster(workers: readonly Listed[]) {
  const dir = await temporaryFolder();
  const path = (name: string) => join(dir, name);

  /** As an editor does: beside the old file, then in its place. */
  async function list(listed: readonly Listed[], more: object = {}): Promise<void> {
    const entries = listed.map(({ id, port }) => ({ id, ip: '127.0.0.1', port, ...more }));
    await writeFile(path('.config_workers.json.swp'), JSON.stringify({ workers: entries }));
    await rename(path('.config_workers.json.swp'), path('config_workers.json'));
  }

  await writeFile(path('.env'), ENV);
  await list(workers);
  const master = composeMaster({
    settings: await loadSettings({ dir, environment: {} }),
    version: 'test',
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    programs: {
      worker: pathToFileURL(WORKER_PROGRAM),
      taskDatabase: THREAD_URL,
    },
    environment: {},
  });
  onTestFinished(() => master.stop('the test has ended'));
  await master.watch();
  await master.work();
  const { store } = master;
  const worker = (id: string) => store.getSnapshot().workers.get(id);
  return {
    dir,
    path,
    list,
    store,
    worker,
    submit: (task_id: string) =>
      store.dispatch({
        type: 'submit-tasks',
        tasks: [{ id: task_id, benchmark: 'gate', parameters: {} }],
      }),
    edit: (key: string, value: string, was: string) =>
      store.dispatch({ type: 'edit-setting', key, value, was }),
    isHealthy: (id: string) =>
      until(
        `${id} is healthy`,
        () => worker(id)?.status === 'active' && worker(id)?.health.state === 'healthy',
      ),
    isGone: (id: string) => until(`${id} is gone`, () => worker(id) === undefined),
    isState: (id: string, state: string) =>
      until(`${id} is ${state}`, () => store.getSnapshot().tasks.known.get(id)?.state === state),
  };
}

describe('the fleet follows config_workers.json', () => {
  test('a worker that is added comes; one that is removed ends its task, goes, and is known when it comes back', async () => {
    const [alpha, beta] = await Promise.all([startWorker('alpha'), startWorker('beta')]);
    const master = await startMaster([alpha]);
    await master.isHealthy('alpha');
    await master.submit('long');
    await master.isState('long', 'running');

    await master.list([alpha, beta]);
    await master.isHealthy('beta');
    await master.list([beta]);
    await until('alpha leaves', () => master.worker('alpha')?.leaving);
    await master.submit('later');
    await master.isState('later', 'running');
    expect(master.worker('alpha')?.inFlight).toEqual(['long']);
    expect(master.worker('beta')?.inFlight).toEqual(['later']);

    await alpha.open();
    await master.isState('long', 'completed');
    await master.isGone('alpha');
    const file = async () => JSON.parse(await readFile(master.path('logs/worker_state.json'), 'utf8'));
    await until('the state file remembers it', async () => {
      const { workers, former_workers: former } = await file();
      return workers.alpha === undefined && former.alpha.total_tasks_completed === 1;
    });
    await master.list([alpha, beta], { labels: ['back'] });
    await master.isHealthy('alpha');
    expect(master.worker('alpha')).toMatchObject({ tasksCompleted: 1, config: { labels: ['back'] } });
    expect(master.store.getSnapshot().counters).toMatchObject({ discovered: 2, lost: 0 });
    await beta.open();
    await master.isState('later', 'completed');
  });

  test('without a worker embedded ones run here; they end when there is one, and are back when there is none', async () => {
    const alpha = await startWorker('alpha');
    const master = await startMaster([]);
    await master.isHealthy('local-01');
    const port = master.worker('local-01')?.config.port;
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/ping`).then(
        () => true,
        () => false,
      );
    expect(await answers()).toBe(true);
    await master.list([alpha]);
    await master.isHealthy('alpha');
    await master.isGone('local-01');
    await until('its process has ended', async () => !(await answers()));
    await master.list([]);
    await master.isGone('alpha');
    await master.isHealthy('local-01');
    await master.edit('ELASTIC_EMBEDDED_WORKERS', '2', '1');
    await master.isHealthy('local-02');
    await master.edit('ELASTIC_EMBEDDED_WORKERS', '1', '2');
    await master.isGone('local-02');
    expect(master.worker('local-01')?.status).toBe('active');
    expect(await readFile(master.path('.env'), 'utf8')).toBe(ENV);
  });
});

describe('a setting that is edited', () => {
  test('is in force when it is answered: intervals, the limit of tasks, the level of the log', async () => {
    const alpha = await startWorker('alpha', 2);
    const master = await startMaster([alpha]);
    await master.isHealthy('alpha');
    await master.edit('ORCHESTRATOR_MAX_CONCURRENT_TASKS', '1', '');
    await master.submit('one');
    await master.submit('two');
    await master.isState('one', 'running');
    await master.edit('LOG_LEVEL', 'debug', 'info');
    const text = () => readFile(master.path('logs/elastic_orchestrator.log'), 'utf8');
    await until('a line of the new level', async () => (await text()).includes('ping answered'));
    expect(master.store.getSnapshot().tasks.known.get('two')?.state).toBe('pending');
    await master.edit('ORCHESTRATOR_MAX_CONCURRENT_TASKS', '2', '1');
    await master.isState('two', 'running');

    const answer = await master.edit('ELASTIC_PING_INTERVAL', '0.1', '0.3');
    expect(answer).toEqual({ value: '0.1' });
    const from = master.store.getSnapshot().counters.totalPings;
    await until('many pings', () => master.store.getSnapshot().counters.totalPings > from + 20);
    await expect(master.edit('ELASTIC_PING_INTERVAL', '9', '0.3')).rejects.toMatchObject({
      code: 'SETTING_CHANGED',
    });
    expect(await readFile(master.path('.env'), 'utf8')).toBe(
      `${ENV.replace('PING_INTERVAL=0.3', 'PING_INTERVAL=0.1')}ORCHESTRATOR_MAX_CONCURRENT_TASKS=2\nLOG_LEVEL=debug\n`,
    );
    await until('the log tells it', async () =>
      (await text()).includes('configuration changed ELASTIC_PING_INTERVAL="0.3 to 0.1"'),
    );
    await alpha.open();
    await master.isState('two', 'completed');
  });

  test('in its file that counts only from the next start says so', async () => {
    // Nobody answers there.
    const master = await startMaster([{ id: 'alpha', port: 1 }]);
    await writeFile(master.path('.env'), `${ENV}WORKER_STATE_FILE=logs/other.json\n`);
    const entry = () =>
      master.store.getSnapshot().settings?.entries.find(({ key }) => key === 'WORKER_STATE_FILE');
    await until('it is pending', () => entry()?.pending);
    expect(entry()).toMatchObject({
      value: 'logs/worker_state.json',
      source: 'default',
      pending: 'logs/other.json',
    });
    expect(master.store.getSnapshot().settings?.stateFile).toBe(master.path('logs/worker_state.json'));
  });
});
