import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import { seededRandom } from '../helpers/random.ts';
import { openEmulated } from '../ui/emulated.ts';
import { soakFleet } from './soak-fleet.ts';

const HOURS = Number(process.env.SOAK_HOURS ?? 1);
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);
const SECONDS = HOURS * 3_600;
const COLUMNS = 200;
const ROWS = 60;
const MOST_GROWTH = 1.1;
/** Simulated seconds from one key to the next, and from one look at the screen to the next. */
const KEY_EVERY = 3;
const LOOK_EVERY = 60;
const ESC = '\u001b';
/** Through every view and over them, again and again; nothing that they lead to changes anything in the fleet. */
const WALK = [
  '1',
  'j',
  '\r',
  ESC,
  'G',
  'k',
  'p',
  'i',
  'p',
  'i',
  '2',
  '3',
  'j',
  '\r',
  ESC,
  'l',
  'h',
  '4',
  'j',
  '5',
  'k',
].concat(['G', '?', 'x', ':', 'w', 'u', ESC, 'w', 'w', 'L', 'L', '\t', '\t']);

test(`${HOURS} hours of 1 000 workers grow nothing, and no lost worker is ever shown as active (seed ${SEED})`, async () => {
  const collect = collector();
  const random = seededRandom(SEED);
  const fleet = soakFleet(random);
  const screen = openEmulated(EMPTY_SNAPSHOT, {
    columns: COLUMNS,
    rows: ROWS,
    live: { store: fleet.store, clock: fleet.clock },
  });
  onTestFinished(async () => {
    await screen.close();
    await fleet.close();
  });
  await screen.sees('the first picture', /elastic-tui/);
  let scrolls = 0;
  screen.emulator.onScroll(() => {
    scrolls += 1;
  });
  let early = Number.NaN;
  let seenLost = 0;
  for (let second = 1; second <= SECONDS; second += 1) {
    await fleet.second();
    if (second % KEY_EVERY === 0) screen.type(WALK[(second / KEY_EVERY) % WALK.length] ?? ESC);
    if (second % LOOK_EVERY === 0) {
      seenLost += await lostWorkersSeen();
      expect(scrolls).toBe(0);
    }
    if (second === SECONDS / 10) early = collect();
  }
  const late = collect();
  const { pings, tasks } = fleet.counts();
  process.stdout.write(
    `${pings} pings, ${tasks} tasks, ${screen.written()} bytes to the terminal; heap ${mebibytes(early)} MiB after the first tenth, ` +
      `${mebibytes(late)} MiB at the end: ${(late / early).toFixed(3)} (limit ${MOST_GROWTH})\n`,
  );
  expect(pings).toBeGreaterThan(SECONDS * 150);
  expect(seenLost).toBeGreaterThan(0);
  expect(late / early).toBeLessThanOrEqual(MOST_GROWTH);

  /** Goes to the top of the Workers view, and waits until it shows what is known; gives the number of lost ones in it. */
  async function lostWorkersSeen(): Promise<number> {
    for (const keys of [ESC, ESC, '1', ESC, 'g']) {
      screen.type(keys);
      // A lone Esc is one once nothing has followed it for a while.
      await fleet.second();
    }
    const lost = [...fleet.store.current().workers].filter(({ status }) => status === 'inactive');
    let seen = 0;
    await screen.sees('the Workers view without a lost worker that is active', (text) => {
      const rows = text.split('\n');
      if (!/(WORKER|NODO) .*(STATE|ESTADO)/.test(text) || rows.length > ROWS) return false;
      const shown = lost.map(({ config }) => rows.find((row) => row.slice(0, 40).includes(config.id)) ?? '');
      seen = shown.filter((row) => /○ inactiv/.test(row)).length;
      return shown.every((row) => row === '' || !/● activ/.test(row.slice(0, 80)));
    });
    return seen;
  }
});

/** Collects all garbage and gives the heap that is left, in bytes. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  return () => {
    // Twice: the first one runs finalizers that free more.
    gc();
    gc();
    return process.memoryUsage().heapUsed;
  };
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
