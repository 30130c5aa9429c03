// Loopback HTTP and one PGlite in memory; a worker's breakers have a clock of the test's.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Breakers, createBreakers } from '../../activities/breakers.ts';
import type { ApiError, Client } from '../../client/index.ts';
import { CLOSED, record } from '../../core/breaker.ts';
import { FailureError } from '../../core/failure.ts';
import { changeBreaker, readBreaker } from '../../db/breakers.ts';
import type { KeyRole } from '../../db/keys.ts';
import { startApi, type TestApi, until } from '../support/api.ts';

const SETTINGS = { threshold: 2, openMs: 10_000, mostOpenMs: 60_000, probeMs: 30_000 };
const SERVICE = 'tool:shop/lookup';

let api: TestApi;
let supervisor: Client;
let by: string;
let now = 0;

beforeAll(async () => {
  api = await startApi();
  const key = await api.key({ roles: ['supervisor'] });
  supervisor = api.client(key);
  by = `key:${key.split('_')[1]}`;
}, 60_000);
afterAll(() => api.close());
beforeEach(async () => {
  await api.sql('DELETE FROM breakers');
  await api.sql('DELETE FROM audit');
  now = Date.parse('2030-01-01T00:00:00Z');
});
afterEach(() => vi.restoreAllMocks());

function worker(): Breakers {
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  return createBreakers(
    { database: api.database, log },
    SETTINGS,
    () => now,
    () => 0,
  );
}

/** One call through a worker's breakers. @returns how it ended */
async function call(breakers: Breakers, fails = false): Promise<string> {
  const failure = (error: unknown) =>
    error instanceof FailureError ? error.failure : { kind: 'internal' as const, message: 'not typed' };
  const work = async () => {
    if (fails) throw new FailureError({ kind: 'network', message: 'refused' });
    return 'done';
  };
  const id = crypto.randomUUID();
  const signal = new AbortController().signal;
  return breakers
    .guard({ service: SERVICE, id, signal, work, classify: failure })
    .catch((error: unknown) => failure(error).kind);
}

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (error: ApiError) => error.code,
  );

const audit = () =>
  api.sql(`SELECT tenant, actor, subject, detail FROM audit WHERE action = 'breaker.forced' ORDER BY id`);

describe('the breakers of an installation', () => {
  it('are listed by name, each with what was measured', async () => {
    const until = Date.parse('2030-01-01T00:00:10Z');
    await changeBreaker(api.database, 'tool:shop/b', 0, { state: { kind: 'closed', failures: 1 } });
    await changeBreaker(api.database, 'model:gpt-4o', 0, { state: { kind: 'open', until, trips: 3 } });
    const state = { kind: 'half_open', probe: { id: 'c-1/1/1#1', until }, trips: 1 } as const;
    await changeBreaker(api.database, 'tool:shop/a', 0, { state });
    const { breakers } = await supervisor.breakers();
    const changedAt = expect.stringMatching(/^\d{4}-.*Z$/);
    const at = '2030-01-01T00:00:10.000Z';
    expect(breakers).toEqual([
      { service: 'model:gpt-4o', state: 'open', until: at, trips: 3, forced: null, changedAt },
      { service: 'tool:shop/a', state: 'half_open', until: at, trips: 1, forced: null, changedAt },
      { service: 'tool:shop/b', state: 'closed', failures: 1, forced: null, changedAt },
    ]);
  });

  it.each<readonly [KeyRole, string, string]>([
    ['service', 'forbidden', 'forbidden'],
    ['operator', 'done', 'forbidden'],
    ['supervisor', 'done', 'done'],
    ['engineer', 'done', 'done'],
    ['admin', 'done', 'done'],
  ])('as %s: seen: %s, forced: %s', async (role, seen, forced) => {
    const client = api.client(await api.key({ roles: [role] }));
    expect(await codeOf(client.breakers())).toBe(seen);
    expect(await codeOf(client.forceBreaker(SERVICE, 'open', 'maintenance'))).toBe(forced);
    expect(await audit()).toHaveLength(forced === 'done' ? 1 : 0);
  });
});

describe("a person's word", () => {
  it('forced open, a service that never failed is called by no worker until it is taken back', async () => {
    const breakers = worker();
    expect(await call(breakers)).toBe('done');
    const forced = await supervisor.forceBreaker(SERVICE, 'open', 'their maintenance');
    expect(forced).toMatchObject({ state: 'closed', forced: { to: 'open', reason: 'their maintenance', by } });
    now += 10_000;
    expect(await call(breakers)).toBe('upstream_down');
    await supervisor.forceBreaker(SERVICE, null, 'they are done');
    now += 10_000;
    expect(await call(breakers)).toBe('done');
  });

  it('forced closed, a service that was left alone is called, however often it fails', async () => {
    const breakers = worker();
    await call(breakers, true);
    await call(breakers, true);
    expect(await call(breakers)).toBe('upstream_down');
    expect(await supervisor.forceBreaker(SERVICE, 'closed', 'it is back')).toMatchObject({ state: 'open', trips: 1 });
    now += 10_000;
    expect(await call(breakers, true)).toBe('network');
    expect(await call(breakers, true)).toBe('network');
    expect(await call(breakers)).toBe('done');
  });

  it('is in the audit log each time, with who said it and why', async () => {
    await supervisor.forceBreaker(SERVICE, 'open', 'one');
    await supervisor.forceBreaker(SERVICE, 'closed', 'two');
    expect(await supervisor.forceBreaker(SERVICE, null, 'three')).toMatchObject({ forced: null });
    const row = { tenant: 'acme', actor: by, subject: SERVICE };
    expect(await audit()).toEqual([
      { ...row, detail: { to: 'open', reason: 'one' } },
      { ...row, detail: { to: 'closed', reason: 'two' } },
      { ...row, detail: { to: null, reason: 'three' } },
    ]);
  });

  it('sent twice, is one change', async () => {
    const first = await supervisor.forceBreaker(SERVICE, 'open', 'maintenance');
    expect(await supervisor.forceBreaker(SERVICE, 'open', 'maintenance')).toEqual(first);
    await supervisor.forceBreaker(SERVICE, null, 'done');
    await supervisor.forceBreaker(SERVICE, null, 'done');
    expect(await audit()).toHaveLength(2);
  });

  it('is not given without a row in the log', async () => {
    await api.sql(`ALTER TABLE audit ADD CONSTRAINT test_full CHECK (action <> 'breaker.forced')`);
    try {
      expect(await codeOf(supervisor.forceBreaker(SERVICE, 'open', 'maintenance'))).toBe('internal');
    } finally {
      await api.sql('ALTER TABLE audit DROP CONSTRAINT test_full');
      api.logged.length = 0;
    }
    expect(await readBreaker(api.database, SERVICE)).toBeUndefined();
  });
});

