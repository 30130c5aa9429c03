/** From `Authorization: Bearer <key>` to who is calling. */
import type { MiddlewareHandler } from 'hono';
import type { Queryable } from '../db/database.ts';
import { findKey, hashKey, type KeyGrant, looksLikeKey } from '../db/keys.ts';
import type { ApiEnv } from './deps.ts';
import { Problem } from './problems.ts';
import { createRateLimiter } from './rate-limit.ts';

const BEARER = /^Bearer +(\S+) *$/i;
const MAX_CACHED = 10_000;

interface Cached {
  readonly grant: Promise<KeyGrant | undefined>;
  readonly until: number;
}

export interface AuthOptions {
  /** How long a key is believed without asking the database: as long may a revoked key go on. */
  readonly keyCacheMs: number;
  readonly now?: () => number;
}

/** Checks the key, counts the request against its limit, and says who is calling. */
export function authenticate(database: Queryable, options: AuthOptions): MiddlewareHandler<ApiEnv> {
  const { keyCacheMs, now = () => performance.now() } = options;
  const cache = new Map<string, Cached>();
  const limiter = createRateLimiter(now);

  async function grantOf(key: string): Promise<KeyGrant | undefined> {
    if (!looksLikeKey(key)) return undefined;
    const hash = hashKey(key);
    const name = hash.toString('base64');
    const known = cache.get(name);
    if (known !== undefined && now() < known.until) return known.grant;
    if (cache.size >= MAX_CACHED) cache.clear();
    const grant = findKey(database, hash);
    // The promise itself is cached, so that a burst of requests with a new key asks once.
    cache.set(name, { grant, until: now() + keyCacheMs });
    // Guesses must not fill the cache, and a database that was down must be asked again.
    const forget = () => void cache.delete(name);
    grant.then((found) => found ?? forget(), forget);
    return grant;
  }

  return async (c, next) => {
    const key = BEARER.exec(c.req.header('authorization') ?? '')?.[1];
    const caller = key === undefined ? undefined : await grantOf(key);
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
    c.set('stillValid', async () => (await grantOf(key)) !== undefined);
    await next();
  };
}
