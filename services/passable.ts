/** Folders that other users may pass through: PostgreSQL may run as another user than we do. */

import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Makes a folder and its missing parents, passable for everybody whatever the umask says. */
export async function makePassableFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let at = resolve(path); at.length >= first.length; at = dirname(at)) await chmod(at, 0o755);
}

/** The first folder on the way to `path` that others may not pass, if there is one. */
export async function closedFolder(path: string): Promise<string | undefined> {
  const folders: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    folders.unshift(at);
    if (dirname(at) === at) break;
  }
  for (const folder of folders) {
    const entry = await stat(folder).catch(() => undefined);
    if (entry !== undefined && (entry.mode & 0o001) === 0) return folder;
  }
  return undefined;
}
