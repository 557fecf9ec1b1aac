import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineReader, LineTooLong } from '#attach/line-reader.ts';

test('however the bytes are cut, the lines are the same', () => {
  const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '').toWellFormed());
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(12), { minLength: 1 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''));
      const reader = createLineReader(() => 10_000);
      const read: string[] = [];
      for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
        const end = start + (cuts[turn % cuts.length] ?? 0) + 1;
        read.push(...reader.push(bytes.subarray(start, end)));
        start = end;
      }
      expect(read).toEqual(lines);
      expect(reader.isWithin).toBe(false);
    }),
  );
});

test('a line that has no end is refused once it is too long, however small its pieces', () => {
  const reader = createLineReader(() => 100);
  const piece = Buffer.alloc(10, 'x');
  for (let index = 0; index < 10; index += 1) expect([...reader.push(piece)]).toEqual([]);
  expect(reader.isWithin).toBe(true);
  expect(() => [...reader.push(piece)]).toThrow(LineTooLong);
});

test('lines before one that is too long are read', () => {
  const reader = createLineReader(() => 4);
  const read: string[] = [];
  expect(() => {
    for (const line of reader.push(Buffer.from('one\ntwo\nthree\n'))) read.push(line);
  }).toThrow(LineTooLong);
  expect(read).toEqual(['one', 'two']);
});
