import { activeShare, type Strip, type Uptime, uptimeStrip } from '#model/uptime.ts';
import { type Line, type Span, span } from '#ui/lines/line.ts';
import type { Style } from '#ui/theme/theme.ts';

/** Higher is better; a failure has the sign it has in the sparkline, a gap is hardly there. */
const CELLS: Readonly<Record<string, readonly [glyph: string, style: Style]>> = {
  a: ['█', 'good'],
  u: ['▄', 'warning'],
  i: ['×', 'bad'],
  '-': ['·', 'muted'],
};
const WORST_LAST = '-aui';

export interface UptimeBar {
  readonly bar: Line;
  /** Share of the watched time in which it was active and nothing else; null where nobody watched. */
  readonly share: number | null;
}

/** How a worker was, up to now at the right, in at most `width` cells: where there are fewer, each has the worst of its time. */
export function uptimeBar(
  uptime: Uptime,
  strip: Strip,
  { now, width }: { now: number; width: number },
): UptimeBar {
  const letters = uptimeStrip(uptime, strip, now);
  const each = Math.ceil(letters.length / Math.max(1, width));
  const spans: Span[] = [];
  // From the right, so that the last cell is full: the present matters most.
  for (let end = letters.length; end > 0; end -= each) {
    const [glyph, style] = CELLS[worstOf(letters.slice(Math.max(0, end - each), end))] ?? ['·', 'muted'];
    const first = spans[0];
    if (first?.style === style) spans[0] = { ...first, text: glyph + first.text };
    else spans.unshift(span(glyph, style));
  }
  return { bar: spans, share: activeShare(letters) };
}

function worstOf(letters: string): string {
  return letters.split('').reduce((worst, letter) => (rank(letter) > rank(worst) ? letter : worst), '-');
}

function rank(letter: string): number {
  return WORST_LAST.indexOf(letter);
}
