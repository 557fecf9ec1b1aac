// Screens without a screen: `node bench/attach-followers.ts FOLDER COUNT` attaches so many clients to the master whose data
// lies in FOLDER, says `attached` once each has its picture, and follows until it is ended.
import { systemClock } from '../source/app/system-clock.ts';
import { attachToMaster } from '../source/attach/attached-store.ts';
import { socketPathOf } from '../source/attach/socket-path.ts';

const [folder = '.', count = '1'] = process.argv.slice(2);
const stores = Array.from({ length: Number(count) }, () =>
  attachToMaster({
    place: socketPathOf(folder),
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    version: 'bench',
    readonly: true,
    patienceMs: 10_000,
  }),
);
await Promise.all(stores.map(({ ready }) => ready));
process.stdout.write('attached\n');
process.on('SIGTERM', () => process.exit(0));
