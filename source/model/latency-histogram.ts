/** Upper bound of a class over that of the class below. */
const RATIO = 1.1;
/** Upper bound of the lowest class, in ms. */
const LEAST_MS = 0.1;
/** The highest begins at 56 s: beyond any timeout of a ping. */
const CLASSES = 141;

/**
 * How many latencies there were in each of some classes whose bounds grow by a tenth from one to the next, without the
 * empty ones at the end: at most 141 numbers, however many latencies were counted. The scheme of DDSketch (Masson, Rim,
 * Lee: DDSketch, PVLDB 12, 2019).
 */
export type LatencyCounts = readonly number[];

/**
 * A percentile from the counts is at most this part away from the one by nearest rank of the latencies themselves, from
 * 0.1 ms to a minute; what is below counts as 0.1 ms, what is above as a minute.
 */
export const LATENCY_ERROR = (RATIO - 1) / (RATIO + 1);

/** The counts with one latency more. */
export function withLatency(counts: LatencyCounts, latencyMs: number): LatencyCounts {
  const index = classOf(latencyMs);
  if (index < counts.length) return counts.with(index, (counts[index] ?? 0) + 1);
  return [...counts, ...Array<number>(index - counts.length).fill(0), 1];
}

/** Both together. */
export function joinedLatencies(a: LatencyCounts, b: LatencyCounts): LatencyCounts {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const [longer, shorter] = a.length < b.length ? [b, a] : [a, b];
  return longer.map((count, index) => count + (shorter[index] ?? 0));
}

/** What `share`, 0–1, of the latencies are not above, in ms, with an error of `LATENCY_ERROR`; null where there are none. */
export function latencyPercentile(counts: LatencyCounts, share: number): number | null {
  const rank = Math.ceil(share * counts.reduce((sum, count) => sum + count, 0));
  let below = 0;
  for (const [index, count] of counts.entries()) {
    below += count;
    if (count > 0 && below >= rank) return middleOf(index);
  }
  return null;
}

function classOf(latencyMs: number): number {
  if (!(latencyMs > LEAST_MS)) return 0;
  return Math.min(CLASSES - 1, Math.ceil(Math.log(latencyMs / LEAST_MS) / Math.log(RATIO)));
}

/** The value that is as far, in proportion, from one bound of the class as from the other. */
function middleOf(index: number): number {
  return index === 0 ? LEAST_MS : (LEAST_MS * RATIO ** index * 2) / (1 + RATIO);
}

/** The counts as short text for a file, class and count: `23:4 24:1`. */
export function latencyText(counts: LatencyCounts): string {
  return counts.flatMap((count, index) => (count === 0 ? [] : [`${index}:${count}`])).join(' ');
}

/** The counts that `latencyText` wrote; what is no such text counts nothing. */
export function latencyCountsOf(text: string): LatencyCounts {
  const counts: number[] = [];
  for (const [, index, count] of text.matchAll(/\b(\d{1,3}):(\d{1,15})\b/g)) {
    if (Number(index) >= CLASSES) continue;
    while (counts.length <= Number(index)) counts.push(0);
    counts[Number(index)] = Number(count);
  }
  return counts;
}
