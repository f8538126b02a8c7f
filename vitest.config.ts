import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/helpers/report-absent-tools.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Acceptance tests start daemons and real clients; two cores bear two files at once.
    maxWorkers: 2,
  },
});
