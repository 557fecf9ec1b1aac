import { type Line, type Span, span } from '#ui/lines/line.ts';

const LEVELS = '▁▂▃▄▅▆▇█';
const FAILED = '×';

/**
 * The last pings as bars, newest at the right, at most one a cell. The scale is the row's own: twice the median is
 * one step higher, so that a healthy worker is a flat line whatever its distance, and the line stays still.
 */
export function sparkline(pings: readonly (number | null)[], width: number): Line {
  const shown = pings.slice(-width);
  const median = medianOf(shown);
  const spans: Span[] = [];
  let run = '';
  let runFailed = false;
  for (const ping of shown) {
    const failed = ping === null;
    if (failed !== runFailed && run !== '') {
      spans.push(span(run, runFailed ? 'bad' : 'accent'));
      run = '';
    }
    runFailed = failed;
    run += failed ? FAILED : bar(ping, median);
  }
  return run === '' ? spans : [...spans, span(run, runFailed ? 'bad' : 'accent')];
}

function bar(ms: number, median: number): string {
  const level = median > 0 ? Math.floor(Math.log2(ms / median)) : 0;
  return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))] ?? '▁';
}

function medianOf(pings: readonly (number | null)[]): number {
  const answered = pings.filter((ping) => ping !== null).sort((a, b) => a - b);
  return answered[Math.floor(answered.length / 2)] ?? 0;
}
