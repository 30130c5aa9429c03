import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';
import { countsOf } from './vitest-report.mjs';

/**
 * The gates of `npm test`, in their order. Those of one `round` run at the same time: each of them is short, and none needs
 * a server. `check` returns how it went: `{ok, output, ms, passed, failed, skipped?, reason?}`.
 */
export function gatesOf(root) {
  const bin = (name) => join(root, 'node_modules', '.bin', name);
  const reports = mkdtempSync(join(tmpdir(), 'handback-reports-'));
  process.once('exit', () => rmSync(reports, { recursive: true, force: true }));

  /** A gate that holds or does not: it counts as one. */
  const plain = (name, round, command, args) => ({
    name,
    round,
    check: async (live) => one(await run(command, args, { cwd: root, live })),
  });
  /** A project of vitest.config.ts: every test counts. */
  const tests = (name, round, project = name) => ({
    name,
    round,
    check: async (live) => {
      const file = join(reports, `${project}.json`);
      const args = [
        'run',
        '--project',
        project,
        '--maxWorkers=2',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
      ];
      const result = await run(bin('vitest'), args, { cwd: root, live });
      return { ...result, ...countsOf(file, result.ok) };
    },
  });

  return [
    plain('types', 'static', bin('tsc'), ['--noEmit', '-p', '.']),
    plain('lint', 'static', bin('oxlint'), ['--type-aware', '--deny-warnings']),
    plain('format', 'static', bin('biome'), ['ci', '--colors=off']),
    plain('unused', 'static', bin('knip'), ['--no-progress']),
    plain('build', 'build', process.execPath, ['scripts/bootstrap.mjs']),
    tests('unit', 'unit'),
    tests('database', 'database'),
    tests('replay', 'replay'),
    tests('integration', 'integration'),
    tests('embedded', 'embedded'),
    {
      name: 'conformance',
      round: 'conformance',
      check: async (live) => {
        const result = await run(process.execPath, [join('dist', 'scripts', 'conformance.js')], { cwd: root, live });
        const reason = /^conformance skipped: (.*)$/m.exec(result.output)?.[1];
        return reason !== undefined && result.ok ? { ...result, passed: 0, failed: 0, reason } : one(result);
      },
    },
  ];
}

function one(result) {
  return { ...result, passed: result.ok ? 1 : 0, failed: result.ok ? 0 : 1 };
}
