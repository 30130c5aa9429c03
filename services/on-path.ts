/** Finds programs the way a shell does. */

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Env } from './cache.ts';

/** Every folder of PATH, in order. */
export function pathFolders(env: Env): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** The first file of that name on PATH that may be executed. */
export async function onPath(name: string, env: Env): Promise<string | undefined> {
  for (const folder of pathFolders(env)) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

export type Version = readonly [major: number, minor: number];

/** The first `18.4`-like number in what a program prints as its version. */
export function versionIn(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

export function atLeast(version: Version, wanted: Version): boolean {
  return version[0] > wanted[0] || (version[0] === wanted[0] && version[1] >= wanted[1]);
}
