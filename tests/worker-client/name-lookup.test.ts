import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createNameLookup } from '#worker-client/name-lookup.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const V4: LookupAddress = { address: '10.0.0.7', family: 4 };
const V6: LookupAddress = { address: 'fd00::7', family: 6 };

function notFound(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A resolver whose answers the test gives, one question after the other. */
function openLookup() {
  const clock = fakeClock();
  const questions: {
    name: string;
    answer: (found: LookupAddress[]) => void;
    fail: (error: Error) => void;
  }[] = [];
  const lookup = createNameLookup({
    clock,
    resolve: (name) => new Promise((answer, fail) => questions.push({ name, answer, fail })),
  });
  return { clock, questions, lookup };
}

function ask(
  lookup: LookupFunction,
  name: string,
  options: Parameters<LookupFunction>[1] = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    lookup(name, options, (error, address) => (error ? reject(error) : resolve(address)));
  });
}

describe('the addresses of a name', () => {
  test('are asked for once, however many connections wait', async () => {
    const { questions, lookup } = openLookup();
    const waiting = [ask(lookup, 'node-7'), ask(lookup, 'node-7'), ask(lookup, 'node-8')];
    expect(questions.map(({ name }) => name)).toEqual(['node-7', 'node-8']);
    for (const question of questions) question.answer([V4]);
    expect(await Promise.all(waiting)).toEqual(['10.0.0.7', '10.0.0.7', '10.0.0.7']);
  });

  test('are used again, and after half a minute used once more while they are renewed', async () => {
    const { clock, questions, lookup } = openLookup();
    const first = ask(lookup, 'node-7');
    questions[0]?.answer([V4]);
    expect(await first).toBe('10.0.0.7');
    await clock.advance(29_999);
    expect(await ask(lookup, 'node-7')).toBe('10.0.0.7');
    expect(questions).toHaveLength(1);
    await clock.advance(1);
    expect(await ask(lookup, 'node-7')).toBe('10.0.0.7');
    expect(questions).toHaveLength(2);
    questions[1]?.answer([{ address: '10.0.0.8', family: 4 }]);
    await clock.advance(0);
    expect(await ask(lookup, 'node-7')).toBe('10.0.0.8');
  });

  test('outlive a name server that is down, but not the name', async () => {
    const { clock, questions, lookup } = openLookup();
    const first = ask(lookup, 'node-7');
    questions[0]?.answer([V4]);
    await first;
    await clock.advance(30_000);
    expect(await ask(lookup, 'node-7')).toBe('10.0.0.7');
    questions[1]?.fail(notFound('EAI_AGAIN'));
    await clock.advance(0);
    expect(await ask(lookup, 'node-7')).toBe('10.0.0.7');
    questions[2]?.fail(notFound('ENOTFOUND'));
    await clock.advance(0);
    const gone = ask(lookup, 'node-7');
    questions[3]?.fail(notFound('ENOTFOUND'));
    await expect(gone).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('a failure is not kept', async () => {
    const { questions, lookup } = openLookup();
    const first = ask(lookup, 'node-7');
    questions[0]?.fail(notFound('ENOTFOUND'));
    await expect(first).rejects.toMatchObject({ code: 'ENOTFOUND' });
    const second = ask(lookup, 'node-7');
    questions[1]?.answer([V4]);
    expect(await second).toBe('10.0.0.7');
  });

  test('are given as they are wanted: all, or of one family', async () => {
    const { questions, lookup } = openLookup();
    const all = ask(lookup, 'node-7', { all: true });
    questions[0]?.answer([V4, V6]);
    expect(await all).toEqual([V4, V6]);
    expect(await ask(lookup, 'node-7', { family: 6 })).toBe('fd00::7');
    expect(await ask(lookup, 'node-7', { family: 'IPv4' })).toBe('10.0.0.7');
  });

  test('of a family that the name has not, are not found', async () => {
    const { questions, lookup } = openLookup();
    const first = ask(lookup, 'node-7', { family: 6 });
    questions[0]?.answer([V4]);
    await expect(first).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('come from the system where nobody else is asked', async () => {
    const lookup = createNameLookup({ clock: fakeClock() });
    expect(await ask(lookup, 'localhost', { family: 4 })).toBe('127.0.0.1');
  });
});
