import { defineConfig } from 'vitest/config';

/** The tests of the images: they need a container engine. Building one from nothing takes a minute or two. */
export default defineConfig({
  test: {
    include: ['tests/containers/**/*.test.ts'],
    // Both images begin with the same layers, which the second one takes over.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
