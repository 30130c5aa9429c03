/** The lock on HANDBACK_HOME. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../cli/stack/lock.ts';
import { commandOf } from '../../services/processes.ts';

describe('the lock of a home', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'handback-lock-'));
    // What a running owner has announced; without it the lock is waited for.
    await writeFile(join(home, 'dev.json'), '{}');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const lockedBy = (pid: number, command: string) => writeFile(join(home, 'lock'), `${pid}\n${command}\n`);

  it('names us while we have it, and leaves nothing when we give it back', async () => {
    const release = await takeLock(home);
    expect(await readFile(join(home, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid}\n`));
    await release();
    expect(await readdir(home)).toEqual(['dev.json']);
  });

  it('is refused while its owner lives, with the pid', async () => {
    await lockedBy(process.ppid, (await commandOf(process.ppid)) ?? '');
    await expect(takeLock(home)).rejects.toThrow(`pid ${process.ppid}`);
    expect(await readdir(home)).toEqual(['dev.json', 'lock']);
  });

  it('does not count when its owner was killed, or when another program has the pid now', async () => {
    await lockedBy(2 ** 22 + 1, 'node dist/cli/main.js start');
    await (await takeLock(home))();
    await lockedBy(process.ppid, 'node dist/cli/main.js start --of-last-week');
    await (await takeLock(home))();
    await lockedBy(process.pid, 'the only process of a container that was restarted');
    await (await takeLock(home))();
    await writeFile(join(home, 'lock'), 'scribble');
    await (await takeLock(home))();
  });
});
