// Takes the master's lock and keeps it until it is killed: `locking-child.ts PATH`. Prints `held` or the error's code.
import { codeOf } from '#model/errors.ts';
import { takeMasterLock } from '#persistence/master-lock.ts';

const [path = ''] = process.argv.slice(2);
try {
  // What it gives back is dropped on purpose: the lock must not go with it when garbage is collected.
  takeMasterLock(path);
  process.stdout.write('held\n');
  setInterval(() => {}, 60_000);
} catch (error) {
  process.stdout.write(`${codeOf(error)}\n`);
}
