import { defineConfig } from 'vitest/config';

/** An hour of a large fleet on a fake clock; how many hours is set by SOAK_HOURS. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['tests/soak/**/*.test.ts'],
    env: { NODE_ENV: 'production' },
    // What is long on demand has no bound here; each wait in it has its own.
    testTimeout: 0,
  },
});
