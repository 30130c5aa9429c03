import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './step.mjs';

const POLL_MS = 100;
/** A lock whose maker has not written its pid by then died in between. */
const UNSIGNED_MS = 5_000;

/** Does `work` while holding a lock that a process that died does not keep: a folder with the pid of its owner. */
export async function withLock(folder, purpose, work) {
  mkdirSync(dirname(folder), { recursive: true });
  let told = false;
  while (!take(folder)) {
    const owner = ownerOf(folder);
    if (isAbandoned(folder, owner)) removeAbandoned(folder, owner);
    else if (!told) {
      told = true;
      say(`Waiting for process ${owner ?? '(just starting)'}, which is ${purpose} ...`);
    }
    await pause(POLL_MS);
  }
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(folder, 'pid'), String(process.pid));
  return true;
}

function ownerOf(folder) {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAbandoned(folder, owner) {
  if (owner !== undefined) return !isRunning(owner);
  try {
    return Date.now() - statSync(folder).mtimeMs > UNSIGNED_MS;
  } catch {
    return false;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Moves the lock away before removing it: of several who find it abandoned, one succeeds. Should it have changed hands
 * since we looked, what we moved is somebody's living lock, and goes back.
 */
function removeAbandoned(folder, owner) {
  const aside = `${folder}.${process.pid}`;
  try {
    renameSync(folder, aside);
    if (ownerOf(aside) === owner) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, folder);
  } catch {
    // Somebody else was quicker.
  }
}
