// What an attached screen costs the master, as CPU of its process at 1 000 workers with none, one and 32 attached, in
// one run; and the time from a key on an attached screen to its effect shown, beside that on the master's own screen.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTerminal, type TerminalSession } from '../tests/helpers/terminal.ts';
import { cpuSeconds, LAUNCHER, median, report, sleep, startFleet } from './program.ts';

const WORKERS = 1_000;
const WARM_UP_MS = 15_000;
const MEASURED_MS = Number(process.env.BENCH_SECONDS ?? 20) * 1_000;
const MANY = 32;
/** Of a core, for each screen. */
const SHARE_LIMIT = 0.01;
const KEYS = 30;
/** An attached screen may be slower by so many milliseconds: less than a frame at 20 a second. */
const DELAY_LIMIT_MS = 50;

async function follow(dir: string, count: number): Promise<ChildProcess | null> {
  if (count === 0) return null;
  const script = fileURLToPath(new URL('./attach-followers.ts', import.meta.url));
  const child = spawn(process.execPath, [script, join(dir, 'logs'), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('the followers have no output');
  await once(child.stdout, 'data');
  return child;
}

async function shareWith(master: TerminalSession, dir: string, count: number): Promise<number> {
  const followers = await follow(dir, count);
  try {
    await sleep(3_000);
    const [before, since] = [await cpuSeconds(master.pid), performance.now()];
    await sleep(MEASURED_MS);
    return ((await cpuSeconds(master.pid)) - before) / ((performance.now() - since) / 1_000);
  } finally {
    followers?.kill();
  }
}

function open(dir: string): TerminalSession {
  return openTerminal({ file: process.execPath, args: [LAUNCHER, '--dir', dir], cwd: dir });
}

async function costs(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
  const fleet = await startFleet(WORKERS, dir);
  const master = open(dir);
  try {
    await master.sees('all active', new RegExp(`${WORKERS}/${WORKERS} active`), 60_000);
    await sleep(WARM_UP_MS);
    const [none, one, many, noneAgain] = [
      await shareWith(master, dir, 0),
      await shareWith(master, dir, 1),
      await shareWith(master, dir, MANY),
      await shareWith(master, dir, 0),
    ];
    const alone = (none + noneAgain) / 2;
    const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
    console.log(
      `${WORKERS} workers, master alone ${percent(none)} and ${percent(noneAgain)} of a core, with 1 screen attached ${percent(one)}, with ${MANY} ${percent(many)}`,
    );
    report('share of a core, the first attached screen', one - alone, SHARE_LIMIT);
    report(`share of a core, each of ${MANY} attached screens`, (many - alone) / MANY, SHARE_LIMIT);
  } finally {
    master.type('q');
    await master.exited;
    fleet.kill();
    await rm(dir, { recursive: true, force: true });
  }
}

/** From the key that confirms to the line that says what it did, in ms. */
async function keyToEffect(screen: TerminalSession): Promise<number> {
  // This screen must have seen what the other one did, or it would ask for what is done already.
  await sleep(400);
  screen.type('d');
  await screen.sees('the question', /(Drain a worker|Use a worker again)\?/);
  screen.type('\t');
  // Longer than a screen waits between two pictures of what happens by itself.
  await sleep(300 + Math.random() * 300);
  const mark = screen.output().length;
  const since = performance.now();
  screen.type('\r');
  while (!/gets no new tasks|takes tasks again/.test(screen.output().slice(mark))) {
    if (performance.now() - since > 10_000) throw new Error(`no effect:\n${screen.text()}`);
    await sleep(1);
  }
  return performance.now() - since;
}

async function delays(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
  const fleet = await startFleet(10, dir);
  const master = open(dir);
  await master.sees('all active', /10\/10 active/, 60_000);
  const attached = open(dir);
  const own: number[] = [];
  const other: number[] = [];
  try {
    await attached.sees('attached', /attached to pid/);
    for (let round = 0; round < KEYS; round += 1) {
      own.push(await keyToEffect(master));
      other.push(await keyToEffect(attached));
    }
    console.log(
      `from key to effect, medians of ${KEYS}: on the master's own screen ${median(own).toFixed(1)} ms, on an attached one ${median(other).toFixed(1)} ms`,
    );
    report('an attached screen is later by, ms', median(other) - median(own), DELAY_LIMIT_MS);
  } finally {
    for (const screen of [attached, master]) {
      screen.type('\u0003');
      await screen.exited;
    }
    fleet.kill();
    await rm(dir, { recursive: true, force: true });
  }
}

await delays();
await costs();
