import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // These need tmux, a URL, a container engine, minutes: `npm run test:tmux`, `test:protocol`, `test:containers`, `test:chaos`, `test:masters`, `test:soak`.
    exclude: [
      'tests/tmux/**',
      'tests/protocol/**',
      'tests/containers/**',
      'tests/chaos/**',
      'tests/masters/**',
      'tests/soak/**',
    ],
    globalSetup: 'tests/helpers/global-setup.ts',
    // The container engines of this machine are no part of these tests: each worker would ask them as long as it starts.
    env: { NODE_ENV: 'production', CONTAINER_ENGINE: '/no/engine' },
    // Most of the time is spent waiting for real processes: more at once than there are cores.
    maxWorkers: 4,
    // No module of ours keeps state: a process for each file would cost as much as all pure tests together.
    isolate: false,
    // Screens and simulations leave much garbage that is young: this way it is collected less often.
    execArgv: ['--max-semi-space-size=32'],
    // Bounds for what is broken: on a busy machine a test may wait long, many times, and still be right.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
