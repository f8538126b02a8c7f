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
    // Daemons of several tests run at once: those that test the API name a port of their own.
    env: { VEDETTE_API__ENABLED: 'false' },
  },
});
