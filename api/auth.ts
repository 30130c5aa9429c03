/** From `Authorization: Bearer <key>` to who is calling. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { MiddlewareHandler } from 'hono';
import type { Queryable } from '../db/database.ts';
import { findKey, hashKey, type KeyGrant, looksLikeKey } from '../db/keys.ts';
import type { ApiEnv } from './deps.ts';
import { Problem } from './problems.ts';
import { createRateLimiter } from './rate-limit.ts';

const BEARER = /^Bearer +(\S+) *$/i;
const MAX_CACHED = 10_000;
/** How many keys that turn out to be wrong one address may send. Each costs a query. */
const WRONG_KEYS_PER_MINUTE = 60;

interface Remembered {
  readonly grant: Promise<KeyGrant | undefined>;
  /** Until when it is believed; afterwards the database is asked again. */
  until: number;
  /** Was right at least once: such a key is no guess, whatever else comes from its address. */
  proven: boolean;
}

export interface AuthOptions {
  /** How long a key is believed without asking the database: as long may a revoked key go on. */
  readonly keyCacheMs: number;
  readonly now?: () => number;
}

/** Checks the key, counts the request against its limit, and says who is calling. */
export function authenticate(database: Queryable, options: AuthOptions): MiddlewareHandler<ApiEnv> {
  const { keyCacheMs, now = () => performance.now() } = options;
  const memory = new Map<string, Remembered>();
  const limiter = createRateLimiter(now);
  const guesses = createRateLimiter(now);

  /** @throws Problem `rate_limited` where too many wrong keys came from the address */
  async function grantOf(key: string, address: string): Promise<KeyGrant | undefined> {
    if (!looksLikeKey(key)) return undefined;
    const hash = hashKey(key);
    const name = hash.toString('base64');
    const known = memory.get(name);
    if (known !== undefined && now() < known.until) return known.grant;
    const proven = known?.proven === true;
    if (!proven) countGuess(address);
    if (memory.size >= MAX_CACHED) memory.clear();
    // The promise itself is kept, so that a burst of requests with a new key asks once.
    const entry: Remembered = { grant: findKey(database, hash), until: now() + keyCacheMs, proven };
    memory.set(name, entry);
    entry.grant.then(
      (found) => {
        if (found === undefined) return void memory.delete(name); // guesses must not fill the memory
        entry.proven = true;
        if (!proven) guesses.giveBack(address);
      },
      () => {
        entry.until = Number.NEGATIVE_INFINITY; // a database that was down must be asked again
        if (proven) return;
        memory.delete(name);
        guesses.giveBack(address);
      },
    );
    return entry.grant;
  }

  // Counted before the database is asked, so that many at once are limited too; what was no guess is given back.
  function countGuess(address: string): void {
    const { allowed, nextInSeconds } = guesses.take(address, WRONG_KEYS_PER_MINUTE);
    if (allowed) return;
    throw new Problem('rate_limited', {
      detail: 'Too many wrong keys came from this address.',
      retryAfterSeconds: nextInSeconds,
    });
  }

  return async (c, next) => {
    const key = BEARER.exec(c.req.header('authorization') ?? '')?.[1];
    const address = getConnInfo(c).remote.address ?? '';
    const caller = key === undefined ? undefined : await grantOf(key, address);
    if (key === undefined || caller === undefined) {
      throw new Problem('unauthenticated', {
        detail:
          key === undefined ? 'There is no "Authorization: Bearer" header.' : 'The key is not known or was revoked.',
        headers: { 'www-authenticate': 'Bearer realm="handback"' },
      });
    }
    const { allowed, remaining, nextInSeconds } = limiter.take(caller.id, caller.requestsPerMinute);
    c.header('RateLimit-Policy', `"key";q=${caller.requestsPerMinute};w=60`);
    c.header('RateLimit', `"key";r=${remaining};t=${nextInSeconds}`);
    if (!allowed) {
      throw new Problem('rate_limited', {
        detail: `The key may make ${caller.requestsPerMinute} requests a minute.`,
        retryAfterSeconds: nextInSeconds,
      });
    }
    c.set('caller', caller);
    c.set('stillValid', async () => (await grantOf(key, address)) !== undefined);
    await next();
  };
}
