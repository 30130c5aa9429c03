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
          // A process and all modules anew for each file would take longer than the tests. So a unit test puts back what it changes.
          isolate: false,
          // Two cores, of which vitest by itself would leave one idle; many of these tests wait for loopback HTTP.
          maxWorkers: 2,
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
      {
        test: {
          name: 'replay',
          include: ['test/replay/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          ...real,
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/scenarios/**/*.test.ts'],
        },
      },
      {
        // The same stories on the database in the process. What kills database servers, needs a second process, or is
        // about calls at once stays out.
        test: {
          ...real,
          name: 'embedded',
          include: ['test/scenarios/**/*.test.ts'],
          exclude: ['outages', 'stalled-worker', 'hostile-model', 'adversarial', 'scope'].map(
            (name) => `test/scenarios/${name}.test.ts`,
          ),
          env: { HANDBACK_TEST_DATABASE: 'embedded' },
        },
      },
    ],
  },
});