describe('a change that comes between', () => {
  /** After each of the first `times` looks at the breaker, a worker counts a failure. */
  function between(times: number): void {
    const { query } = api.database;
    let left = times;
    vi.spyOn(api.database, 'query').mockImplementation(async (statement, values) => {
      const rows = await query(statement, values);
      if (statement.name !== 'breaker_read' || left === 0) return rows;
      left -= 1;
      const [row] = await api.sql('SELECT breaker, version FROM breakers');
      const stored = row as { breaker: typeof CLOSED; version: number } | undefined;
      const { breaker, version } = stored ?? { breaker: CLOSED, version: 0 };
      const next = record(breaker, 'x', 'failed', now, { ...SETTINGS, threshold: 1_000 });
      await changeBreaker({ query }, SERVICE, version, next);
      return rows;
    });
  }

  it('is kept, and so is the word', async () => {
    between(2);
    const forced = await supervisor.forceBreaker(SERVICE, 'open', 'maintenance');
    expect(forced).toMatchObject({ failures: 2, forced: { to: 'open' } });
    expect(await audit()).toHaveLength(1);
  });

  it('again and again ends as a problem that is worth trying again', async () => {
    between(Number.POSITIVE_INFINITY);
    const asked = supervisor.forceBreaker(SERVICE, 'open', 'maintenance', { retries: 0 });
    await expect(asked).rejects.toMatchObject({ status: 503, code: 'breaker_busy' });
    expect(await audit()).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each([
    'lookup',
    'tool:lookup',
    'tool:shop/',
    'tool:/lookup',
    'tool:shop/look up',
    'tool:shop/lookup/x',
    'model:',
    'model:a\nb',
    'Tool:shop/lookup',
    'tool:Shop/lookup',
  ])('a name that no service can have: %j', async (service) => {
    const asked = supervisor.forceBreaker(service, 'open', 'maintenance');
    await expect(asked).rejects.toMatchObject({ status: 404, code: 'unknown_service' });
    expect((await supervisor.breakers()).breakers).toEqual([]);
  });

  it('a word taken back of which nobody has heard', async () => {
    expect(await codeOf(supervisor.forceBreaker(SERVICE, null, 'typo'))).toBe('unknown_service');
  });

  it.each([
    ['no reason', { service: SERVICE, to: 'open' }, 'validation_failed'],
    ['an empty reason', { service: SERVICE, to: 'open', reason: '' }, 'validation_failed'],
    ['a blank reason', { service: SERVICE, to: 'open', reason: ' \n' }, 'validation_failed'],
    ['a long reason', { service: SERVICE, to: 'open', reason: 'x'.repeat(501) }, 'validation_failed'],
    ['a reason with a NUL', { service: SERVICE, to: 'open', reason: 'a\0' }, 'validation_failed'],
    ['half a character', { service: SERVICE, to: 'open', reason: '\ud800' }, 'validation_failed'],
    ['no service', { to: 'open', reason: 'r' }, 'validation_failed'],
    ['a service with a NUL', { service: 'model:a\0', to: 'open', reason: 'r' }, 'validation_failed'],
    ['a long service', { service: `model:${'x'.repeat(500)}`, to: 'open', reason: 'r' }, 'validation_failed'],
    ['no word', { service: SERVICE, reason: 'r' }, 'validation_failed'],
    ['another word', { service: SERVICE, to: 'half_open', reason: 'r' }, 'validation_failed'],
    ['a field nobody knows', { service: SERVICE, to: 'open', reason: 'r', color: 'red' }, 'validation_failed'],
  ])('%s', async (_, body, code) => {
    const headers = { authorization: `Bearer ${await api.key({ roles: ['admin'] })}` };
    const address = `${api.url}/v1/breakers/force`;
    const json = { ...headers, 'content-type': 'application/json' };
    const response = await fetch(address, { method: 'POST', headers: json, body: JSON.stringify(body) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
    const plain = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(plain.status).toBe(415);
  });

  it('but a service that has a row is forced whatever its name is', async () => {
    await changeBreaker(api.database, 'odd name', 0, CLOSED);
    expect(await codeOf(supervisor.forceBreaker('odd name', 'open', 'maintenance'))).toBe('done');
  });
});

it('a database that is away is a problem that is worth trying again', async () => {
  api.databaseDown = true;
  try {
    const asked = supervisor.forceBreaker(SERVICE, 'open', 'maintenance', { retries: 0 });
    await expect(asked).rejects.toMatchObject({ code: 'database_unavailable' });
  } finally {
    api.databaseDown = false;
  }
  await until(async () => (await codeOf(supervisor.breakers({ retries: 0 }))) === 'done');
});
