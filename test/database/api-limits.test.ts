// Loopback HTTP and one PGlite in memory: how much one key may hold open, and how often one address may guess keys.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi, until } from '../support/api.ts';

let api: TestApi;
let count = 0;

beforeAll(async () => {
  api = await startApi({ heartbeatMs: 60_000, checkEveryMs: 60_000, waitsPerKey: 2, streamsPerKey: 2 });
});
afterAll(() => api.close());

/** A conversation with one message that nobody has taken. */
async function begin(key: string): Promise<string> {
  const id = `c-${(count += 1)}`;
  await api.client(key).send(id, { text: 'hello', messageId: 'm-1', agent: 'support', customer: { id: 'u-1' } });
  return id;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Opens the events of a conversation; `leave` breaks the connection. */
async function follow(key: string, id: string, method = 'GET') {
  const leaving = new AbortController();
  const response = await fetch(`${api.url}/v1/conversations/${id}/events`, {
    method,
    headers: bearer(key),
    signal: leaving.signal,
  });
  return { response, leave: () => leaving.abort() };
}

function wait(key: string, id: string, messageId: string, signal?: AbortSignal) {
  return fetch(`${api.url}/v1/conversations/${id}/messages?wait=30s`, {
    method: 'POST',
    headers: { ...bearer(key), 'content-type': 'application/json' },
    body: JSON.stringify({ messageId, text: `text of ${messageId}` }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const isRefused = { code: 'too_many_open_requests', status: 429, retryAfterSeconds: expect.any(Number) };

/** Waits for a free slot by trying. */
async function untilOpen(key: string, id: string) {
  let opened = await follow(key, id);
  await until(async () => {
    if (opened.response.status === 429) {
      await opened.response.body?.cancel();
      opened = await follow(key, id);
    }
    return opened.response.status === 200;
  });
  return opened;
}

describe('event streams', () => {
  it('beyond what a key may hold are refused with 429, and other keys do not notice', async () => {
    const [key, other] = [await api.key(), await api.key()];
    const id = await begin(key);
    const open = [await follow(key, id), await follow(key, id)];
    const { response } = await follow(key, id);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject(isRefused);
    const others = await follow(other, id);
    expect(others.response.status).toBe(200);
    for (const { leave } of [...open, others]) leave();
  });

  it('make room when the reader goes away', async () => {
    const key = await api.key();
    const id = await begin(key);
    const [gone] = [await follow(key, id), await follow(key, id)];
    gone.leave();
    (await untilOpen(key, id)).leave();
  });

  it('make room when the reader goes away before the first event', async () => {
    const key = await api.key();
    const id = await begin(key);
    const { hostname, port } = new URL(api.url);
    for (let n = 0; n < 4; n += 1) {
      const path = `/v1/conversations/${id}/events`;
      const hasty = request({ agent: false, hostname, port, path, headers: bearer(key) });
      hasty.on('error', () => undefined);
      hasty.end();
      await new Promise((resolve) => hasty.once('finish', resolve));
      hasty.destroy();
    }
    (await untilOpen(key, id)).leave();
  });

  it('make room when the conversation is over', async () => {
    const key = await api.key();
    const id = await begin(key);
    const open = [await follow(key, id), await follow(key, id)];
    await api.client(key).close(id);
    await api.finishTurn({ tenant: 'acme', id }, 'bye');
    for (const { response } of open) expect(await response.text()).toContain('event: closed');
    expect((await follow(key, id)).response.status).toBe(200);
  });

  it('that never begin take no room: not found, everything seen, only the head asked for', async () => {
    const key = await api.key();
    const id = await begin(key);
    for (let n = 0; n < 3; n += 1) {
      expect((await follow(key, 'nothing')).response.status).toBe(404);
      const { response } = await follow(key, id, 'HEAD');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/event-stream');
    }
    await api.finishTurn({ tenant: 'acme', id }, 'bye');
    await api.client(key).close(id);
    for (let n = 0; n < 3; n += 1) {
      const headers = { ...bearer(key), 'last-event-id': '1999999' };
      const { status } = await fetch(`${api.url}/v1/conversations/${id}/events`, { headers });
      expect(status).toBe(204);
    }
    expect((await follow(key, id)).response.status).toBe(200);
  });
});

describe('held requests', () => {
  it('beyond what a key may hold are refused before their message is stored; without wait it is taken', async () => {
    const [key, other] = [await api.key(), await api.key()];
    const id = await begin(key);
    const leaving = new AbortController();
    const held = ['m-2', 'm-3'].map((messageId) => wait(key, id, messageId, leaving.signal));
    const stored = async () => (await api.sql('SELECT FROM inbound WHERE conversation = $1', [id])).length;
    await until(async () => (await stored()) === 3);
    const refused = await wait(key, id, 'm-4');
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await refused.json()).toMatchObject(isRefused);
    expect(await stored()).toBe(3);
    await api.client(key).send(id, { messageId: 'm-4', text: 'text of m-4' });
    const others = wait(other, id, 'm-5', leaving.signal);
    await until(async () => (await stored()) === 5);
    leaving.abort();
    await Promise.allSettled([...held, others]);
  });

  it('make room when they are answered, refused, or given up', async () => {
    const key = await api.key();
    const id = await begin(key);
    for (let n = 0; n < 3; n += 1) expect((await wait(key, 'nobody', `m-${n}`)).status).toBe(400);
    const held = ['m-2', 'm-3'].map((messageId) => wait(key, id, messageId));
    await until(async () => (await api.sql('SELECT FROM inbound WHERE conversation = $1', [id])).length === 3);
    for (let n = 0; n < 3; n += 1) await api.finishTurn({ tenant: 'acme', id }, 'hello');
    for (const response of await Promise.all(held)) expect(response.status).toBe(200);
    const leaving = new AbortController();
    const given = ['m-4', 'm-5'].map((messageId) => wait(key, id, messageId, leaving.signal));
    await until(async () => (await api.sql('SELECT FROM inbound WHERE conversation = $1', [id])).length === 5);
    leaving.abort();
    await Promise.allSettled(given);
    api.onNudge = (conversation) => api.finishTurn(conversation, 'again');
    await until(async () => (await wait(key, id, 'm-4')).status === 200);
    api.onNudge = async () => undefined;
  });
});

describe('wrong keys', () => {
  const guess = () => `hb_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`;
  const list = (url: string, key: string) => fetch(`${url}/v1/conversations`, { headers: bearer(key) });

  it('from one address soon get 429 without asking the database, and do not lock out a key that is known', async () => {
    const { url } = await api.open({ keyCacheMs: 0 });
    const good = await api.key();
    expect((await list(url, good)).status).toBe(200);
    // One more is allowed every second, and the machine may be slow.
    let refused: Response | undefined;
    for (let batch = 0; batch < 20 && refused === undefined; batch += 1) {
      api.statements.length = 0;
      const guesses = await Promise.all(Array.from({ length: 20 }, () => list(url, guess())));
      for (const { status } of guesses) expect([401, 429]).toContain(status);
      if (guesses.every(({ status }) => status === 429)) refused = guesses[0];
    }
    expect(refused?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await refused?.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(api.statements).toEqual([]);
    // Its memory has run out, so the database is asked again; but it was right before.
    for (let n = 0; n < 3; n += 1) expect((await list(url, good)).status).toBe(200);
  });

  it('do not count when they are right, or when the database could not say', async () => {
    const { url } = await api.open();
    for (let n = 0; n < 70; n += 1) expect((await list(url, await api.key())).status).toBe(200);
    api.databaseDown = true;
    for (let n = 0; n < 70; n += 1) expect((await list(url, guess())).status).toBe(503);
    api.databaseDown = false;
    expect((await list(url, guess())).status).toBe(401);
  });
});
