import { parse } from 'dotenv';

/** A line that sets a key, as dotenv reads it; the first group ends where the value begins, the second is the value. */
const ASSIGNMENT =
  /^([ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=[ \t]*|:[ \t]+))('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*)/gm;
const QUOTES = ['"', "'", '`'] as const;

/** A stretch of a text that is to be replaced, and what may stand in its place, the best first. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
}

/**
 * The text of a .env in which a key has another value, all else as it was: comments, order, quotes, line ends. A key that
 * is not there yet comes behind its line that is commented out, else to the end. Null where no way of writing it makes
 * dotenv read exactly that value, and every other key as before.
 */
export function editEnv(text: string, key: string, value: string): string | null {
  const before = parse(text);
  for (const { start, end, candidates } of placesOf(text, key, value)) {
    for (const candidate of candidates) {
      const edited = text.slice(0, start) + candidate + text.slice(end);
      if (readsAs(edited, key in before || value !== '' ? { ...before, [key]: value } : before))
        return edited;
    }
  }
  return null;
}

function readsAs(text: string, expected: Readonly<Record<string, string>>): boolean {
  const read = parse(text);
  const keys = Object.keys(expected);
  return Object.keys(read).length === keys.length && keys.every((key) => read[key] === expected[key]);
}

function placesOf(text: string, key: string, value: string): Place[] {
  // Of several lines with one key, dotenv believes the last.
  const last = [...text.matchAll(ASSIGNMENT)].findLast((match) => match[2] === key);
  if (last !== undefined) {
    const [whole, head = '', , written = ''] = last;
    const start = last.index + head.length;
    const end = last.index + whole.length;
    const room = /[ \t]*$/.exec(written)?.[0] ?? '';
    return [
      { start, end: end - (isQuoted(written) ? 0 : room.length), candidates: waysToWrite(value, written) },
    ];
  }
  // What is not there is not set already.
  if (value === '') return [{ start: 0, end: 0, candidates: [''] }];
  const newline = /\r?\n/.exec(text)?.[0] ?? '\n';
  const lines = waysToWrite(value, '').map((way) => `${key}=${way}`);
  const mention = [
    ...text.matchAll(
      new RegExp(`^[ \\t]*#[ \\t]*(?:export[ \\t]+)?${key.replaceAll('.', '\\.')}[ \\t]*=.*$`, 'gm'),
    ),
  ].at(-1);
  const places: Place[] = [];
  if (mention !== undefined) {
    // A dot of a pattern leaves a carriage return to the line.
    const end = mention.index + mention[0].replace(/\r$/, '').length;
    places.push({ start: end, end, candidates: lines.map((line) => newline + line) });
  }
  const gap = text === '' || text.endsWith('\n') ? '' : newline;
  const end = text.length;
  return [...places, { start: end, end, candidates: lines.map((line) => gap + line + newline) }];
}

/**
 * The quotes that the value has now come first, then none. Quotes that are in the value itself, which dotenv may understand
 * and others who read the file may not, come last.
 */
function waysToWrite(value: string, written: string): string[] {
  const now = QUOTES.find((quote) => written.startsWith(quote));
  const quoted = (quotes: readonly string[]) => quotes.map((quote) => `${quote}${value}${quote}`);
  const clean = QUOTES.filter((quote) => !value.includes(quote));
  const kept = clean.filter((quote) => quote === now);
  const confusing = QUOTES.filter((quote) => value.includes(quote));
  return [...quoted(kept), value, ...quoted(clean), ...quoted(confusing)];
}

function isQuoted(written: string): boolean {
  return QUOTES.some((quote) => written.startsWith(quote));
}
