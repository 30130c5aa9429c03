/**
 * PostgreSQL refuses to run as root. When we are root, it runs as `nobody`, who must then be able to reach its programs
 * and its data.
 */

import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cached } from './cache.ts';
import { closedFolder } from './passable.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Whom to run as: nobody in particular (`undefined`, as ourselves), or `nobody` when we are root. */
export async function unprivilegedUser(uid: number | undefined = process.getuid?.()): Promise<User | undefined> {
  if (uid !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd);
  return line === null ? { uid: 65_534, gid: 65_534 } : { uid: Number(line[1]), gid: Number(line[2]) };
}

/**
 * `binDir` itself when others may run what is in it; otherwise the same folder in a copy of the installation that they may
 * run, made once below the system's temporary folder.
 */
export async function runnableBinDir(binDir: string): Promise<string> {
  if ((await closedFolder(join(binDir, 'postgres'))) === undefined) return binDir;
  // The shared libraries lie beside the installation (see `isServerFile` in fetch-postgres.ts), so its parents come along.
  const root = dirname(dirname(dirname(binDir)));
  const key = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const copies = join(tmpdir(), `handback-programs-${process.getuid?.() ?? 0}`);
  await mkdir(copies, { recursive: true, mode: 0o755 });
  const owner = await lstat(copies);
  if (!owner.isDirectory() || owner.uid !== (process.getuid?.() ?? owner.uid)) {
    throw new Error(
      `${copies} belongs to somebody else. Remove it, or set HANDBACK_CACHE to a folder that everybody may enter.`,
    );
  }
  await chmod(copies, 0o755);
  const copy = await cached(copies, key, (folder) => cp(root, folder, { recursive: true }));
  return join(copy, relative(root, binDir));
}

/**
 * Gives a folder with everything in it to the user.
 *
 * @throws Error when the user could not get to it anyway
 */
export async function handOver(folder: string, user: User): Promise<void> {
  const closed = await closedFolder(dirname(folder));
  if (closed !== undefined) {
    throw new Error(
      `PostgreSQL does not run as root, and the user it runs as instead may not enter ${closed}, where its data is to be. ` +
        'Run as an ordinary user, or move the data (HANDBACK_HOME) to a folder that everybody may enter, such as /tmp.',
    );
  }
  await chown(folder, user.uid, user.gid);
  const owned = await stat(folder);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const entry = await lstat(path);
    if (entry.uid === owned.uid && entry.gid === owned.gid) continue;
    if (entry.isDirectory()) await handOver(path, user);
    else if (!entry.isSymbolicLink()) await chown(path, user.uid, user.gid);
  }
}
