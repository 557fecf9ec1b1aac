import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // tests/tmux needs tmux on the machine, tests/protocol a URL, tests/chaos minutes: `npm run test:tmux`,
    // `npm run test:protocol`, `npm run test:chaos`.
    exclude: ['tests/tmux/**', 'tests/protocol/**', 'tests/chaos/**'],
    env: { NODE_ENV: 'production' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
