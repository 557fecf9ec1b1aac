import type { Line } from '#ui/lines/line.ts';

/** Bars, states, arrows, rules: what the words beside them say as well, or what only an eye can read. */
const GLYPHS = /[●◐○◌◦◔◑✓✗⊘▁▂▃▄▅▆▇█▏·•×─│┃┤└▸▲▼↑↓‹›]/g;

/** A drawn line as somebody would read it aloud: columns become clauses, signs go. Empty where nothing is left. */
export function spokenLine(spans: Line): string {
  const text = spans.map(({ text: own, spoken }) => spoken ?? own).join('');
  // Between digits it is a sign of multiplication, which is read.
  return text
    .replaceAll(/(?<=\d)×(?=\d)/g, ' x ')
    .replaceAll(GLYPHS, ' ')
    .trim()
    .replaceAll(/\s{2,}/g, ', ');
}

/** Drawn lines, those that say something. */
export function spokenLines(lines: readonly Line[]): string[] {
  return lines.map(spokenLine).filter((text) => text !== '');
}
