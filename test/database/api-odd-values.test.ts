// Loopback HTTP and one PGlite in memory: values no sensible client sends, in every place a request has for one.
import { request } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
let key: string;

beforeAll(async () => {
  api = await startApi({ heartbeatMs: 20, checkEveryMs: 60_000 });
  key = await api.key({ roles: ['admin'] });
  await api.client(key).send('c-1', { text: 'hello', messageId: 'm-1', agent: 'support', customer: { id: 'u-1' } });
  await api.finishTurn({ tenant: 'acme', id: 'c-1' }, 'hello');
});
// Nothing of this is a bug, so nothing of it is logged as one.
afterEach(() => {
  const logged = api.logged.splice(0);
  if (logged.length > 0) throw new Error(`logged as bugs: ${inspect(logged)}`);
});
afterAll(() => api.close());

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The path goes out as it is: `fetch` would tidy it up. Of a stream that is accepted only the status is looked at. */
function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  return new Promise<{ status: number; type: string; code: unknown; text: string }>((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    const outgoing = request({
      agent: false,
      hostname,
      port,
      method,
      path,
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      const type = answered['content-type'] ?? '';
      if (type.startsWith('text/event-stream')) {
        response.destroy();
        return resolve({ status, type, code: undefined, text: '' });
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const code: unknown = text.startsWith('{') ? (JSON.parse(text) as { code?: unknown }).code : undefined;
        resolve({ status, type, code, text });
      });
    });
    outgoing.end(body);
  });
}

const cursor = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');

/** Too large for any column, for a safe integer, for a double; not whole, not decimal, not a number at all. */
const NO_POSITIONS = [
  '2147483648000000',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '1e308',
  '1e400',
  '-2',
  '-0',
  '1.5',
  '0x10',
  '1e3',
  'Infinity',
  'NaN',
  'null',
  '١',
  '',
  ' 1',
  '1\0',
  '\u{1F600}',
];
const NO_TURNS = ['2147483647', '2147483648', '4294967296', ...NO_POSITIONS];
const NO_LIMITS = ['0', '-1', '1001', '1.5', '1e2', '0x10', '', 'NaN', 'ten', '99999999999999999999', '5\0'];
const NO_WAITS = ['', '30', 's', '-1s', '1.5s', '1e3ms', '0x1s', '30 s', '1h', '9999999s', '1s\0', '٣s', '1s\n'];
const NO_CURSORS = [
  'nonsense',
  '!!!!',
  'AA==',
  '%2B%2F',
  cursor(''),
  cursor(' '),
  cursor('0'),
  cursor(' c-1'),
  cursor('1 '),
  cursor('1 c-1\0'),
  cursor('1 c\0'),
  cursor('1 -c'),
  cursor('-1 c-1'),
  cursor('1.5 c-1'),
  cursor('9999999999999999 c-1'),
  cursor('99999999999999999999999 c-1'),
  cursor('NaN c-1'),
  cursor('infinity c-1'),
  cursor('2026-99-99 00:00:00+00 c-1'),
  cursor('9999999-01-01 00:00:00+00 c-1'),
  cursor('2026-02-31 10:00:00.123456+00 c-1'),
  cursor('2026-01-01 00:00:00+99 c-1'),
  cursor(Uint8Array.of(0xff, 0xfe, 0x20, 0x63)),
  `${cursor('1 c-1')}=`,
  ` ${cursor('1 c-1')}`,
];
/** As they stand in an address: what no text in UTF-8 has, and what PostgreSQL cannot hold. */
const NO_TEXTS = ['%00', 'a%00b', '%FF', '%C3', '%C0%80', '%ED%A0%80', '%F4%90%80%80', 'a%', '%G0', '%u0000'];
const NO_IDS = [
  ...NO_TEXTS,
  '%20',
  'a%0Ab',
  'a%0A',
  'a%0Db',
  'a%2Fb',
  '%2E%2E',
  '-a',
  '.',
  '%F0%9F%98%80',
  'a:b',
  'x'.repeat(129),
];

const INVALID = ['400 validation_failed', '400 invalid_encoding'];
// "." and ".." are gone from an address before anybody looks at it.
const BAD_ID = ['400 invalid_id', '404 not_found'];
const NOT_FOUND = ['404 not_found'];

