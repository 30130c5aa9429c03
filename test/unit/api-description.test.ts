// Loopback HTTP; the database is three canned answers.
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, createApi } from '../../api/server.ts';
import { createClient } from '../../client/index.ts';
import type { Database } from '../../db/database.ts';
import { PLATFORM_MIGRATIONS } from '../../db/migrate.ts';

const key = `hb_${'0'.repeat(12)}_${'x'.repeat(43)}`;
let api: Api;
let url: string;
let databaseUp = true;
let temporalUp = true;
let applied: readonly string[] = [];

const unused = () => Promise.reject(new Error('this test does not use it'));
const grant = { id: 'k', tenant: 'acme', roles: ['admin'], requestsPerMinute: 6_000 };
let grants = [grant];
const database: Database = {
  kind: 'postgres',
  schema: 'public',
  async query<Row>({ name }: { name: string }) {
    if (!databaseUp) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    // The canned rows are what the statements of these names return.
    return (name === 'keys_find' ? grants : applied.map((migration) => ({ name: migration }))) as Row[];
  },
  transaction: unused,
  session: unused,
  listen: async () => async () => undefined,
  close: async () => undefined,
};

beforeAll(async () => {
  applied = (await readdir(PLATFORM_MIGRATIONS.platform)).map((file) => file.replace(/\.sql$/, ''));
  const log = { warn: () => undefined, error: () => undefined };
  const conversations = { nudge: unused, close: unused, reachable: async () => temporalUp };
  api = createApi({ database, conversations, log, config: { version: '1.2.3' } });
  url = (await api.listen({ host: '127.0.0.1', port: 0 })).url;
});
afterAll(() => api.close());

describe('the memory for keys', () => {
  // A wrong method is answered only to those whose key is right.
  const statusWith = async (bearer: string) =>
    (await fetch(`${url}/v1/conversations`, { method: 'PUT', headers: { authorization: `Bearer ${bearer}` } })).status;

  it('does not hold a key that was unknown: made a moment later, it works', async () => {
    const late = `hb_${'1'.repeat(12)}_${'x'.repeat(43)}`;
    grants = [];
    expect(await statusWith(late)).toBe(401);
    grants = [grant];
    expect(await statusWith(late)).toBe(405);
  });

  it('does not hold an outage, and does not ask again for a key it knows', async () => {
    const other = `hb_${'2'.repeat(12)}_${'x'.repeat(43)}`;
    databaseUp = false;
    expect(await statusWith(other)).toBe(503);
    databaseUp = true;
    expect(await statusWith(other)).toBe(405);
    databaseUp = false;
    expect(await statusWith(other)).toBe(405);
    databaseUp = true;
  });
});

describe('health and description', () => {
  it('is ready when the database has its migrations and Temporal answers, and says what is missing', async () => {
    const client = createClient({ baseUrl: url, key });
    expect(await client.ready()).toBe(true);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const checks = async () => (await fetch(`${url}/readyz`)).json();
    temporalUp = false;
    expect(await checks()).toEqual({ ready: false, checks: { database: 'ok', temporal: 'unreachable' } });
    temporalUp = true;
    databaseUp = false;
    expect(await checks()).toMatchObject({ ready: false, checks: { database: 'unreachable' } });
    expect(await client.ready()).toBe(false);
    databaseUp = true;
    const all = applied;
    applied = [];
    expect(await checks()).toMatchObject({ ready: false, checks: { database: 'migrations_missing' } });
    applied = all;
  });

  it('a wrong method is 405 with the right ones, a wrong address 404', async () => {
    const wrong = await fetch(`${url}/v1/conversations/x/trace`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('GET');
    const nowhere = await fetch(`${url}/nowhere`);
    expect(await nowhere.json()).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('the OpenAPI document is 3.1, lists every route and has no dangling reference', async () => {
    const response = await fetch(`${url}/openapi.json`);
    const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> };
    expect(document.openapi).toBe('3.1.0');
    const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...calls].sort()).toEqual([
      'GET /healthz',
      'GET /readyz',
      'GET /v1/approvals',
      'GET /v1/breakers',
      'GET /v1/conversations',
      'GET /v1/conversations/{id}',
      'GET /v1/conversations/{id}/events',
      'GET /v1/conversations/{id}/limits',
      'GET /v1/conversations/{id}/messages',
      'GET /v1/conversations/{id}/trace',
      'GET /v1/effects',
      'GET /v1/escalations',
      'GET /v1/escalations/{id}',
      'POST /v1/approvals/{id}/decision',
      'POST /v1/breakers/force',
      'POST /v1/conversations/{id}/close',
      'POST /v1/conversations/{id}/escalate',
      'POST /v1/conversations/{id}/limits',
      'POST /v1/conversations/{id}/messages',
      'POST /v1/effects/resolve',
      'POST /v1/escalations/{id}/claim',
      'POST /v1/escalations/{id}/hand-back',
      'POST /v1/escalations/{id}/messages',
      'POST /v1/escalations/{id}/release',
      'POST /v1/escalations/{id}/resolve',
    ]);
    const served = api.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect([...calls, 'GET /openapi.json'].sort()).toEqual([...new Set(served)].sort());
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(document).toHaveProperty(['components', 'schemas', name ?? '']);
    }
    // A pattern of JSON Schema has no place for flags.
    for (const [, pattern] of text.matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)) expect(pattern).toMatch(/^\^.*\$$/);
    for (const methods of Object.values(document.paths)) {
      for (const { responses, summary } of Object.values(methods)) {
        expect(summary).not.toBe('');
        expect(Object.keys(responses).length).toBeGreaterThan(0);
      }
    }
  });
});

interface Operation {
  readonly summary: string;
  readonly responses: object;
}
