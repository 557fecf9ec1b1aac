// A process that answers as many version-1 workers: `node bench/stub-fleet.ts COUNT PORT`. Each has an address of its
// own in 127.0.0.0/8. It speaks the least HTTP that is correct, so that the machine's cores are left to the master.
import { createServer } from 'node:net';
import { addressOf } from './stub-addresses.ts';

const [count = 100, port = 18080] = process.argv.slice(2).map(Number);

function body(path: string, id: string): string {
  const common = { worker_id: id, timestamp: '2026-11-23T21:45:48.248550', docker_available: true };
  if (path.startsWith('/status')) {
    const config = { benchmark_python: 'benchmark.py', benchmark_cython: 'benchmark_cython.py' };
    return JSON.stringify({
      status: 'ready',
      ...common,
      image_available: true,
      docker_image: 'x:latest',
      config,
    });
  }
  return JSON.stringify({ status: 'active', ...common, current_task: null, message: 'ok' });
}

let listening = 0;
for (let index = 0; index < count; index += 1) {
  const id = `worker-${String(index + 1).padStart(4, '0')}`;
  const answers = new Map(
    ['/ping', '/status'].map((path) => {
      const text = body(path, id);
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`;
      return [path, Buffer.from(head + text)];
    }),
  );
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const path = data.toString('latin1', 4, data.indexOf(' ', 4)).trim();
      const answer = answers.get(path.slice(0, path.startsWith('/ping') ? 5 : 7));
      if (answer) socket.write(answer);
    });
  });
  server.listen(port, addressOf(index), () => {
    listening += 1;
    if (listening === count) process.stdout.write('listening\n');
  });
}
process.on('SIGTERM', () => process.exit(0));
