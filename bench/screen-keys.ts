// From a key to the end of the picture that shows what it does – the marker at another worker, the other view – with
// 10 000 workers known and pinged every 30 s, in a real terminal. The baseline is a program in the same kind of terminal that only sends back what is typed, measured between
// the same keys.
import { tmpdir } from 'node:os';
import { framesIn, Replay } from './frames.ts';
import { report, sleep } from './program.ts';
import { FRAME_END, openScreen, type ScreenSession, withFleet } from './screen-session.ts';

const WORKERS = Number(process.env.BENCH_WORKERS ?? 10_000);
/** Seldom pinged: what answers for all of them runs on the same cores. */
const PING_SECONDS = Number(process.env.BENCH_PING_SECONDS ?? 30);
const WARM_UP_MS = PING_SECONDS * 1_000;
const FLEET = { workers: WORKERS, pingSeconds: PING_SECONDS, ready: new RegExp(`\\d/${WORKERS} active`) };
const KEYS = Number(process.env.BENCH_KEYS ?? 300);
const LIMIT_MS = 50;
const ECHO = `process.stdin.setRawMode(true).on('data', () => process.stdout.write(${JSON.stringify(FRAME_END)}))`;
/** Keys come as a person's do: not in step with anything that the program does every second. */
const PAUSE_MS = 87;
/** The first ones are compiled as they run. */
const WARM_UP_KEYS = 20;
/** In every round of 20 keys the last three walk through other views. */
const WALK: readonly string[] = ['2', '3', '1'];
const ROUND = 20;
/** What only the last row of each view says. */
const FOOTERS: Readonly<Record<string, RegExp>> = { 1: /p problems/, 2: /t hour/, 3: /c cancel/ };

interface Press {
  readonly key: string;
  readonly at: number;
}

/** What keys change. */
interface Shown {
  readonly at: number;
  /** The worker at which the marker stands. */
  readonly marked: string | undefined;
  readonly footer: string;
}

await withFleet(FLEET, async (session) => {
  await sleep(WARM_UP_MS);
  const echo = openScreen(['-e', ECHO], tmpdir());
  try {
    const presses: Press[] = [];
    const echoes: number[] = [];
    for (let index = 0; index < KEYS + WARM_UP_KEYS; index += 1) {
      await sleep(PAUSE_MS);
      const key = keyOf(index);
      presses.push({ key, at: performance.now() });
      await session.paints(key);
      echoes.push(await echo.paints('j'));
    }
    await sleep(1_000);
    const paints = (await effects(session, presses)).slice(WARM_UP_KEYS);
    const [p50, p99] = [quantile(paints, 0.5), quantile(paints, 0.99)];
    console.log(
      `${WORKERS} workers, ${KEYS} keys: to the paint p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; ` +
        `an echo p50 ${quantile(echoes, 0.5).toFixed(1)} ms, p99 ${quantile(echoes, 0.99).toFixed(1)} ms; ` +
        `p50 / p50 ${(p50 / quantile(echoes, 0.5)).toFixed(1)}`,
    );
    report(`key to paint, p99 in ms, ${WORKERS} workers`, p99, LIMIT_MS);
  } finally {
    await echo.end();
  }
});

function keyOf(index: number): string {
  const walk = WALK[(index % ROUND) - (ROUND - WALK.length)];
  return walk ?? (index % 40 < 30 ? 'j' : 'k');
}

/** From each press to the end of the first picture that shows what the key does, in ms; infinite where none does. */
async function effects(session: ScreenSession, presses: readonly Press[]): Promise<number[]> {
  const replay = new Replay();
  const shown: Shown[] = [];
  for (const { at, text } of framesIn(session.chunks)) {
    await replay.draw(text);
    const rows = replay.texts();
    const [, marked] = /▸ +(worker-\d+)/.exec(rows.join('\n')) ?? [];
    shown.push({ at, marked, footer: rows.at(-1) ?? '' });
  }
  return presses.map(({ key, at }) => {
    const before = shown.findLast((picture) => picture.at < at);
    const after = shown.find((picture) => picture.at >= at && shows(key, picture, before));
    return after === undefined ? Number.POSITIVE_INFINITY : after.at - at;
  });
}

function shows(key: string, { marked, footer }: Shown, before: Shown | undefined): boolean {
  const ofView = FOOTERS[key];
  return ofView === undefined ? marked !== undefined && marked !== before?.marked : ofView.test(footer);
}

/** The nearest-rank quantile. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
