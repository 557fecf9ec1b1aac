import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // tests/tmux needs tmux on the machine, tests/protocol a URL: `npm run test:tmux`, `npm run test:protocol`.
    exclude: ['tests/tmux/**', 'tests/protocol/**'],
    env: { NODE_ENV: 'production' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
