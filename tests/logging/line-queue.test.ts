import { expect, test } from 'vitest';
import { createLineQueue, type LineQueue } from '#logging/line-queue.ts';

const line = (text: string) => ({ level: 'info' as const, text });

function rest(queue: LineQueue): string[] {
  const texts: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) texts.push(next.text);
  return texts;
}

test('lines come out in the order in which they came in', () => {
  const queue = createLineQueue(100);
  expect(queue.isEmpty()).toBe(true);
  for (const text of ['one', 'two', 'three']) queue.push(line(text));
  expect(queue.isEmpty()).toBe(false);
  expect(rest(queue)).toEqual(['one', 'two', 'three']);
  expect(queue.takeLost()).toBe(0);
});

test('without room the oldest lines are dropped and counted', () => {
  const queue = createLineQueue(10);
  for (const text of ['aaaa', 'bbbb', 'cccc', 'dddd']) queue.push(line(text));
  expect(queue.takeLost()).toBe(2);
  expect(queue.takeLost()).toBe(0);
  expect(rest(queue)).toEqual(['cccc', 'dddd']);
});

test('a line that is put back is the next again, unless there is no more room for it', () => {
  const queue = createLineQueue(10);
  queue.push(line('aaaa'));
  queue.push(line('bbbb'));
  const first = queue.take();
  expect(first?.text).toBe('aaaa');
  queue.putBack(line('aaaa'));
  expect(rest(queue)).toEqual(['aaaa', 'bbbb']);
  queue.push(line('cccccc'));
  queue.push(line('dddd'));
  queue.putBack(line('bbbb'));
  expect(queue.takeLost()).toBe(1);
  expect(rest(queue)).toEqual(['cccccc', 'dddd']);
});