const PLACES: readonly (readonly [string, (value: string) => string, readonly string[], readonly string[]])[] = [
  [
    'messages?after',
    (value) => `/v1/conversations/c-1/messages?after=${encodeURIComponent(value)}`,
    NO_POSITIONS,
    INVALID,
  ],
  [
    'messages?include=all&after',
    (value) => `/v1/conversations/c-1/messages?include=all&after=${encodeURIComponent(value)}`,
    NO_POSITIONS,
    INVALID,
  ],
  [
    'messages?limit',
    (value) => `/v1/conversations/c-1/messages?limit=${encodeURIComponent(value)}`,
    NO_LIMITS,
    INVALID,
  ],
  [
    'messages?include',
    (value) => `/v1/conversations/c-1/messages?include=${value}`,
    ['', 'ALL', 'all,all', 'all&include=all', ...NO_TEXTS],
    INVALID,
  ],
  ['trace?after', (value) => `/v1/conversations/c-1/trace?after=${encodeURIComponent(value)}`, NO_TURNS, INVALID],
  ['trace?limit', (value) => `/v1/conversations/c-1/trace?limit=${encodeURIComponent(value)}`, NO_LIMITS, INVALID],
  ['list?limit', (value) => `/v1/conversations?limit=${encodeURIComponent(value)}`, NO_LIMITS, INVALID],
  [
    'list?status',
    (value) => `/v1/conversations?status=${value}`,
    ['', 'OPEN', 'all', 'open&status=open', ...NO_TEXTS],
    INVALID,
  ],
  [
    'list?agent',
    (value) => `/v1/conversations?agent=${value}`,
    ['', 'x'.repeat(201), 'a&agent=b', ...NO_TEXTS],
    INVALID,
  ],
  ['list?after', (value) => `/v1/conversations?after=${encodeURIComponent(value)}`, NO_CURSORS, INVALID],
  ['list?after, as bytes', (value) => `/v1/conversations?after=${value}`, NO_TEXTS, INVALID],
  ['a parameter nobody knows', (value) => `/v1/conversations?color=${value}`, NO_TEXTS, INVALID],
  ['a name nobody knows', (value) => `/v1/conversations?${value}=1`, NO_TEXTS, INVALID],
  ['the id', (value) => `/v1/conversations/${value}`, NO_IDS, BAD_ID],
  ['the id of a transcript', (value) => `/v1/conversations/${value}/messages`, NO_IDS, BAD_ID],
  ['the id of events', (value) => `/v1/conversations/${value}/events`, NO_IDS, BAD_ID],
  ['the id of a trace', (value) => `/v1/conversations/${value}/trace`, NO_IDS, BAD_ID],
  ['an address', (value) => `/v1/${value}`, NO_TEXTS, NOT_FOUND],
  ['an address outside', (value) => `/${value}`, NO_TEXTS, NOT_FOUND],
];

/** Asks with each value and returns those whose answer was not such a problem, with what it was instead. */
async function misread(
  values: readonly string[],
  ask: (value: string) => ReturnType<typeof send>,
  allowed: readonly string[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const value of values) {
    const { status, type, code } = await ask(value);
    const right = type === 'application/problem+json' && allowed.includes(`${status} ${String(code)}`);
    if (!right) wrong.push(`${JSON.stringify(value)}: ${status} ${type} ${String(code)}`);
  }
  return wrong;
}

describe('an odd value is answered with a problem', () => {
  it.each(PLACES)('in %s', async (_, addressOf, values, allowed) => {
    expect(await misread(values, (value) => send(addressOf(value)), allowed)).toEqual([]);
  });

  it('in ?wait', async () => {
    const body = JSON.stringify({ messageId: 'm-1', text: 'hello' });
    const headers = { 'content-type': 'application/json' };
    const ask = (value: string) =>
      send(`/v1/conversations/c-1/messages?wait=${value}`, { method: 'POST', headers, body });
    const values = [...NO_WAITS.map(encodeURIComponent), ...NO_TEXTS, '1s&wait=1s'];
    expect(await misread(values, ask, INVALID)).toEqual([]);
  });

  it('in Last-Event-ID', async () => {
    // What a header cannot carry at all never reaches the API.
    const values = NO_POSITIONS.filter((value) => /^[\x20-\xff]+$/.test(value) && value.trim() === value);
    const ask = (value: string) => send('/v1/conversations/c-1/events', { headers: { 'last-event-id': value } });
    expect(await misread([...values, '\xe9', '1, 2'], ask, INVALID)).toEqual([]);
  });

  it('in Authorization', async () => {
    const form = `Bearer hb_${'0'.repeat(12)}_${'é'.repeat(43)}`;
    const values = ['', 'Bearer', 'Bearer ', 'Basic a:b', 'Bearer \xff', 'Bearer hb_x', form];
    const ask = (authorization: string) => send('/v1/conversations', { headers: { authorization } });
    expect(await misread(values, ask, ['401 unauthenticated'])).toEqual([]);
  });
});

