// A master of another version: `other-version.ts DIR PROTOCOL`. It holds the lock, and all that it has in common with ours is
// the greeting; `PROTOCOL` may be `none`: one that listens nowhere, from before there was any. Ends on SIGTERM.
import { createServer } from 'node:net';
import { join } from 'node:path';
import { socketPathOf } from '#attach/socket-path.ts';
import { takeMasterLock } from '#persistence/master-lock.ts';

const [dir = '', protocol = ''] = process.argv.slice(2);
takeMasterLock(join(dir, 'logs', 'master.lock'));
process.on('SIGTERM', () => process.exit(0));
setInterval(() => {}, 60_000);
if (protocol === 'none') process.stdout.write('ready\n');
else {
  const hello = { type: 'hello', protocol: Number(protocol), version: '9.9.9', pid: process.pid };
  createServer((socket) => {
    socket.on('error', () => {}).resume();
    socket.end(`${JSON.stringify(hello)}\n`);
  }).listen(socketPathOf(join(dir, 'logs')).path, () => process.stdout.write('ready\n'));
}
