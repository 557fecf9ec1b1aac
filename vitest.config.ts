import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // tests/tmux needs tmux on the machine: `npm run test:tmux`.
    exclude: ['tests/tmux/**'],
    env: { NODE_ENV: 'production' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
