/** Breakers over all conversations and workers: two processes on one database, with a clock of the test's. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Breakers, createBreakers, type GuardedCall } from '../../activities/breakers.ts';
import { force } from '../../core/breaker.ts';
import { type Failure, FailureError, type FailureKind } from '../../core/failure.ts';
import { changeBreaker, readBreaker } from '../../db/breakers.ts';
import type { Queryable } from '../../db/database.ts';
import { embeddedDatabase } from '../support/embedded.ts';
import { until } from '../support/until.ts';

const SETTINGS = { threshold: 3, openMs: 10_000, mostOpenMs: 60_000, probeMs: 30_000 };
const SERVICE = 'tool:shop/lookup';

const database = embeddedDatabase();
let now = 0;
let calls = 0;
let ids = 0;
beforeEach(async () => {
  await database.query({ name: 'test_clear', text: 'DELETE FROM breakers' });
  now = 1_000_000;
  calls = 0;
});

/** @param chance what it has for its random numbers */
function worker(on: Queryable = database, chance = 0): Breakers {
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  return createBreakers(
    { database: on, log },
    SETTINGS,
    () => now,
    () => chance,
  );
}

function kindOf(error: unknown): Failure {
  return error instanceof FailureError ? error.failure : { kind: 'internal', message: 'not typed' };
}

/** One call through the breaker. @returns how it ended */
function through(
  breakers: Breakers,
  work: () => Promise<void>,
  given: Partial<Pick<GuardedCall<void>, 'id' | 'signal'>> = {},
) {
  const guarded = { id: `call-${ids++}`, signal: new AbortController().signal, ...given };
  return breakers
    .guard({
      ...{ ...guarded, service: SERVICE, classify: kindOf },
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
/** What a call comes to whose process is killed. */
const never = () => new Promise<void>(() => undefined);
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

  it('is left alone for longer where chance says so, by the workers that only read of it too', async () => {
    await open(worker(database, 1));
    now += SETTINGS.openMs;
    expect(await through(worker(), works)).toBe('upstream_down');
    now += SETTINGS.openMs * 0.2;
    expect(await through(worker(), works)).toBe('done');
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

describe('a dead service', () => {
  /** Each worker makes fifty calls at once. */
  const fifty = (fleet: readonly Breakers[], work: () => Promise<void>) =>
    Promise.all(fleet.flatMap((breakers) => Array.from({ length: 50 }, () => through(breakers, work))));

  it.each([1, 2, 3])('is called by %i workers at most `threshold` times each, and once a trial', async (workers) => {
    const fleet = Array.from({ length: workers }, () => worker());
    let fail: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (fail = resolve));
    const all = fifty(fleet, () => gate.then(fails()));
    // The most there can be: nobody knows of a failure before all have begun.
    await expect.poll(() => calls).toBe(workers * SETTINGS.threshold);
    fail();
    const ended = await all;
    expect(calls).toBe(workers * SETTINGS.threshold);
    expect(ended.filter((kind) => kind === 'upstream_down')).toHaveLength(workers * (50 - SETTINGS.threshold));
    for (let trial = 1; trial <= 3; trial++) {
      now += SETTINGS.mostOpenMs;
      await fifty(fleet, fails());
      expect(calls).toBe(workers * SETTINGS.threshold + trial);
    }
  });

  it('is called no more often than that in whatever order the calls fail', async () => {
    const picks = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), picks, async (workers, order) => {
      await database.query({ name: 'test_clear', text: 'DELETE FROM breakers' });
      calls = 0;
      const underWay: (() => void)[] = [];
      const failsLater = () => new Promise<void>((resolve) => underWay.push(resolve)).then(fails());
      let over = false;
      const fleet = Array.from({ length: workers }, () => worker());
      const all = Promise.all(
        fleet.flatMap((breakers) => Array.from({ length: 10 }, () => through(breakers, failsLater))),
      ).finally(() => (over = true));
      for (let n = 0; !over; n++) {
        const [end] = underWay.splice((order[n % order.length] ?? 0) % Math.max(1, underWay.length), 1);
        end?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await all;
      expect(calls).toBeGreaterThanOrEqual(SETTINGS.threshold);
      expect(calls).toBeLessThanOrEqual(workers * SETTINGS.threshold);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('is called as often by a worker that has not heard of it yet', async () => {
    const [one, other] = [worker(), worker()];
    await through(other, fails('cancelled')); // looks, and learns nothing of the service
    calls = 0;
    await open(one);
    await fifty([other], fails());
    expect(calls).toBe(2 * SETTINGS.threshold);
  });

  it('is called by all who asked before its first failure, where it answered a moment ago', async () => {
    const breakers = worker();
    await through(breakers, works);
    calls = 0;
    await fifty([breakers], fails());
    expect(calls).toBe(50);
    now += SETTINGS.openMs;
    await fifty([breakers], fails());
    expect(calls).toBe(51);
  });
});

describe('a trial whose process is killed', () => {
  const ID = 'acme/c-1/3/1/1';
  beforeEach(async () => {
    await open(worker());
    now += SETTINGS.openMs;
    calls = 0;
    void through(worker(), never, { id: ID });
    await until('it is under way', () => calls === 1);
  });

  it('goes on when its call is attempted again by another process, and keeps the others away until then', async () => {
    const other = worker();
    expect(await through(other, works)).toBe('upstream_down');
    expect(await through(other, works, { id: ID })).toBe('done');
    expect(await through(other, works)).toBe('done');
    expect(await through(worker(), works)).toBe('done');
  });

  it('is given up after a while, and the next call is one', async () => {
    const other = worker();
    now += SETTINGS.probeMs - 1;
    expect(await through(other, works)).toBe('upstream_down');
    now += 1;
    expect(await through(other, works)).toBe('done');
    expect(await through(worker(), works)).toBe('done');
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
  const waiting = through(breakers, works, { signal: cancel.signal });
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
