import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutputRules } from '#worker-service/catalogue/benchmark.ts';
import { createOutputReader } from '#worker-service/catalogue/output-reader.ts';

const RULES: OutputRules = {
  progress: /^step (?<done>\d+) of (?<total>\d+)$/,
  results: [
    { name: 'größe', pattern: /^größe: (?<value>\S+)$/ },
    { name: 'word', pattern: /^word: (?<value>.*)$/ },
  ],
  json: false,
};

function read(text: string, rules: Partial<OutputRules> = {}) {
  const reader = createOutputReader({ ...RULES, ...rules });
  reader.push(Buffer.from(text));
  return { ...reader.results(), progress: reader.progress() };
}

test('the last match of each rule stands, numbers as numbers, and what is not there is named', () => {
  expect(read('größe: 1\nnoise\ngröße: -2.5e3\r\n')).toEqual({
    values: { größe: -2500 },
    missing: ['word'],
    progress: null,
  });
  expect(read('word: seven\ngröße: x\n').values).toEqual({ größe: 'x', word: 'seven' });
});

test('however the bytes are cut, the same is read', () => {
  const bytes = Buffer.from('step 1 of 4\ngröße: 12\nword: añil\nstep 3 of 4\n');
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes.length })), (places) => {
      const reader = createOutputReader(RULES);
      const cuts = [0, ...places.sort((a, b) => a - b), bytes.length];
      for (const [index, cut] of cuts.slice(1).entries()) reader.push(bytes.subarray(cuts[index], cut));
      expect(reader.results()).toEqual({ values: { größe: 12, word: 'añil' }, missing: [] });
      expect(reader.progress()).toBe(0.75);
    }),
  );
});

test('a line that never ends and lines of gigabytes take no memory', () => {
  const reader = createOutputReader(RULES);
  const piece = Buffer.alloc(1_048_576, 'x');
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 500; count += 1) reader.push(piece);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1_048_576);
  reader.push(Buffer.from('\ngröße: 3\nword: x\n'));
  expect(reader.results().missing).toEqual([]);
});

test('progress is a fraction or a percentage, and never beyond 0–1', () => {
  expect(read('step 9 of 4\n').progress).toBe(1);
  expect(read('step 1 of 0\n').progress).toBe(null);
  const progress = /(?<percent>-?\d+)%/;
  expect(read('now 40% done\n', { progress }).progress).toBe(0.4);
  expect(read('now -3% done\n', { progress }).progress).toBe(0);
});

test('the keys of the last line that is a JSON object are results where that is declared', () => {
  const json = '{"old": 1}\n{"count": 3, "name": "a", "ok": true, "list": [1], "none": null}\n[1]\n{broken\n';
  const rules = { json: true, results: [] };
  expect(read(json, rules)).toMatchObject({ values: { count: 3, name: 'a', ok: true }, missing: [] });
  expect(read('nothing\n', rules).missing).toEqual(['a JSON object']);
  expect(read(json).values).toEqual({});
});

test('a result on a last line without a newline counts', () => {
  expect(read('word: x\ngröße: 5')).toEqual({ values: { größe: 5, word: 'x' }, missing: [], progress: null });
});
