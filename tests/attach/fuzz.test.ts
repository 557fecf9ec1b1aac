import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHello, readRequest } from '#attach/requests.ts';
import { until } from '../helpers/until.ts';
import { HELLO, openScene } from './scene.ts';

const VALID = [
  {
    type: 'submit-tasks',
    tasks: [{ benchmark: 'b', parameters: { A: [1, 'x'], B: true }, labels: ['x'], retries: null }],
  },
  { type: 'cancel-tasks', ids: ['t-1'] },
  { type: 'drain-worker', workerId: 'w', drained: true },
  { type: 'export-tasks', format: 'csv', batch: null },
  { type: 'edit-setting', key: 'HTTP_TIMEOUT', value: '5', was: '' },
  { type: 'tasks', states: ['failed'], before: null, limit: 10 },
  { type: 'task', id: 't-1' },
];

/** A valid request with one of its values, or one more, being anything. */
const mutated = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.constantFrom('command', 'query'),
    fc.nat(10),
    fc.anything(),
    fc.string(),
  )
  .map(([body, type, place, value, key]) => {
    const keys = [...Object.keys(body), key];
    return { type, id: 1, [type]: { ...body, [keys[place % keys.length] ?? key]: value } };
  });

test('whatever a request is, it is one, or is refused, or is none; it never throws', () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    mutated.map((request) =>
      JSON.stringify(request, (_, one) => (typeof one === 'bigint' ? Number(one) : one)),
    ),
  );
  fc.assert(
    fc.property(line, (one) => {
      expect(readHello(one)?.type ?? 'hello').toBe('hello');
      const read = readRequest(one);
      if (read !== null && 'error' in read) expect(read.error.code).toBe('REQUEST_INVALID');
      // Nothing but what a request may hold gets through.
      if (read !== null && 'type' in read && read.type === 'command') {
        expect(VALID.map(({ type }) => type)).toContain(read.command.type);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('every valid request gets through as it is', () => {
  for (const body of VALID) {
    const type = body.type.startsWith('task') ? 'query' : 'command';
    const request = { id: 3, type, [type]: body };
    expect(readRequest(JSON.stringify(request))).toEqual(request);
  }
});

test('a master that hears noise of every kind goes on', async () => {
  const scene = await openScene({ query: async () => null as never });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.boolean(), async (noise, isGreeted) => {
      const client = await scene.raw();
      if (isGreeted) client.socket.write(HELLO);
      client.socket.end(noise);
      await until('let go', client.isClosed);
    }),
    { numRuns: 100 },
  );
  const screen = scene.attach();
  await screen.ready;
  expect(await screen.query({ type: 'task', id: 't' })).toBeNull();
});
