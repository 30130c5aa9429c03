/**
 * The folder of an empty embedded database. Making one takes seconds of computing, so it is made once a machine, beside
 * the fetched programs, and copied from there.
 */
import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { cacheDir, cached, type Env } from '../../services/cache.ts';

const pglite = z.object({ version: z.string() });

/** Makes `folder` a database's folder where it is none. Leaves nothing half-made, whenever the process is killed. */
export async function prepareDatabase(folder: string, env: Env): Promise<void> {
  if (existsSync(folder)) return;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  try {
    await cp(await databaseTemplate(env), partial, { recursive: true, preserveTimestamps: true });
  } catch {
    // No cache to write to, or a broken one: it works without, only slower.
    await rm(partial, { recursive: true, force: true });
    await initialise(partial);
  }
  await rename(partial, folder);
}

/** Where the template is; makes it where there is none, which takes seconds. @throws where the cache cannot be written */
export function databaseTemplate(env: Env): Promise<string> {
  return cached(cacheDir(env), `pglite-${versionOfPglite()}`, initialise);
}

/** In a thread of its own: this one has modules to load meanwhile. */
function initialise(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./initialise-database.js', import.meta.url), { workerData: folder });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The embedded database could not be initialised in ${folder} (exit code ${code}).`));
    });
  });
}

function versionOfPglite(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest = entry.replace(/\/dist\/.*$/, '/package.json');
  return pglite.parse(createRequire(import.meta.url)(manifest)).version;
}
