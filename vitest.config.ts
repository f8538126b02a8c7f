import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/helpers/report-absent-tools.ts'],
    // For a test that is stuck. On a shared machine a start alone has taken 13 s, and a test of 15 s more than a minute.
    testTimeout: 150_000,
    hookTimeout: 150_000,
    // Acceptance tests start daemons and real clients; two cores bear two files at once.
    maxWorkers: 2,
    // Daemons of several tests run at once: those that test the API name a port of their own.
    env: { VEDETTE_API__ENABLED: 'false' },
  },
});
