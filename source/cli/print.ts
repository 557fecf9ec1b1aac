import { plainLine } from '#model/text.ts';
import cellWidth from '#ui/lines/cell-width.ts';
import type { Output } from './call.ts';

/** One column of a table for people. */
export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly right?: true;
}

/** What JSON leaves as it is, and a terminal may obey: DEL, 8-bit controls, what turns or hides text. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** A value as one line of JSON that cannot control a terminal. */
export function jsonLine(value: unknown): string {
  return `${safeJson(JSON.stringify(value))}\n`;
}

/** A value as JSON for a person or a program, that cannot control a terminal. */
export function printJson(output: Output, value: unknown): Promise<void> {
  return output.write(`${safeJson(JSON.stringify(value, null, 2))}\n`);
}

/** JSON in which nothing is left that a terminal may obey; it means the same. */
export function safeJson(json: string): string {
  return json
    .toWellFormed()
    .replace(UNSAFE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Lines of aligned columns, without controls and without colours, no longer than `width` where that is given. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): readonly string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(plainLine))];
  const widths = columns.map((_, index) =>
    cells.reduce((most, row) => Math.max(most, cellWidth(row[index] ?? '')), 0),
  );
  return cells.map((row) => {
    const line = columns.map(({ right }, index) => {
      const text = row[index] ?? '';
      const space = ' '.repeat((widths[index] ?? 0) - cellWidth(text));
      return right ? `${space}${text}` : `${text}${space}`;
    });
    return cutLine(line.join('  ').trimEnd(), width);
  });
}

/** Names and what they are, one a line. */
export function factLines(facts: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const width = facts.reduce((most, [name]) => Math.max(most, name.length), 0);
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${plainLine(value)}`.trimEnd());
}

/** Writes lines in one piece. */
export function printLines(output: Output, lines: readonly string[]): Promise<void> {
  return lines.length === 0 ? Promise.resolve() : output.write(`${lines.join('\n')}\n`);
}

/** How wide a table may be: on a terminal, as wide as that; for a program, as wide as it is. */
export function widthOf({ isTTY, columns }: Output): number {
  return isTTY ? Math.max(20, columns) : Number.POSITIVE_INFINITY;
}

/** `12 s`, `3 min`, `2 h 5 min`, `4 d`: as long as something took, or is ago. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

function cutLine(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  let line = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const cells = cellWidth(segment);
    if (used + cells > width - 1) break;
    line += segment;
    used += cells;
  }
  return `${line}…`;
}
