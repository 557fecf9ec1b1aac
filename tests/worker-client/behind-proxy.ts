// Calls the worker on the port given in every way, as a process of its own: a proxy is read from the environment at start.
import { systemClock as clock } from '#app/system-clock.ts';
import { createPinger } from '#worker-client/pinger.ts';
import { createWorkerClient } from '#worker-client/worker-client.ts';
import { workerConfig } from '../helpers/strange-workers.ts';

const config = workerConfig(Number(process.argv[2]));
const pinger = createPinger({ clock });
const client = createWorkerClient({ clock, settings: { httpTimeoutMs: 10_000 } });
const request = { wireId: 't-1', benchmark: 'benchmark.py', parameters: {} };
const called = [
  (await pinger.ping(config, 10_000)).ok,
  (await client.status(config, 10_000)).ok,
  (await client.history(config, 10_000)).ok,
  (await client.execute(config, request, { timeoutMs: 10_000, onSent: () => {} })).kind,
];
process.stdout.write(JSON.stringify(called));
await pinger.close();
await client.close();
