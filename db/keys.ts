/** API keys. The key itself is shown once, when it is made; the table holds only its hash. */
import { createHash, randomBytes } from 'node:crypto';
import { ID_PATTERN } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

/** What a key may be for; `api/permissions.ts` says which role may do what. */
export const KEY_ROLES = ['service', 'operator', 'supervisor', 'engineer', 'admin'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

export interface NewKey {
  readonly tenant: string;
  /** For people: where the key is used. */
  readonly name: string;
  readonly roles: readonly KeyRole[];
  /** Default 6,000. */
  readonly requestsPerMinute?: number;
}

/** Whose keys may own conversations. */
export const OWNERS: readonly KeyRole[] = ['operator', 'supervisor', 'admin'];

/** What a valid key allows. */
export interface KeyGrant {
  readonly id: string;
  readonly tenant: string;
  readonly roles: readonly KeyRole[];
  readonly requestsPerMinute: number;
}

export interface KeyRecord extends KeyGrant {
  readonly name: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

const KEY_FORM = /^hb_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/;
const DEFAULT_REQUESTS_PER_MINUTE = 6_000;

/** Whether a text could be a key at all; what could not is refused without asking the database. */
export function looksLikeKey(text: string): boolean {
  return KEY_FORM.test(text);
}

/**
 * The hash a key is stored and found under. A plain SHA-256 is right here: the secret is 32 random bytes, so there is
 * nothing to guess that a slow password hash would protect, and it runs on every request.
 */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

const CREATE = {
  name: 'keys_create',
  text: `
    WITH tenant AS (INSERT INTO tenants (id) VALUES ($2) ON CONFLICT DO NOTHING)
    INSERT INTO api_keys (id, tenant, name, roles, hash, requests_per_minute) VALUES ($1, $2, $3, $4::text[], $5, $6)`,
};

/**
 * Makes a key, and its tenant where there is none yet.
 * @returns the key's id (to list and revoke it by) and the key itself, which cannot be shown again
 * @throws Error when the tenant's name, the roles or the limit are not usable
 */
export async function createKey(database: Queryable, spec: NewKey): Promise<{ id: string; key: string }> {
  const { tenant, name, roles, requestsPerMinute = DEFAULT_REQUESTS_PER_MINUTE } = spec;
  if (!ID_PATTERN.test(tenant)) {
    throw new Error(
      `"${tenant}" is not a tenant id. Use up to 128 letters, digits and "._~-", a letter or digit first.`,
    );
  }
  if (roles.length === 0) throw new Error(`A key needs at least one role: ${KEY_ROLES.join(', ')}.`);
  if (!Number.isSafeInteger(requestsPerMinute) || requestsPerMinute < 1 || requestsPerMinute > 1_000_000) {
    throw new Error(
      `A limit of ${requestsPerMinute} requests a minute does not work. Use a whole number from 1 to 1000000.`,
    );
  }
  const id = randomBytes(6).toString('hex');
  const key = `hb_${id}_${randomBytes(32).toString('base64url')}`;
  await database.query(CREATE, [id, tenant, name, [...new Set(roles)], hashKey(key), requestsPerMinute]);
  return { id, key };
}

const FIND = {
  name: 'keys_find',
  text: `SELECT id, tenant, roles, requests_per_minute AS "requestsPerMinute"
           FROM api_keys WHERE hash = $1 AND revoked_at IS NULL`,
};

/** The grant of the key with this hash, or `undefined` where there is none or it was revoked. */
export async function findKey(database: Queryable, hash: Uint8Array): Promise<KeyGrant | undefined> {
  const [found] = await database.query<KeyGrant>(FIND, [hash]);
  return found;
}

const FIND_BY_ID = {
  name: 'keys_find_by_id',
  text: `SELECT id, tenant, roles, requests_per_minute AS "requestsPerMinute"
           FROM api_keys WHERE id = $1 AND revoked_at IS NULL`,
};

/** The grant of the key with this id, for those who come through another door than the API. */
export async function findKeyById(database: Queryable, id: string): Promise<KeyGrant | undefined> {
  const [found] = await database.query<KeyGrant>(FIND_BY_ID, [id]);
  return found;
}

const LIST = {
  name: 'keys_list',
  text: `SELECT id, tenant, name, roles, requests_per_minute AS "requestsPerMinute",
                created_at AS "createdAt", revoked_at AS "revokedAt"
           FROM api_keys WHERE $1::text IS NULL OR tenant = $1 ORDER BY created_at, id`,
};

/** Every key, revoked ones too, oldest first; of one tenant where it is named. */
export function listKeys(database: Queryable, tenant?: string): Promise<readonly KeyRecord[]> {
  return database.query<KeyRecord>(LIST, [tenant ?? null]);
}

const REVOKE = {
  name: 'keys_revoke',
  text: 'UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id',
};

/** Ends a key; the API lets go of it within five seconds. @returns false where no such key was valid */
export async function revokeKey(database: Queryable, id: string): Promise<boolean> {
  const revoked = await database.query(REVOKE, [id]);
  return revoked.length > 0;
}
