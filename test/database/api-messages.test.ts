// Loopback HTTP and one PGlite in memory; Temporal and the worker are played by the test.
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listKeys, revokeKey } from '../../db/keys.ts';
import { startApi, type TestApi, until } from '../support/api.ts';

let api: TestApi;
let key: string;
let count = 0;

beforeAll(async () => {
  api = await startApi({ keyCacheMs: 0, checkEveryMs: 50 });
  key = await api.key();
});
afterAll(() => api.close());

const newId = () => `c-${(count += 1)}`;

interface Post {
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly key?: string | null;
  readonly wait?: string;
  readonly headers?: Record<string, string>;
}

async function post(id: string, { body, raw, key: bearer = key, wait, headers }: Post = {}) {
  const response = await fetch(
    `${api.url}/v1/conversations/${id}/messages${wait === undefined ? '' : `?wait=${wait}`}`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body: raw ?? JSON.stringify(body ?? first('Where is my order?')),
    },
  );
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, answer, code: answer['code'] };
}

function first(text: string, messageId = 'm-1') {
  return { messageId, text, agent: 'support', customer: { id: 'u-1' } };
}

const inboundRows = (id: string) =>
  api.sql('SELECT message_id, seq FROM inbound WHERE conversation = $1 ORDER BY seq', [id]);

