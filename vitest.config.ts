import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // These need tmux, a URL, a container engine, minutes: `npm run test:tmux`, `test:protocol`, `test:containers`, `test:chaos`.
    exclude: ['tests/tmux/**', 'tests/protocol/**', 'tests/containers/**', 'tests/chaos/**'],
    env: { NODE_ENV: 'production' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
