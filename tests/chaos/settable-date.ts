// Loaded before a worker's program (`node --import`): its wall clock can be set over IPC, as an operator or NTP sets that
// of a machine. What is measured and waited for goes on as it did.
import { isMainThread } from 'node:worker_threads';
import type { ToWorker } from './messages.ts';

const now = Date.now;
let offset = 0;
Date.now = () => now() + offset;
if (isMainThread) {
  process.on('message', (message: ToWorker) => {
    if (message.type === 'jump') offset += message.ms;
  });
}
