import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutputTail, type OutputTail } from '#worker-service/execution/output-tail.ts';

/** Pushes chunks that follow each other without bytes of another stream in between. */
function pushAll(tail: OutputTail, chunks: readonly Uint8Array[]): void {
  let offset = 0;
  for (const chunk of chunks) {
    tail.push(chunk, offset);
    offset += chunk.length;
  }
}

test('whatever the chunks, exactly the last bytes are kept', () => {
  const chunks = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }));
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 40 }), (parts, maxBytes) => {
      const tail = createOutputTail(maxBytes);
      pushAll(
        tail,
        parts.map((part) => Buffer.from(part)),
      );
      expect(tail.text()).toBe(parts.join('').slice(-maxBytes));
    }),
  );
});

test('the ring grows to its size, whatever that is', () => {
  for (const maxBytes of [4_095, 4_096, 4_097, 10_000]) {
    const tail = createOutputTail(maxBytes);
    const text = 'abcdefghij'.repeat(2_500);
    pushAll(
      tail,
      Array.from({ length: 250 }, (_, index) => Buffer.from(text.slice(100 * index, 100 * (index + 1)))),
    );
    expect(tail.text()).toBe(text.slice(-maxBytes));
  }
});

test('a character that was cut in two is left out, wherever the cut fell', () => {
  const text = 'a€🎉é';
  const bytes = Buffer.from(text);
  for (let maxBytes = 1; maxBytes <= bytes.length; maxBytes += 1) {
    const tail = createOutputTail(maxBytes);
    pushAll(
      tail,
      [...bytes].map((byte) => Uint8Array.of(byte)),
    );
    expect(text.endsWith(tail.text())).toBe(true);
    expect(Buffer.byteLength(tail.text())).toBeGreaterThan(maxBytes - 4);
  }
});

test('bytes are found by their offset among those of both streams, and none is invented', () => {
  // The other stream prints `gap` bytes before each chunk.
  const chunks = fc.array(fc.record({ gap: fc.nat({ max: 2 }), text: fc.string({ maxLength: 9 }) }));
  fc.assert(
    fc.property(
      chunks,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 8 }),
      (parts, maxBytes, most) => {
        const tail = createOutputTail(maxBytes);
        const printed: { readonly offset: number; readonly byte: number }[] = [];
        let offset = 0;
        for (const { gap, text } of parts) {
          offset += gap;
          const bytes = Buffer.from(text);
          tail.push(bytes, offset);
          for (const byte of bytes) {
            printed.push({ offset, byte });
            offset += 1;
          }
        }
        const kept = new Map(printed.slice(-maxBytes).map((one) => [one.offset, one.byte]));
        for (let at = 0; at <= offset; at += 1) {
          const found = tail.from(at, most);
          expect(found !== undefined).toBe(kept.has(at));
          expect(found?.bytes.length ?? 1).toBeLessThanOrEqual(most);
          for (const [index, byte] of [...(found?.bytes ?? [])].entries()) {
            expect(byte).toBe(kept.get(at + index));
          }
          const later = [...kept.keys()].filter((one) => one > at && (one - 1 === at || !kept.has(one - 1)));
          // Within a stretch the next one is meant.
          if (!kept.has(at)) expect(tail.next(at)).toBe(later[0] ?? Number.POSITIVE_INFINITY);
        }
      },
    ),
  );
});

test('streams that take turns byte by byte keep their bytes', () => {
  const tail = createOutputTail(10_000);
  for (let index = 0; index < 20_000; index += 1) tail.push(Buffer.from([97 + (index % 26)]), 2 * index);
  expect(tail.text()).toHaveLength(10_000);
  expect(tail.from(39_998, 10)?.bytes.length).toBe(1);
  expect(tail.from(39_997, 10)).toBeUndefined();
});
