import fc from 'fast-check';
import { plainLine } from '#model/text.ts';
import type { Line } from '#ui/lines/line.ts';

/** Characters of every width: ASCII, accents as one and as two code points, CJK, emoji, flags, a stack of marks. */
const CHARACTERS = [
  'a',
  'Z',
  ' ',
  '7',
  '-',
  'é',
  'e\u0301',
  'ñ',
  '世',
  '界',
  'ｶ',
  '👍',
  '👍🏽',
  '🇪🇸',
  'z\u0300\u0301\u0302',
  '…',
  '●',
  '한',
];

/** Text as it is after the border: one line, no control characters. */
export const anyText = fc
  .array(
    fc.oneof(fc.constantFrom(...CHARACTERS), fc.string({ unit: 'grapheme', maxLength: 3 }).map(plainLine)),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));

/** A line of a few spans. */
export const anyLine: fc.Arbitrary<Line> = fc.array(
  fc.record({ text: anyText, style: fc.constantFrom('muted' as const, 'bad' as const, undefined) }),
  { maxLength: 5 },
);
