import { defineConfig } from 'vitest/config';

/** The tests that need tmux on the machine; `npm test` needs nothing that `npm ci` does not bring. */
export default defineConfig({
  test: { include: ['tests/tmux/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});
