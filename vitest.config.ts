import { defineConfig } from 'vitest/config';

/** Real services for a whole run; see test/support/services.ts. */
const real = {
  globalSetup: ['test/support/services.ts'],
  pool: 'forks' as const,
  // Two cores: more files at once only make each other late.
  maxWorkers: 2,
  testTimeout: 60_000,
  hookTimeout: 90_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        // One database in the process a file: about three seconds to start, which is why they are not unit tests.
        test: {
          name: 'database',
          include: ['test/database/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'replay', include: ['test/replay/**/*.test.ts'], pool: 'forks', testTimeout: 30_000 } },
      {
        test: {
          ...real,
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/scenarios/**/*.test.ts'],
        },
      },
      {
        // The same stories on the database in the process. What kills database servers, or needs a second process, stays out.
        test: {
          ...real,
          name: 'embedded',
          include: ['test/scenarios/**/*.test.ts'],
          exclude: ['test/scenarios/outages.test.ts', 'test/scenarios/stalled-worker.test.ts'],
          env: { HANDBACK_TEST_DATABASE: 'embedded' },
        },
      },
    ],
  },
});
