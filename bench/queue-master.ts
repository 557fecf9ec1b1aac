// Our side of `bench:queue`: the whole master without a screen. `node bench/queue-master.ts FOLDER PORT PORT`
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeMaster } from '../source/app/compose.ts';
import { systemClock } from '../source/app/system-clock.ts';
import { loadSettings } from '../source/configuration/settings.ts';
import { takesTasks } from '../source/model/health.ts';
import { freeSlotsOf } from '../source/model/worker.ts';
import { sleep } from './program.ts';
import { NO_OP, serveSide } from './queue-side.ts';
import { SLOTS } from './queue-workers.ts';

/** From one look at the master's picture to the next, which bounds the error of a measurement. */
const LOOK_MS = 5;

const [dir = '', ...ports] = process.argv.slice(2);
await mkdir(dir);
const workers = ports.map((port, index) => ({
  id: `worker-${index + 1}`,
  ip: '127.0.0.1',
  port: Number(port),
}));
await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers }));
const master = composeMaster({
  settings: await loadSettings({ dir, environment: {} }),
  version: 'bench',
  clock: systemClock,
  random: Math.random,
  newId: () => crypto.randomUUID(),
  programs: {
    worker: new URL('../dist/elastic-worker.js', import.meta.url),
    taskDatabase: new URL('../dist/task-database-thread.js', import.meta.url),
  },
});
// Nobody subscribes, so that this is the picture as of the last event; a change is told when it is committed.
const { getSnapshot } = master.store;
await master.watch();
await master.work();

await serveSide({
  /** What another side ran at the workers is known to be over. */
  async ready() {
    const isFree = () => {
      const known = [...getSnapshot().workers];
      return known.every((worker) => takesTasks(worker) && freeSlotsOf(worker) === SLOTS);
    };
    while (!isFree()) await sleep(LOOK_MS);
  },
  async run({ prefix, tasks }) {
    const before = getSnapshot().tasks.counts;
    const ids = Array.from({ length: tasks }, (_, index) => `${prefix}-${index}`);
    const submit = (id: string) =>
      master.store.dispatch({ type: 'submit-tasks', tasks: [{ id, benchmark: NO_OP, parameters: {} }] });
    await Promise.all(ids.map(submit));
    for (;;) {
      const { completed, failed } = getSnapshot().tasks.counts;
      if (failed > before.failed) throw new Error(`${failed - before.failed} tasks failed`);
      if (completed === before.completed + tasks) return;
      await sleep(LOOK_MS);
    }
  },
  close: () => master.stop('bench over'),
});
