import { expect, test } from 'vitest';
import { createLinePrinter } from '#cli/line-printer.ts';
import { until } from '../helpers/until.ts';

test('lines are written one after the other, also while the one before is still on its way', async () => {
  let text = '';
  const print = createLinePrinter(async (more) => {
    await Promise.resolve();
    text += more;
  });
  for (const line of ['one', 'two', 'three']) print(line);
  await until('all', () => text === 'one\ntwo\nthree\n');
});

test('a reader that pauses is not waited for: what does not fit is left out and counted', async () => {
  let text = '';
  const { promise: reads, resolve: read } = Promise.withResolvers<void>();
  const print = createLinePrinter(async (more) => {
    await reads;
    text += more;
  });
  const line = 'x'.repeat(1_000);
  for (let index = 0; index < 1_000; index += 1) print(`${line} ${index}`);
  read();
  await until('the newest', () => text.includes(' 999\n'));
  const [, left = ''] = /^\((\d+) lines left out: nobody read them\)$/m.exec(text) ?? [];
  expect(text.match(/^x/gm)).toHaveLength(1_000 - Number(left));
  expect(text.length).toBeLessThan(300_000);
});

test('a pipe that is full is tried again, one that nobody reads any more is not', async () => {
  const written: string[] = [];
  const errors = ['EAGAIN', null, 'EPIPE'];
  const print = createLinePrinter(async (text) => {
    const code = errors.shift() ?? null;
    written.push(`${code ?? 'written'} ${text.trim()}`);
    if (code !== null) throw Object.assign(new Error(code), { code });
  });
  print('one');
  await until('written', () => written.length === 2);
  print('two');
  await until('tried', () => written.length === 3);
  print('three');
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual(['EAGAIN one', 'written one', 'EPIPE two']);
});