describe('sending a message', () => {
  it('stores it, wakes the conversation and answers 202', async () => {
    const id = newId();
    const { status, answer } = await post(id);
    expect(status).toBe(202);
    expect(answer).toEqual({ conversationId: id, messageId: 'm-1', seq: 1, duplicate: false });
    expect(api.nudges.at(-1)).toEqual({ tenant: 'acme', id });
  });

  it('takes one statement and one nudge, and one more query when the turn is over', async () => {
    const cached = await api.open({ keyCacheMs: 5_000, checkEveryMs: 60_000 });
    const id = newId();
    const send = (messageId: string, query: string) =>
      fetch(`${cached.url}/v1/conversations/${id}/messages${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify(first('hello', messageId)),
      });
    await send('m-1', '');
    await api.finishTurn({ tenant: 'acme', id }, 'hello');
    api.statements.length = 0;
    const before = api.nudges.length;
    api.onNudge = (conversation) => api.finishTurn(conversation, 'hello again');
    const response = await send('m-2', '?wait=30s');
    api.onNudge = async () => undefined;
    expect(await response.json()).toMatchObject({ seq: 2, reply: 'hello again' });
    expect(api.statements).toEqual(['inbox_accept', 'events_turns']);
    expect(api.nudges.length - before).toBe(1);
  });

  it('with wait, answers with the turn once the worker has finished it', async () => {
    const id = newId();
    const waiting = post(id, { wait: '30s' });
    await until(() => api.nudges.at(-1)?.id === id);
    await api.finishTurn({ tenant: 'acme', id }, 'It is on its way.');
    const { status, answer } = await waiting;
    expect(status).toBe(200);
    expect(answer).toEqual({
      conversationId: id,
      messageId: 'm-1',
      seq: 1,
      turn: 1,
      outcome: 'replied',
      reply: 'It is on its way.',
      confidence: 0.75,
      failure: null,
    });
  });

  it('finds the finished turn even when the notification is lost', async () => {
    const id = newId();
    api.onNudge = async () => {
      api.onNudge = async () => undefined;
      await api.sql(
        `INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence)
         VALUES ('acme', $1, 1, 1, 'replied', 'unheard', 1)`,
        [id],
      );
    };
    expect((await post(id, { wait: '30s' })).answer).toMatchObject({ reply: 'unheard' });
  });

  it('with wait, answers 202 when the time runs out', async () => {
    const { status, answer } = await post(newId(), { wait: '1ms' });
    expect(status).toBe(202);
    expect(answer).toMatchObject({ seq: 1, duplicate: false });
  });

  it('answers every one of several who wait in one conversation with their own turn', async () => {
    const id = newId();
    await post(id, { body: first('zero', 'm-0') });
    await api.finishTurn({ tenant: 'acme', id }, 'reply 0');
    const waiting = [1, 2, 3].map((n) => post(id, { wait: '30s', body: { messageId: `m-${n}`, text: `text ${n}` } }));
    await until(async () => (await inboundRows(id)).length === 4);
    for (const n of [1, 2, 3]) await api.finishTurn({ tenant: 'acme', id }, `reply ${n}`);
    const answers = await Promise.all(waiting);
    for (const { answer } of answers) expect(answer['reply']).toBe(`reply ${Number(answer['seq']) - 1}`);
    expect(new Set(answers.map(({ answer }) => answer['seq']))).toEqual(new Set([2, 3, 4]));
  });

  it('stops waiting when the client goes away, and keeps the message', async () => {
    const watchful = await api.open({ checkEveryMs: 2 });
    const id = newId();
    const outgoing = httpRequest(`${watchful.url}/v1/conversations/${id}/messages?wait=60s`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify(first('hello')));
    await until(() => api.nudges.at(-1)?.id === id);
    api.statements.length = 0;
    await until(() => api.statements.includes('events_turns'));
    outgoing.destroy();
    // Nobody looks for the turn any more, through ten rounds of looking.
    await until(async () => {
      api.statements.length = 0;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return !api.statements.includes('events_turns');
    });
    expect(await inboundRows(id)).toHaveLength(1);
    await watchful.close();
  });
});

describe('the same message twice', () => {
  it('is taken once and says so', async () => {
    const id = newId();
    await post(id);
    const again = await post(id);
    expect(again.status).toBe(202);
    expect(again.answer).toMatchObject({ seq: 1, duplicate: true });
    expect(await inboundRows(id)).toHaveLength(1);
  });

  it('with wait, returns the turn that answered it, without waking anybody', async () => {
    const id = newId();
    await post(id);
    await api.finishTurn({ tenant: 'acme', id }, 'first and only');
    const before = api.nudges.length;
    const again = await post(id, { wait: '30s' });
    expect(again.status).toBe(200);
    expect(again.answer).toMatchObject({ seq: 1, reply: 'first and only' });
    expect(api.nudges.length).toBe(before);
  });

  it('with another text is refused with 409', async () => {
    const id = newId();
    await post(id);
    expect(await post(id, { body: first('Something else') })).toMatchObject({ status: 409, code: 'message_id_reused' });
  });
});

describe('bad input', () => {
  const text = (value: string) => ({ body: first(value) });
  const cases: readonly [string, Post, number, string][] = [
    ['an empty message', text(''), 400, 'message_empty'],
    ['a message of white space', text(' \n\t '), 400, 'message_empty'],
    ['a message over 32 KiB', text('x'.repeat(32 * 1024 + 1)), 413, 'message_too_large'],
    ['a message over 32 KiB only in UTF-8', text('ä'.repeat(16 * 1024 + 1)), 413, 'message_too_large'],
    ['a body over 256 KiB', text('x'.repeat(300 * 1024)), 413, 'message_too_large'],
    [
      'a body that is not UTF-8',
      { raw: Buffer.from('{"messageId":"m","text":"\xff\xfe"}', 'latin1') },
      400,
      'invalid_encoding',
    ],
    ['a NUL character', text('a\0b'), 400, 'invalid_encoding'],
    ['half of a surrogate pair', text('a\ud800b'), 400, 'invalid_encoding'],
    ['10,000 combining characters', text(`e${'\u0301'.repeat(10_000)}`), 400, 'too_many_combining_characters'],
    ['broken JSON', { raw: '{"messageId": "m", "text": ' }, 400, 'validation_failed'],
    ['JSON that is no object', { raw: '[]' }, 400, 'validation_failed'],
    ['a message without an id', { body: { text: 'hello' } }, 400, 'validation_failed'],
    ['a field nobody knows', { body: { ...first('hello'), txet: 1 } }, 400, 'validation_failed'],
    ['a NUL in the customer id', { body: { ...first('hello'), customer: { id: 'u\0' } } }, 400, 'validation_failed'],
    ['a wait that is no time', { wait: 'long' }, 400, 'validation_failed'],
    ['another media type', { headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['no key', { key: null }, 401, 'unauthenticated'],
    ['a key that was never made', { key: `hb_${'0'.repeat(12)}_${'x'.repeat(43)}` }, 401, 'unauthenticated'],
    ['something that is no key at all', { key: 'secret' }, 401, 'unauthenticated'],
    ['an unknown agent', { body: { ...first('hello'), agent: 'nobody' } }, 422, 'unknown_agent'],
    [
      'a first message without an agent',
      { body: { messageId: 'm', text: 'hello', customer: { id: 'u' } } },
      400,
      'agent_required',
    ],
    [
      'a first message without a customer',
      { body: { messageId: 'm', text: 'hello', agent: 'support' } },
      400,
      'customer_required',
    ],
  ];
  it.each(cases)('%s is refused, with the fix, and nothing is written', async (_name, request, status, code) => {
    const id = newId();
    const refused = await post(id, request);
    expect({ status: refused.status, code: refused.code }).toEqual({ status, code });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.answer).toMatchObject({ status, type: `urn:handback:problem:${code}` });
    expect(refused.answer['fix']).not.toBe('');
    expect(await inboundRows(id)).toEqual([]);
  });

  it('a body without a length is measured while it is read', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = httpRequest(`${api.url}/v1/conversations/${newId()}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'transfer-encoding': 'chunked' },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      for (let n = 0; n < 5; n += 1) outgoing.write('x'.repeat(64 * 1024));
      outgoing.end();
    });
    expect(answer).toBe(413);
  });

  it.each(['a b', 'ü', '-x', 'x'.repeat(129), 'a/b', '%ff', '..%2f', 'a:b'])('the id "%s" is refused', async (id) => {
    const encoded = id.startsWith('%') || id.includes('%2f') ? id : encodeURIComponent(id);
    expect(await post(encoded)).toMatchObject({ status: 400, code: 'invalid_id' });
  });

  it('an unknown agent is answered with those that are known', async () => {
    const { answer } = await post(newId(), { body: { ...first('hello'), agent: 'nobody' } });
    expect(answer['known']).toEqual(['support']);
  });

  it('a message to a conversation with another agent or customer is refused', async () => {
    const id = newId();
    await api.sql(`INSERT INTO manifests (agent, revision, manifest) VALUES ('sales', 'r1', '{}') ON CONFLICT DO NOTHING;
                   INSERT INTO agents (id, revision) VALUES ('sales', 'r1') ON CONFLICT DO NOTHING`);
    await post(id);
    const other = (more: object) => post(id, { body: { messageId: 'm-2', text: 'hello', ...more } });
    expect(await other({ agent: 'sales' })).toMatchObject({ status: 409, code: 'agent_mismatch' });
    expect(await other({ customer: { id: 'u-2' } })).toMatchObject({ status: 409, code: 'customer_mismatch' });
    await api.sql(`DELETE FROM agents WHERE id = 'sales'`);
  });

  it('a closed conversation takes no message', async () => {
    const id = newId();
    await post(id);
    await api.sql(`UPDATE conversations SET status = 'closed', closed_at = now() WHERE id = $1`, [id]);
    const refused = await post(id, { body: { messageId: 'm-2', text: 'hello?' } });
    expect(refused).toMatchObject({ status: 409, code: 'conversation_closed' });
  });

  it('nothing a customer said is in a problem document', async () => {
    const { answer } = await post(newId(), { raw: '{"messageId":"m","text":"my password is hunter2" oops' });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('outages', () => {
  it('Temporal down: 503 with Retry-After, the message is kept and answered when it is sent again', async () => {
    const id = newId();
    api.temporalDown = true;
    const refused = await post(id, { wait: '30s' });
    api.temporalDown = false;
    expect(refused).toMatchObject({ status: 503, code: 'engine_unavailable' });
    expect(refused.answer).toMatchObject({ kept: true, seq: 1 });
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await inboundRows(id)).toHaveLength(1);
    const again = post(id, { wait: '30s' });
    await until(() => api.nudges.at(-1)?.id === id);
    await api.finishTurn({ tenant: 'acme', id }, 'late but here');
    expect((await again).answer).toMatchObject({ seq: 1, reply: 'late but here' });
  });

  it('Postgres down: 503 with Retry-After, nothing of the error in the answer', async () => {
    const id = newId();
    api.databaseDown = true;
    const refused = await post(id);
    api.databaseDown = false;
    expect(refused).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(JSON.stringify(refused.answer)).not.toContain('5432');
    expect((await post(id)).status).toBe(202);
  });

  it('a bug answers 500 without detail, under a request id that is logged', async () => {
    api.onNudge = () => Promise.reject(new Error('secret detail'));
    const { status, answer } = await post(newId());
    api.onNudge = async () => undefined;
    expect(status).toBe(500);
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(api.logged.at(-1)).toMatchObject({ requestId: answer['requestId'] });
  });
});

describe('keys', () => {
  it('a conversation of another tenant does not exist, not even its id', async () => {
    const id = newId();
    await post(id);
    const theirs = await api.key({ tenant: 'umbrella', roles: ['admin'] });
    const get = async (path: string, bearer: string) =>
      fetch(`${api.url}/v1/conversations/${path}`, { headers: { authorization: `Bearer ${bearer}` } });
    for (const part of ['', '/messages', '/messages?include=all', '/trace', '/events']) {
      const foreign = await get(`${id}${part}`, theirs);
      const absent = await get(`nothing-here${part}`, theirs);
      expect(foreign.status).toBe(404);
      const same = (text: string) => text.replaceAll(id, 'ID').replaceAll('nothing-here', 'ID');
      expect(same(await foreign.text())).toBe(same(await absent.text()));
    }
    const list = await fetch(`${api.url}/v1/conversations`, { headers: { authorization: `Bearer ${theirs}` } });
    expect(await list.json()).toEqual({ conversations: [], next: null });
  });

  it('two tenants may use the same conversation id without meeting', async () => {
    const id = newId();
    const theirs = await api.key({ tenant: 'umbrella' });
    await post(id, { body: first('ours') });
    await post(id, { body: first('theirs'), key: theirs });
    expect(await inboundRows(id)).toHaveLength(2);
  });

  it.each([
    ['operator', 'POST', '/messages', 403],
    ['engineer', 'POST', '/messages', 403],
    ['service', 'GET', '/trace', 403],
    ['service', 'GET', '/messages?include=all', 403],
    ['operator', 'GET', '/trace', 403],
    ['engineer', 'POST', '/close', 403],
    ['operator', 'GET', '/messages', 200],
    ['engineer', 'GET', '/trace', 200],
    ['supervisor', 'GET', '/messages?include=all', 200],
  ] as const)('%s: %s %s answers %i', async (role, method, path, status) => {
    const id = newId();
    await post(id);
    const bearer = await api.key({ roles: [role] });
    const response = await fetch(`${api.url}/v1/conversations/${id}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: JSON.stringify(path === '/close' ? {} : first('hello')) } : {}),
    });
    expect(response.status).toBe(status);
    if (status === 403) expect(await response.json()).toMatchObject({ code: 'forbidden' });
  });

  it('a revoked key stops as soon as it is no longer remembered', async () => {
    const revoked = await api.key();
    expect((await post(newId(), { key: revoked })).status).toBe(202);
    const id = revoked.split('_')[1] ?? '';
    expect(await revokeKey(api.database, id)).toBe(true);
    expect(await post(newId(), { key: revoked })).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await listKeys(api.database, 'acme')).find((one) => one.id === id)?.revokedAt).toBeInstanceOf(Date);
  });

  it('only the hash of a key is stored', async () => {
    const secret = await api.key();
    const rows = await api.sql(`SELECT id || name || encode(hash, 'escape') AS all FROM api_keys`);
    expect(JSON.stringify(rows)).not.toContain(secret.slice('hb_'.length + 13));
  });

  it('a key that used up its requests gets 429 with Retry-After, and the others do not notice', async () => {
    const slow = await api.key({ requestsPerMinute: 2 });
    const id = newId();
    expect((await post(id, { key: slow })).headers.get('ratelimit')).toMatch(/^"key";r=1;/);
    await post(id, { key: slow });
    const refused = await post(id, { key: slow });
    expect(refused).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    expect((await post(id)).status).toBe(202);
  });
});
