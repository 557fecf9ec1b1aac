import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastOfText } from '#worker-service/tasks/bounded-text.ts';

/** As it stands in JSON, without the quotes. */
const bytes = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2;
const any = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

test('what is kept is an end of the text that fits, in whole characters', () => {
  fc.assert(
    fc.property(any, fc.nat({ max: 120 }), (text, max) => {
      const kept = lastOfText(text, max);
      expect(text.endsWith(kept)).toBe(true);
      expect(bytes(kept)).toBeLessThanOrEqual(max);
      if (text.isWellFormed()) expect(kept.isWellFormed()).toBe(true);
    }),
    {
      examples: [
        ['ab\ud83d\ude00', 8],
        ['ab\ud83d\ude00', 7],
        ['', 0],
      ],
    },
  );
});

test('nothing is cut without need, up to the six bytes that half a pair is taken for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), fc.nat({ max: 120 }), (text, max) => {
      const kept = lastOfText(text, max);
      if (kept !== text) expect(bytes(text.slice(text.length - kept.length - 1))).toBeGreaterThan(max);
    }),
  );
  expect(lastOfText('x'.repeat(100), 40)).toBe('x'.repeat(40));
  expect(lastOfText('\u0000'.repeat(100), 40)).toBe('\u0000'.repeat(6));
});