const isProblem = { type: 'application/problem+json', code: expect.stringMatching(/^[a-z_]+$/) };

describe('in a body', () => {
  const json = (value: unknown) => JSON.stringify(value);
  const message = (more: object) => json({ messageId: 'm-2', text: 'hello', ...more });
  const bodies: readonly (readonly [string, string, string | Uint8Array])[] = [
    ...['null', '1', '"text"', '[]', '{}', '{', '{"text":}', '\0', '[['.repeat(100_000)].flatMap((body) => [
      ['messages', body.slice(0, 20), body] as const,
      ...(body === '{}' ? [] : [['close', body.slice(0, 20), body] as const]),
    ]),
    ...[1, null, [], 'x\0', '\ud800', 'x'.repeat(501)].map(
      (reason) => ['close', `reason ${json(reason).slice(0, 20)}`, json({ reason })] as const,
    ),
    ['close', 'a field nobody knows', json({ color: 'red' })],
    ['messages', 'a field nobody knows', message({ color: 'red' })],
    ['messages', 'bytes that are no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['close', 'bytes that are no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ...['a\0', '\ud800', '', 'a b', 'ü', 'x'.repeat(201), 1, null].map(
      (messageId) => ['messages', `messageId ${json(messageId).slice(0, 20)}`, message({ messageId })] as const,
    ),
    ...['a\0', '\ud800', '', ' ', 1, null].map(
      (text) => ['messages', `text ${json(text)}`, message({ text })] as const,
    ),
    ...['a\0', '\ud800', '', 1, null, 'x'.repeat(201)].map(
      (agent) => ['messages', `agent ${json(agent).slice(0, 20)}`, message({ agent })] as const,
    ),
    ...[
      'u',
      null,
      {},
      { id: '' },
      { id: 'a\0' },
      { id: '\udc00' },
      { id: 1 },
      { id: 'u', claims: null },
      { id: 'u', claims: { '\0': 1 } },
      { id: 'u', claims: { a: '\0' } },
      { id: 'u', claims: { a: {} } },
      { id: 'u', color: 'red' },
    ].map((customer) => ['messages', `customer ${json(customer)}`, message({ customer })] as const),
    [
      'messages',
      'a claim too large for a number',
      '{"messageId":"m","text":"t","customer":{"id":"u","claims":{"a":1e999}}}',
    ],
  ];
  it.each(bodies)('of %s, %s is answered with a problem', async (call, _, body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await send(`/v1/conversations/c-1/${call}`, { method: 'POST', headers, body });
    expect(answer).toMatchObject({ ...isProblem, status: 400 });
  });

  it('a reason larger than any request may be is not read to its end', async () => {
    const body = json({ reason: 'x'.repeat(300 * 1024) });
    const headers = { 'content-type': 'application/json' };
    const answer = await send('/v1/conversations/c-1/close', { method: 'POST', headers, body });
    expect(answer).toMatchObject({ ...isProblem, status: 413, code: 'message_too_large' });
  });
});

describe('the largest values that mean something', () => {
  it.each([
    '/v1/conversations/c-1/messages?after=2147483647999999',
    '/v1/conversations/c-1/messages?include=all&after=2147483647999999',
    '/v1/conversations/c-1/messages?include=all&after=2147483647001000',
    '/v1/conversations/c-1/messages?after=-1&limit=1000',
    '/v1/conversations/c-1/trace?after=2147483646',
    '/v1/conversations/c-1/trace?after=-1&limit=200',
    '/v1/conversations?agent=%F0%9F%98%80&limit=200',
    `/v1/conversations?after=${cursor('9007199254740991 c-1')}`,
    `/v1/conversations?after=${cursor('0 c-1')}`,
  ])('are taken: %s', async (path) => {
    expect((await send(path)).status).toBe(200);
  });

  it('as Last-Event-ID they are taken, and an empty one is the beginning', async () => {
    for (const position of ['2147483647999999', '-1', '']) {
      const { status } = await send('/v1/conversations/c-1/events', { headers: { 'last-event-id': position } });
      expect(status).toBe(200);
    }
  });

  it('a key is needed for an address with a line break in it too', async () => {
    for (const path of ['/v1/conversations/a%0Ab', '/v1/conversations/a%0Ab/messages', '/v1/%0A']) {
      expect((await send(path, { headers: { authorization: 'Bearer hb_x' } })).status).toBe(401);
    }
  });
});
