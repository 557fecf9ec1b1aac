import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutputTail } from '#worker-service/output-tail.ts';

test('whatever the chunks, exactly the last bytes are kept', () => {
  const chunks = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }));
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 40 }), (parts, maxBytes) => {
      const tail = createOutputTail(maxBytes);
      for (const part of parts) tail.push(Buffer.from(part));
      expect(tail.text()).toBe(parts.join('').slice(-maxBytes));
    }),
  );
});

test('a character that was cut in two is left out, wherever the cut fell', () => {
  const text = 'a€🎉é';
  const bytes = Buffer.from(text);
  for (let maxBytes = 1; maxBytes <= bytes.length; maxBytes += 1) {
    const tail = createOutputTail(maxBytes);
    for (const byte of bytes) tail.push(Uint8Array.of(byte));
    expect(text.endsWith(tail.text())).toBe(true);
    expect(Buffer.byteLength(tail.text())).toBeGreaterThan(maxBytes - 4);
  }
});
