/** One `start` at a time in one home. The lock names its owner, so that one left by `kill -9` does not count. */
import { existsSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOf } from '../../services/processes.ts';
import { devFilePath } from '../dev-file.ts';
import { CommandError } from '../failure.ts';

/** How long one that is just ending may take. */
const PATIENCE_MS = 4_000;
const POLL_MS = 50;

/** @returns the function that gives it back. @throws CommandError with the owner's pid */
export async function takeLock(home: string): Promise<() => Promise<void>> {
  const lock = join(home, 'lock');
  // The command line guards against a pid that has been given to another program since.
  const mine = `${process.pid}\n${(await commandOf(process.pid)) ?? ''}\n`;
  const own = `${lock}.${process.pid}`;
  await writeFile(own, mine);
  try {
    for (const deadline = Date.now() + PATIENCE_MS; ; ) {
      // A link appears with its content, so nobody ever reads half a lock.
      if (await linked(own, lock)) return () => giveBack(lock, mine);
      const theirs = await readFile(lock, 'utf8').catch(() => undefined);
      if (theirs === undefined) continue;
      const owner = await livingOwner(theirs);
      if (owner === undefined) await removeAbandoned(lock, theirs);
      // Without its announcement it is starting or ending.
      else if (existsSync(devFilePath(home)) || Date.now() > deadline) throw taken(home, owner);
      else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await rm(own, { force: true });
  }
}

function taken(home: string, owner: number): CommandError {
  return new CommandError(
    `handback start is already running in ${home} (pid ${owner}). ` +
      'Use it, stop it, or set HANDBACK_HOME to another folder (and PORT and HANDBACK_TEMPORAL_PORT to other ports).',
  );
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function livingOwner(content: string): Promise<number | undefined> {
  const [first = '', command = ''] = content.split('\n');
  const pid = Number(first);
  // Our own pid in a lock that is not ours: a container whose only process always has the same one.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
  return (await commandOf(pid)) === command ? pid : undefined;
}

/** Of several who find it abandoned one moves it away; what changed hands meanwhile is put back. */
async function removeAbandoned(lock: string, seen: string): Promise<void> {
  const aside = `${lock}.${process.pid}.old`;
  try {
    await rename(lock, aside);
  } catch {
    return; // somebody else was quicker
  }
  if ((await readFile(aside, 'utf8')) !== seen) await linked(aside, lock);
  await rm(aside, { force: true });
}

async function giveBack(lock: string, mine: string): Promise<void> {
  const content = await readFile(lock, 'utf8').catch(() => undefined);
  if (content === mine) await rm(lock, { force: true });
}
