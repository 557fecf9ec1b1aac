// CPU of one frame of the shipped program at 200×60 with 1 000 workers, as a multiple of that of a plain Ink app that
// draws the same lines: both in terminals of their own, both driven by the same keys at the same pace, in turns. Every
// key scrolls the list, so that all of its rows change. What the program uses without keys in the same time (pings, the
// clock) is taken off.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { input, output } from '../rolldown.config.ts';
import { framesIn, Replay } from './frames.ts';
import { cpuSeconds, median, report, sleep } from './program.ts';
import { openScreen, type ScreenSession, withFleet } from './screen-session.ts';

const FLEET = { workers: 1_000, pingSeconds: 5, ready: /1000\/1000 active/ };
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const KEYS = 60;
const PAUSE_MS = 40;
const LIMIT = 1.5;
/** Down past the last row that fits, so that every further key scrolls. */
const TO_THE_EDGE = 70;

await withFleet(FLEET, async (session, dir) => {
  const program = await plainInk(dir);
  for (let key = 0; key < TO_THE_EDGE; key += 1) await session.paints('j');
  const frames = await recorded(session);
  const file = join(dir, 'frames.json');
  await writeFile(file, JSON.stringify(frames));
  const plain = openScreen([program, file], dir);
  try {
    await plain.sees(/elastic-tui/);
    const ours: number[] = [];
    const theirs: number[] = [];
    const ratios: number[] = [];
    for (let round = -2; round < ROUNDS; round += 1) {
      const own = await frameCost(session);
      const bare = await frameCost(plain);
      // The first rounds are compiled as they run.
      if (round < 0) continue;
      ours.push(own);
      theirs.push(bare);
      ratios.push(own / bare);
    }
    console.log(
      `a frame: ${median(ours).toFixed(2)} ms of CPU, of a plain Ink app ${median(theirs).toFixed(2)} ms (medians of ${ROUNDS} rounds of ${KEYS} keys)`,
    );
    // Round by round: a machine that others use is not as fast in one as in the next.
    report('CPU a frame / that of a plain Ink app', median(ratios), LIMIT);
  } finally {
    await plain.end();
  }
});

/** Builds the plain app with the options of the product's own bundle; gives its path. */
async function plainInk(dir: string): Promise<string> {
  const out = join(dir, 'plain');
  await mkdir(out);
  await writeFile(join(out, 'package.json'), '{"type":"module"}');
  const source = fileURLToPath(new URL('./plain-ink.ts', import.meta.url));
  await build({ ...input, input: { 'plain-ink': source }, output: { ...output, dir: out } });
  return join(out, 'plain-ink.js');
}

/** The lines of the frames that as many keys make. */
async function recorded(session: ScreenSession): Promise<string[][]> {
  const from = session.chunks.length;
  for (let key = 0; key < KEYS; key += 1) {
    await session.paints('j');
    await sleep(PAUSE_MS);
  }
  const replay = new Replay();
  await replay.draw(session.output().slice(0, -session.output(from).length));
  const frames: string[][] = [];
  for (const { text } of framesIn(session.chunks.slice(from))) {
    await replay.draw(text);
    frames.push(replay.lines());
  }
  return frames;
}

/** CPU of one of `KEYS` frames in ms, without what the program uses anyway. */
async function frameCost(session: ScreenSession): Promise<number> {
  const idle = await usage(session, () => sleep(KEYS * PAUSE_MS));
  const busy = await usage(session, async () => {
    for (let key = 0; key < KEYS; key += 1) {
      session.type('j');
      await sleep(PAUSE_MS);
    }
  });
  return ((busy.cpu - (idle.cpu * busy.seconds) / idle.seconds) * 1_000) / (busy.frames - idle.frames);
}

async function usage(session: ScreenSession, run: () => Promise<void>) {
  const [from, started, cpu] = [session.chunks.length, performance.now(), await cpuSeconds(session.pid)];
  await run();
  return {
    cpu: (await cpuSeconds(session.pid)) - cpu,
    seconds: (performance.now() - started) / 1_000,
    frames: framesIn(session.chunks.slice(from)).length,
  };
}
