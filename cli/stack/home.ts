/** HANDBACK_HOME: the folder the embedded stack keeps everything in. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writePrivately } from '../dev-file.ts';
import { CommandError } from '../failure.ts';
import { takeLock } from './lock.ts';

export interface Home {
  readonly path: string;
  readonly database: string;
  readonly temporalData: string;
  readonly logs: string;
  /** The key that was made for this home, if one was. */
  readonly apiKey: string | undefined;
  keepKey(apiKey: string): Promise<void>;
  /** Lets the next `start` in. */
  release(): Promise<void>;
}

/** Everything we put there beside the marker and the lock; `--fresh` removes exactly this. */
const OURS = ['dev.json', 'pglite', 'temporal.db', 'temporal.db-shm', 'temporal.db-wal', 'temporal.db.pid', 'logs'];
const MARKER = 'home.json';
const Marker = z.object({ apiKey: z.string().optional() });

/**
 * Takes the folder for this process, making it where it is missing.
 * @throws CommandError when another `start` has it, or when it holds files of somebody else under our names
 */
export async function openHome(folder: string, { fresh }: { readonly fresh: boolean }): Promise<Home> {
  const path = resolve(folder);
  // Conversations are in here: nobody else's business.
  await mkdir(path, { recursive: true, mode: 0o700 });
  const marker = join(path, MARKER);
  const foreign = existsSync(marker) ? undefined : OURS.find((name) => existsSync(join(path, name)));
  if (foreign !== undefined) {
    throw new CommandError(
      `${path} is no home of Handback, but has a "${foreign}" of its own. Set HANDBACK_HOME to another folder.`,
    );
  }
  const release = await takeLock(path);
  if (fresh) for (const name of [...OURS, MARKER]) await rm(join(path, name), { recursive: true, force: true });
  // What a process that was killed left behind points to nobody.
  await rm(join(path, 'dev.json'), { force: true });
  const { apiKey } = await readMarker(marker);
  if (!existsSync(marker)) await writePrivately(marker, {});
  return {
    path,
    database: join(path, 'pglite'),
    temporalData: join(path, 'temporal.db'),
    logs: join(path, 'logs'),
    apiKey,
    keepKey: (key) => writePrivately(marker, { apiKey: key }),
    release,
  };
}

async function readMarker(marker: string): Promise<z.infer<typeof Marker>> {
  const text = await readFile(marker, 'utf8').catch(() => '{}');
  try {
    return Marker.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
