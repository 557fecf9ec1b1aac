// What it does to the master's event loop when screens attach to the largest picture there is: 10 000 workers with all
// their last pings, 100 000 tasks in the queue, 2 000 pings a second meanwhile.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../source/app/system-clock.ts';
import { serveAttach } from '../source/attach/server.ts';
import { socketPathOf } from '../source/attach/socket-path.ts';
import { createBus } from '../source/bus/bus.ts';
import { RECENT_PINGS } from '../source/model/recent-pings.ts';
import { createLocalStore } from '../source/store/local-store.ts';
import { goodPing, sampleConfig, sampleTask } from '../tests/model/samples.ts';
import { report, sleep } from './program.ts';

const WORKERS = 10_000;
const TASKS = 100_000;
const AT_ONCE = 1_000;
/** Pings published every `TICK_MS`. */
const PINGS = 20;
const TICK_MS = 10;
/** Of the 99th percentile; the maximum is the garbage collector's, with nobody attached too. */
const LIMIT_MS = 20;

const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
const bus = createBus();
const unanswered = () => Promise.reject(new Error('not asked in this bench'));
const store = createLocalStore({ bus, clock: systemClock, dispatch: unanswered, query: unanswered });
const server = await serveAttach({
  bus,
  store,
  place: socketPathOf(dir),
  version: 'bench',
  clock: systemClock,
});
let pings = 0;
const ping = () => {
  const workerId = `worker-${pings % WORKERS}`;
  pings += 1;
  bus.publish({ type: 'worker-pinged', at: Date.now(), workerId, outcome: goodPing(12.345) });
};
for (let index = 0; index < WORKERS; index += 1) {
  const config = sampleConfig(`worker-${index}`);
  bus.publish({ type: 'worker-configured', at: Date.now(), config, restored: null });
}
while (pings < WORKERS * RECENT_PINGS) ping();
for (let start = 0; start < TASKS; start += AT_ONCE) {
  const tasks = Array.from({ length: AT_ONCE }, (_, index) => sampleTask({ id: `task-${start + index}` }));
  bus.publish({ type: 'tasks-added', at: Date.now(), tasks });
}
const timer = setInterval(() => {
  for (let count = 0; count < PINGS; count += 1) ping();
}, TICK_MS);
const delay = monitorEventLoopDelay({ resolution: 1 });
await sleep(2_000);
delay.enable();
await sleep(3_000);
const milliseconds = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
console.log(
  `nobody attached: the loop is late by ${milliseconds(delay.max)} ms at most, p99 ${milliseconds(delay.percentile(99))} ms`,
);
for (const count of [1, 8]) {
  delay.reset();
  const since = performance.now();
  const script = fileURLToPath(new URL('./attach-followers.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('the followers have no output');
  await once(child.stdout, 'data');
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  console.log(`${count} attached in ${seconds} s, the loop late by ${milliseconds(delay.max)} ms at most`);
  report(`the loop is late while ${count} attach, p99, ms`, delay.percentile(99) / 1e6, LIMIT_MS);
  child.kill();
  await once(child, 'exit');
}
clearInterval(timer);
await server.close();
store.close();
await rm(dir, { recursive: true, force: true });
