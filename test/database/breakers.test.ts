/** Breakers over all conversations and workers: two processes on one database, with a clock of the test's. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Breakers, createBreakers } from '../../activities/breakers.ts';
import { force } from '../../core/breaker.ts';
import { type Failure, FailureError, type FailureKind } from '../../core/failure.ts';
import { changeBreaker, readBreaker } from '../../db/breakers.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { openEmbedded } from '../../db/embedded.ts';
import { migrate, PLATFORM_MIGRATIONS } from '../../db/migrate.ts';

const SETTINGS = { threshold: 3, openMs: 10_000, mostOpenMs: 60_000, probeMs: 30_000 };
const SERVICE = 'tool:shop/lookup';

let database: Database;
let now = 0;
let calls = 0;
let ids = 0;
beforeAll(async () => {
  database = await openEmbedded();
  await migrate(database, PLATFORM_MIGRATIONS);
}, 60_000);
afterAll(() => database.close());
beforeEach(async () => {
  await database.query({ name: 'test_clear', text: 'DELETE FROM breakers' });
  now = 1_000_000;
  calls = 0;
});

function worker(on: Queryable = database): Breakers {
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  return createBreakers({ database: on, log }, SETTINGS, () => now);
}

function kindOf(error: unknown): Failure {
  return error instanceof FailureError ? error.failure : { kind: 'internal', message: 'not typed' };
}

/** One call through the breaker. @returns how it ended */
function through(breakers: Breakers, work: () => Promise<void>, signal = new AbortController().signal) {
  const guarded = { service: SERVICE, id: `call-${ids++}`, signal, classify: kindOf };
  return breakers
    .guard({
      ...guarded,
      async work() {
        calls += 1;
        await work();
      },
    })
    .then(
      () => 'done' as const,
      (error: unknown) => kindOf(error).kind,
    );
}

const works = async () => undefined;
const fails =
  (kind: FailureKind = 'network') =>
  async () => {
    throw new FailureError({ kind, message: 'refused' });
  };

async function open(breakers: Breakers): Promise<void> {
  for (let n = 0; n < SETTINGS.threshold; n++) await through(breakers, fails());
}

describe('a service that keeps failing', () => {
  it('is called by fifty at once no more often than it takes to know', async () => {
    const breakers = worker();
    const ended = await Promise.all(Array.from({ length: 50 }, () => through(breakers, fails())));
    expect(calls).toBe(SETTINGS.threshold);
    expect(ended.filter((kind) => kind === 'upstream_down')).toHaveLength(47);
  });

  it('is left alone by the other workers too', async () => {
    const [one, other] = [worker(), worker()];
    await through(other, works);
    await open(one);
    now += 1_000; // what is read stands for a second, and is then read beside the next call
    await through(other, works);
    await expect.poll(() => through(other, works)).toBe('upstream_down');
    now += 10_000;
    expect(await through(other, works)).toBe('done');
  });

  it('is tried by one call in the whole fleet, and by all when that one works', async () => {
    const [one, other] = [worker(), worker()];
    await open(one);
    now += SETTINGS.openMs;
    calls = 0;
    let finish: () => void = () => undefined;
    const probe = through(one, () => new Promise<void>((resolve) => (finish = resolve)));
    await expect.poll(() => calls).toBe(1);
    expect(await through(one, works)).toBe('upstream_down');
    expect(await through(other, works)).toBe('upstream_down');
    expect(calls).toBe(1);
    finish();
    expect(await probe).toBe('done');
    expect(await through(one, works)).toBe('done');
    now += 10_000;
    expect(await through(other, works)).toBe('done');
  });

  it('is left alone for twice as long each time the trial fails', async () => {
    const breakers = worker();
    await open(breakers);
    now += SETTINGS.openMs;
    expect(await through(breakers, fails())).toBe('network');
    now += SETTINGS.openMs;
    expect(await through(breakers, works)).toBe('upstream_down');
    now += SETTINGS.openMs;
    expect(await through(breakers, works)).toBe('done');
  });

  it('writes its openings and closings into the audit table', async () => {
    const breakers = worker();
    await open(breakers);
    now += SETTINGS.openMs;
    await through(breakers, works);
    const rows = await database.query<{ detail: object }>({
      name: 'test_audit',
      text: `SELECT detail FROM audit WHERE action = 'breaker.changed' ORDER BY id DESC LIMIT 3`,
    });
    expect(rows.map(({ detail }) => detail)).toEqual([
      { from: 'half_open', to: 'closed' },
      { from: 'open', to: 'half_open' },
      { from: 'closed', to: 'open' },
    ]);
  });
});

it('failures that say nothing about the service do not open it', async () => {
  const breakers = worker();
  for (const kind of ['invalid_model_output', 'tool_rejected', 'permission_denied', 'cancelled'] as const) {
    for (let n = 0; n < 5; n++) expect(await through(breakers, fails(kind))).toBe(kind);
  }
  expect(await through(breakers, works)).toBe('done');
});

it('a trial that was cancelled leaves the next call to be one', async () => {
  const breakers = worker();
  await open(breakers);
  now += SETTINGS.openMs;
  expect(await through(breakers, fails('cancelled'))).toBe('cancelled');
  expect(await through(breakers, works)).toBe('done');
});

it('a call that waits for what becomes of others ends when it is cancelled', async () => {
  const breakers = worker();
  const finish: (() => void)[] = [];
  const hanging = () => new Promise<void>((resolve) => finish.push(resolve));
  const under = Array.from({ length: SETTINGS.threshold }, () => through(breakers, hanging));
  await expect.poll(() => finish.length).toBe(SETTINGS.threshold);
  const cancel = new AbortController();
  const waiting = through(breakers, works, cancel.signal);
  cancel.abort(new FailureError({ kind: 'cancelled', message: 'enough' }));
  expect(await waiting).toBe('cancelled');
  expect(calls).toBe(SETTINGS.threshold);
  for (const each of finish) each();
  expect(await Promise.all(under)).toEqual(['done', 'done', 'done']);
});

it("an operator's word wins over what was measured", async () => {
  const breakers = worker();
  await open(breakers);
  const stored = await readBreaker(database, SERVICE);
  if (stored === undefined) throw new Error('nothing is stored');
  await changeBreaker(database, SERVICE, stored.version, force(stored.breaker, 'closed', 'it is back', 'key:1'));
  now += 10_000;
  expect(await through(breakers, works)).toBe('done');
});

it('a database that is away stops no call', async () => {
  const away: Queryable = { query: () => Promise.reject(new Error('Connection terminated')) };
  const breakers = worker(away);
  expect(await through(breakers, works)).toBe('done');
  await open(breakers);
  expect(await through(breakers, works)).toBe('upstream_down');
});
