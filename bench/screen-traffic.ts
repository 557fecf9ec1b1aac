// What reaches the terminal at 200×60 with 1 000 workers, each pinged every 5 s, while nobody touches the keyboard and
// then while somebody walks through every view. The baseline of the bytes is drawing every changed picture whole.
import { type Frame, framesIn, Replay, writingOf } from './frames.ts';
import { report, sleep } from './program.ts';
import { ROWS, withFleet } from './screen-session.ts';

const FLEET = { workers: 1_000, pingSeconds: 5, ready: /1000\/1000 active/ };
const WARM_UP_MS = 10_000;
const MEASURED_MS = Number(process.env.BENCH_SECONDS ?? 40) * 1_000;
const MOST_REDRAWS_A_SECOND = 4;
const MOST_KILOBYTES_A_SECOND = 8;
const WALK = [
  'j',
  'j',
  '\r',
  '\u001b',
  '2',
  '3',
  '4',
  '5',
  '?',
  'x',
  ':',
  '\u001b',
  'w',
  'w',
  '1',
  'G',
  'k',
  'g',
];

await withFleet(FLEET, async (session) => {
  await sleep(WARM_UP_MS);
  const from = session.chunks.length;
  const started = performance.now();
  await sleep(MEASURED_MS);
  const seconds = (performance.now() - started) / 1_000;
  const to = session.chunks.length;
  for (const keys of WALK) {
    await session.paints(keys);
    await sleep(300);
  }
  const ambient = framesIn(session.chunks.slice(from, to));
  const { unchanged, whole, scrolls } = await replayed(framesIn(session.chunks), ambient);
  const bytes = Buffer.byteLength(session.output(from)) - Buffer.byteLength(session.output(to));
  const kilobytes = bytes / seconds / 1_000;
  console.log(
    `${FLEET.workers} workers: ${(ambient.length / seconds).toFixed(2)} redraws/s, ${kilobytes.toFixed(2)} KB/s; ` +
      `drawn whole they would be ${(whole / seconds / 1_000).toFixed(1)} KB/s (ratio ${(bytes / whole).toFixed(3)})`,
  );
  report('KB/s to the terminal', kilobytes, MOST_KILOBYTES_A_SECOND);
  report('redraws within any second', mostInOneSecond(ambient), MOST_REDRAWS_A_SECOND);
  report('redraws that changed nothing', unchanged, 0);
  const writings = framesIn(session.chunks).map(({ text }) => writingOf(text));
  report('lines written twice in a frame', Math.max(...writings.map(({ twice }) => twice)), 0);
  report('rows that a frame reaches over', Math.max(...writings.map(({ height }) => height)), ROWS);
  report('times that the screen was moved by writing below it', scrolls, 0);
});

/** Draws all frames again: counts the ambient ones that changed nothing, and what drawing those whole would take. */
async function replayed(all: readonly Frame[], ambient: readonly Frame[]) {
  const replay = new Replay();
  const counted = new Set(ambient.map(({ text }) => text));
  let before = '';
  let [unchanged, whole] = [0, 0];
  for (const { text } of all) {
    await replay.draw(text);
    const after = replay.lines().join('\n');
    if (counted.has(text)) {
      if (after === before) unchanged += 1;
      whole += Buffer.byteLength(after);
    }
    before = after;
  }
  return { unchanged, whole, scrolls: replay.scrolls };
}

/** The most frames that arrived within one second, wherever it begins. */
function mostInOneSecond(frames: readonly Frame[]): number {
  return Math.max(
    0,
    ...frames.map(({ at }) => frames.filter((other) => other.at >= at && other.at < at + 1_000).length),
  );
}
