import { parentPort } from 'node:worker_threads';
import { serveDatabase } from '#storage/database-thread.ts';

// A "database" that remembers how many writes each of its commits had: `add` writes, `fail` is a write that throws,
// `slow` is a commit that takes a moment, `commits` asks.

export type CountingAsk = { readonly kind: 'add' | 'fail' | 'slow' | 'commits' };
export type CountingAnswers = {
  readonly add: number;
  readonly fail: never;
  readonly slow: undefined;
  readonly commits: readonly number[];
};

const SLOW_MS = 50;

if (parentPort !== null) {
  const commits: number[] = [];
  let sum = 0;
  serveDatabase<CountingAsk>(
    parentPort,
    () => ({
      isWrite: ({ kind }) => kind !== 'commits',
      commit(writes) {
        if (writes.length > 0) commits.push(writes.length);
        return writes.map((write) => {
          try {
            return void write();
          } catch (error) {
            return error;
          }
        });
      },
      perform({ kind }) {
        if (kind === 'commits') return commits;
        if (kind === 'fail') throw new Error('no room left');
        if (kind === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS);
        else sum += 1;
        return kind === 'add' ? sum : undefined;
      },
      close: () => {},
    }),
    (error) => ({ code: 'REFUSED', message: String(error) }),
  );
}
