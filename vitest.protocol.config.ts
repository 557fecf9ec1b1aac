import { defineConfig } from 'vitest/config';

/** The tests of the worker's protocol against a URL: `npm run test:protocol`. */
export default defineConfig({
  test: { include: ['tests/protocol/**/*.test.ts'], testTimeout: 180_000, reporters: ['verbose'] },
});
