import { defineConfig } from 'vitest/config';

/** A master and workers that are killed, stopped and cut off; how long it takes is set by CHAOS_SECONDS. */
export default defineConfig({
  test: {
    include: ['tests/chaos/**/*.test.ts'],
    env: { NODE_ENV: 'production' },
    // What is long on demand has no bound here; the harness has its own.
    testTimeout: 0,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
