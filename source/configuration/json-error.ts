import { messageOf } from '#model/errors.ts';
import { jsonFault } from '#model/json-fault.ts';
import { said } from '#model/said.ts';

/** What is wrong with a text that is no JSON, with line and column (from 1): `line 3, column 5: Unexpected token '}'`. */
export function describeJsonError(text: string, error: unknown): string {
  const position = positionOf(error) ?? firstBadPosition(text);
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - (before.lastIndexOf('\n') + 1) + 1;
  return said`line ${line}, column ${column}: ${jsonFault(error)}`;
}

function positionOf(error: unknown): number | undefined {
  const match = / at position (\d+)/.exec(messageOf(error));
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/**
 * V8 tells no position of an unexpected token. A text up to a good position can be gone on from, so that the
 * parser complains only about its end; past the bad one it never can: the boundary is found by halving.
 */
function firstBadPosition(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (canGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function canGoOn(start: string): boolean {
  try {
    JSON.parse(start);
    return true;
  } catch (error) {
    const position = positionOf(error);
    return position === undefined
      ? messageOf(error).startsWith('Unexpected end of JSON input')
      : position >= start.length;
  }
}
