import { readFileSync } from 'node:fs';

/**
 * The counts of one vitest run, from its JSON report.
 *
 * A file that could not be loaded has no tests to count and is one failure. So is a run that ended badly although no test
 * failed: an error outside of any test, or no report at all.
 *
 * @returns {{passed: number, failed: number, skipped: number}}
 */
export function countsOf(file, endedWell) {
  const report = read(file);
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const tests = report.testResults.flatMap((suite) => suite.assertionResults);
  const withStatus = (status) => tests.filter((test) => test.status === status).length;
  const broken = report.testResults.filter(
    (suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = withStatus('passed');
  const failed = withStatus('failed') + broken;
  return {
    passed,
    failed: failed === 0 && !endedWell ? 1 : failed,
    skipped: tests.length - passed - withStatus('failed'),
  };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
