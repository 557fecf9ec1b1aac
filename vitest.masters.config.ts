import { defineConfig } from 'vitest/config';

/** Many real processes: masters, screens in terminals of their own, workers. */
export default defineConfig({
  test: {
    include: ['tests/masters/**/*.test.ts'],
    env: { NODE_ENV: 'production' },
    // Most of the time is spent waiting.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
