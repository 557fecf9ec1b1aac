// A version-1 worker as a process of its own, so that a test can kill or suspend it. It listens on the port given, or on
// any, prints it, and ends with its parent.
import { startVersion1Worker } from '../helpers/strange-workers.ts';

const worker = await startVersion1Worker({ port: Number(process.argv[2] ?? 0) });
process.on('disconnect', () => process.exit());
process.send?.(worker.port);
