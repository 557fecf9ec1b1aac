import { messageOf } from './errors.ts';
import { said } from './said.ts';
import { plainLine } from './text.ts';

/** How V8 begins what it says of a text that is no JSON, but for a token that it did not expect. */
const FAULTS: readonly string[] = [
  said`Unexpected end of JSON input`,
  said`Unexpected number`,
  said`Unexpected string`,
  said`Unexpected non-whitespace character after JSON`,
  said`Expected property name or '}'`,
  said`Expected double-quoted property name`,
  said`Expected ':' after property name`,
  said`Expected ',' or '}' after property value`,
  said`Expected ',' or ']' after array element`,
  said`Unterminated string`,
  said`Unterminated fractional number`,
  said`Bad control character in string literal`,
  said`Bad Unicode escape`,
  said`Bad escaped character`,
  said`Exponent part is missing a number`,
  said`No number after minus sign`,
];

/** What `JSON.parse` found wrong, without the place and the text itself: `Unexpected token '}'`. One line. */
export function jsonFault(error: unknown): string {
  const message = messageOf(error);
  const known = FAULTS.find((fault) => message.startsWith(fault));
  if (known !== undefined) return known;
  const what = plainLine(
    message.replace(/, (\.\.\.)?".*$/s, '').replace(/( in JSON)? at position \d+.*$/s, ''),
  );
  const token = /^Unexpected token (.*)$/.exec(what)?.[1];
  return token === undefined ? what : said`Unexpected token ${token}`;
}
