import type { Line, Span } from '#ui/lines/line.ts';

/** The words of a filter that a line must contain, those that are excluded left out, without the names of `fields`. */
export function wantedWords(filter: string, fields: readonly string[] = []): string[] {
  const field = fields.length === 0 ? null : new RegExp(`^(?:${fields.join('|')}):`, 'i');
  return filter
    .split(/\s+/)
    .filter((word) => !word.startsWith('!'))
    .map((word) => (field === null ? word : word.replace(field, '')))
    .filter((word) => word !== '');
}

/** The line with every occurrence of `words` marked, also where one goes over from one span into the next. */
export function markWords(spans: Line, words: readonly string[]): Line {
  if (words.length === 0) return spans;
  const text = spans.map((part) => part.text).join('');
  // The longest first: of two words that begin alike, all of the longer one is marked.
  const longestFirst = words.toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escaped).join('|'), 'giu');
  const ranges = [...text.matchAll(pattern)].map(
    ({ index, 0: { length } }) => [index, index + length] as const,
  );
  if (ranges.length === 0) return spans;
  const marked: Span[] = [];
  let start = 0;
  for (const part of spans) {
    const end = start + part.text.length;
    let from = start;
    for (const [matchStart, matchEnd] of ranges) {
      const [left, right] = [Math.max(matchStart, start), Math.min(matchEnd, end)];
      if (left >= right) continue;
      if (from < left) marked.push({ ...part, text: text.slice(from, left) });
      marked.push({ text: text.slice(left, right), style: 'match' });
      from = right;
    }
    if (from < end) marked.push({ ...part, text: text.slice(from, end) });
    start = end;
  }
  return marked;
}

/** Lower case first: the filter ignores case by lowering it, and the marks must fall on what it found. */
function escaped(word: string): string {
  return word.toLowerCase().replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
