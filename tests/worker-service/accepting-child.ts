// A program that accepts and starts tasks, several at a time, until it is killed: `accepting-child.ts DIR THREAD_URL`.
// It prints `accepted ID` and `started ID` once the journal has said that it is on disk.
import { writeSync } from 'node:fs';
import { journalPath, openJournal } from '#worker-service/tasks/journal-client.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const [dir = '', threadUrl = ''] = process.argv.slice(2);
const log = { file: null, write: () => {}, close: async () => {} };
const journal = await openJournal({
  path: journalPath(dir, 'w'),
  threadUrl: new URL(threadUrl),
  clock: fakeClock(),
  log,
});
let number = 0;

async function acceptForever(): Promise<never> {
  for (;;) {
    number += 1;
    const taskId = `task-${number}`;
    const acceptance = await journal.accept({ taskId, benchmark: 'noop', params: {} }, number);
    writeSync(1, `accepted ${taskId}\n`);
    if (acceptance.kind !== 'accepted' || number % 2 === 0) continue;
    await journal.start(acceptance.row, number);
    writeSync(1, `started ${taskId}\n`);
  }
}

await Promise.all([acceptForever(), acceptForever(), acceptForever()]);
