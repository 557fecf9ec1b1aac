import { plainLine, plainText } from '#model/text.ts';

/** Text from a worker as one line of at most `maxLength` characters that cannot control the terminal. */
export function shownLine(text: string, maxLength: number): string {
  // Cut twice: before the work, so that a megabyte costs nothing; after it, since escape sequences fall out.
  return plainLine(text.slice(0, 4 * maxLength))
    .trim()
    .slice(0, maxLength)
    .toWellFormed();
}

/** The last `maxLength` characters of text of several lines, harmless to a terminal. */
export function shownEnd(text: string, maxLength: number): string {
  return plainText(text.slice(-2 * maxLength))
    .slice(-maxLength)
    .toWellFormed();
}

/** The end of text of several lines as one line: its lines that are not empty, joined by ` | `. */
export function shownEndLine(text: string, maxLength: number): string {
  const lines = shownEnd(text, maxLength).split('\n');
  const filled = lines.map((line) => line.trim()).filter((line) => line !== '');
  return filled.join(' | ').slice(-maxLength).toWellFormed();
}
