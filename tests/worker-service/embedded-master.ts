import { pathToFileURL } from 'node:url';
import { startEmbeddedWorkers } from '#app/embedded-workers.ts';
import { systemClock } from '#app/system-clock.ts';
import { createBus } from '#bus/bus.ts';
import { WORKER_PROGRAM } from '../helpers/worker-process.ts';

// Stands for a master in a process of its own, which can be killed: starts two embedded workers in the folder that is its
// argument, and tells over IPC which are ready, and every problem.

const [dir = ''] = process.argv.slice(2);
const bus = createBus();
bus.subscribe((event) => process.send?.(event));

await startEmbeddedWorkers({
  bus,
  clock: systemClock,
  count: 2,
  dir,
  program: pathToFileURL(WORKER_PROGRAM),
  onReady: ({ url }) => process.send?.({ type: 'ready', url }),
});
