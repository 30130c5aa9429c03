/** One Temporal server, one PostgreSQL and one workflow bundle for all integration tests of a run. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findPostgres, findTemporal } from '../../services/fetch.ts';
import { freePorts } from '../../services/ports.ts';
import { startPostgres } from '../../services/postgres.ts';
import { startTemporal } from '../../services/temporal.ts';
import { buildBundle } from '../../workers/bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
    databaseUrl: string;
    bundlePath: string;
    temporalBinary: string;
    postgresBinDir: string;
    runDir: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runDir = await mkdtemp(join(tmpdir(), 'handback-test-'));
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  const options = { env: process.env, onProgress };
  const [temporalBinary, postgresBinaries] = await Promise.all([findTemporal(options), findPostgres(options)]);
  const [temporalPort = 0, postgresPort = 0] = await freePorts(2);
  // PostgreSQL does not run as root; the user it runs as instead must be able to enter.
  await chmod(runDir, 0o755);
  const [temporal, postgres, bundle] = await Promise.all([
    startTemporal({
      binary: temporalBinary.path,
      port: temporalPort,
      logFile: join(runDir, 'temporal.log'),
      // Lets single workflows skip the time they would only wait: a week of silence passes in a second.
      dynamicConfig: ['frontend.WorkflowTimeSkippingEnabled=true'],
    }),
    startPostgres({
      binDir: postgresBinaries.binDir,
      dataDir: join(runDir, 'postgres'),
      port: postgresPort,
      logFile: join(runDir, 'postgres.log'),
      durable: false,
    }),
    buildBundle(),
  ]);
  const bundlePath = join(runDir, 'workflow-bundle.js');
  await writeFile(bundlePath, bundle);
  project.provide('temporalAddress', temporal.address);
  project.provide('databaseUrl', postgres.url);
  project.provide('bundlePath', bundlePath);
  project.provide('runDir', runDir);
  project.provide('temporalBinary', temporalBinary.path);
  project.provide('postgresBinDir', postgresBinaries.binDir);
  return async () => {
    await Promise.all([temporal.stop(), postgres.stop()]);
    await rm(runDir, { recursive: true, force: true });
  };
}
