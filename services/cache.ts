/**
 * The cache of fetched binaries: one folder an artefact, complete or absent. An artefact is filled in a folder of its own
 * and renamed into place, so that two processes fetching the same thing never see half of it.
 */

import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

const PARTIAL = '.partial-';
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/**
 * Where binaries are kept: `HANDBACK_CACHE`, else `XDG_CACHE_HOME/handback`, else `~/.cache/handback`. For root the last
 * one is `/var/cache/handback`: PostgreSQL has to run as somebody else, who may not enter root's home.
 */
export function cacheDir(env: Env, uid: number | undefined = process.getuid?.()): string {
  if (env['HANDBACK_CACHE']) return env['HANDBACK_CACHE'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'handback');
  if (uid === 0) return '/var/cache/handback';
  return join(env['HOME'] ?? homedir(), '.cache', 'handback');
}

/**
 * The folder of an artefact, filled by `fill` when it is not there yet. Whoever finishes first wins; the others throw
 * their copy away and use the winner's.
 */
export async function cached(cache: string, name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const target = join(cache, name);
  if (await isFolder(target)) return target;
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const partial = join(cache, `${PARTIAL}${name}-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(partial);
  try {
    await fill(partial);
    // Others than the owner must be able to run what is in here, whatever the umask says.
    await chmod(partial, 0o755);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!(await isFolder(target))) throw error;
  }
  return target;
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

/** What a fetcher that was killed left behind; a day is far longer than any fetch takes. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(PARTIAL)) continue;
    const path = join(cache, name);
    const entry = await stat(path).catch(() => undefined);
    if (entry !== undefined && Date.now() - entry.mtimeMs > ABANDONED_AFTER_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
