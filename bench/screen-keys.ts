// From a key to the end of the picture that it makes, with 10 000 workers known and pinged every 30 s, in a real
// terminal. The baseline is a program in the same kind of terminal that only sends back what is typed, measured between
// the same keys.
import { tmpdir } from 'node:os';
import { report, sleep } from './program.ts';
import { FRAME_END, openScreen, withFleet } from './screen-session.ts';

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

await withFleet(FLEET, async (session) => {
  await sleep(WARM_UP_MS);
  const echo = openScreen(['-e', ECHO], tmpdir());
  try {
    const paints: number[] = [];
    const echoes: number[] = [];
    for (let key = 0; key < KEYS + 20; key += 1) {
      await sleep(PAUSE_MS);
      const paint = await session.paints(key % 40 < 30 ? 'j' : 'k');
      const bare = await echo.paints('j');
      // The first ones are compiled as they run.
      if (key < 20) continue;
      paints.push(paint);
      echoes.push(bare);
    }
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

/** The nearest-rank quantile. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
