/** `dev.json` in HANDBACK_HOME: where the running embedded stack is, for the other verbs, for scripts and for tests. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const DevFile = z.object({
  apiUrl: z.string(),
  /** Has every role of the tenant `dev`. */
  apiKey: z.string(),
  temporalAddress: z.string(),
  /** Only where PostgreSQL is used: the embedded database cannot be reached from outside. */
  databaseUrl: z.string().optional(),
  /** `temporal` only where it is a child of ours. */
  pids: z.object({ handback: z.int(), temporal: z.int().optional() }),
});
export type DevFile = z.infer<typeof DevFile>;

export function devFilePath(home: string): string {
  return join(home, 'dev.json');
}

/** Whole or absent at every moment, and for this user's eyes only: it holds a key. */
export async function writeDevFile(home: string, dev: DevFile): Promise<void> {
  await writePrivately(devFilePath(home), dev);
}

/** `undefined` when nothing is running there, or was just killed before it could say where it is. */
export async function readDevFile(home: string): Promise<DevFile | undefined> {
  const text = await readFile(devFilePath(home), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return DevFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function removeDevFile(home: string): Promise<void> {
  await rm(devFilePath(home), { force: true });
}

export async function writePrivately(path: string, value: unknown): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  await writeFile(partial, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  await rename(partial, path);
}
