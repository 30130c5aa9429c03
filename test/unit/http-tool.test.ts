/** Loopback HTTP: a tool that is a request to a JSON API. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { classifyToolError } from '../../activities/failure.ts';
import type { Address } from '../../agents/guarded-fetch.ts';
import { type HttpToolSpec, httpTool } from '../../agents/http-tool.ts';
import { failureOf, toolContext } from '../support/tool-call.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const seen: Seen[] = [];
let answer: (response: ServerResponse) => void;
let port = 0;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(response);
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
  says(200, { where: 'at the depot' });
});

function says(status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  answer = (response) => response.writeHead(status, headers).end(text);
}

type Spec = HttpToolSpec<{ parcel: string }, { where: string }>;

function tool(change: Partial<Spec> = {}, resolve?: () => Promise<readonly Address[]>) {
  return httpTool<{ parcel: string }, { where: string }>(
    {
      name: 'find_parcel',
      description: 'Say where a parcel is.',
      permission: 'allow',
      sideEffect: false,
      input: z.object({ parcel: z.string() }),
      output: z.object({ where: z.string() }),
      allowPrivateAddresses: true,
      request: ({ parcel }) => ({
        method: 'GET',
        url: `http://127.0.0.1:${port}/parcels/${encodeURIComponent(parcel)}`,
      }),
      ...change,
    },
    resolve,
  );
}

const call = (change: Partial<Spec> = {}) => tool(change).call({ parcel: 'P/1' }, toolContext());
const kindOf = (made: Promise<unknown>) =>
  made.then(
    (result) => result,
    (error: unknown) => classifyToolError(error).kind,
  );

describe('a tool that is a request', () => {
  it('returns the answer, checked', async () => {
    expect(await call({ confidence: 0.8 })).toEqual({
      outcome: 'done',
      confidence: 0.8,
      data: { where: 'at the depot' },
    });
    expect(seen).toMatchObject([{ method: 'GET', url: '/parcels/P%2F1', headers: { accept: 'application/json' } }]);
    expect(seen[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  it('sends JSON, its headers and the idempotency key where it changes something', async () => {
    const begun: string[] = [];
    const begins = async (key: string) => {
      begun.push(`${key} after ${seen.length} requests`);
      return undefined;
    };
    const changing = tool({
      sideEffect: true,
      request: ({ parcel }) => ({
        method: 'POST',
        url: `http://127.0.0.1:${port}/`,
        headers: { Authorization: 'Bearer key' },
        body: { parcel },
      }),
    });
    await changing.call({ parcel: 'P-1' }, toolContext({ begins }));
    expect(seen).toMatchObject([
      {
        method: 'POST',
        body: '{"parcel":"P-1"}',
        headers: {
          authorization: 'Bearer key',
          'content-type': 'application/json',
          'idempotency-key': 'acme/c-1/1/1/1',
        },
      },
    ]);
    expect(begun).toEqual(['acme/c-1/1/1/1 after 0 requests']);
  });

  it('reads no content as null', async () => {
    says(204, '');
    expect((await tool({ output: z.null() as never }).call({ parcel: 'P-1' }, toolContext())).data).toBeNull();
  });

  it('names the author’s file in what is wrong with its definition', () => {
    expect(() => tool({ name: 'find parcel' })).toThrow('http-tool.test.ts');
    expect(() => tool({ maxBytes: 0 })).toThrow('http-tool.test.ts');
  });
});

describe('an answer that is none', () => {
  it.each([
    [404, { message: 'There is no parcel P-1.' }, /^There is no parcel P-1\.$/],
    [422, { error: { message: 'It was delivered.' } }, /^It was delivered\.$/],
    [400, { title: 'Bad Request', detail: 'No such street.' }, /^No such street\.$/],
    [404, '<html>a page</html>', /^127\.0\.0\.1:\d+ answered HTTP 404\.$/],
    [410, { message: 'x'.repeat(301) }, /answered HTTP 410\.$/],
  ])('%s with %j is a “no” that the model reads', async (status, body, says_) => {
    says(status, body);
    expect(await call()).toMatchObject({ outcome: 'rejected', data: expect.stringMatching(says_) });
  });

  it.each([
    [302, 'configuration'],
    [401, 'authentication'],
    [403, 'authentication'],
    [405, 'invalid_request'],
    [408, 'timeout'],
    [409, 'upstream_degraded'],
    [429, 'rate_limit'],
    [500, 'upstream_degraded'],
    [503, 'upstream_degraded'],
  ])('%i is a failure: %s', async (status, kind) => {
    says(status, { message: 'no' }, { location: 'http://169.254.169.254/' });
    expect(await failureOf(call())).toMatchObject({ kind, status });
    expect(seen).toHaveLength(1);
  });

  it('says when to come back', async () => {
    says(429, {}, { 'retry-after': '7' });
    expect((await failureOf(call())).retryAfterMs).toBe(7_000);
  });

  it.each([
    ['is not JSON', '<html>', 'upstream_degraded'],
    ['does not fit the schema', { where: 7 }, 'invalid_tool_output'],
    ['is too long', { where: 'x'.repeat(200) }, 'invalid_tool_output'],
  ])('that %s is a failure', async (_what, body, kind) => {
    says(200, body);
    expect(await kindOf(call({ maxBytes: 100 }))).toBe(kind);
  });

  it('is not read beyond the limit, however much of it there is', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    answer = (response) => {
      closed = new Promise((resolve) => {
        response.once('close', resolve);
      });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await kindOf(call())).toBe('invalid_tool_output');
    await closed;
  });

  it.each([
    ['cut', (response: ServerResponse) => response.destroy()],
    ['cut in its middle', (response: ServerResponse) => response.writeHead(200).write('{', () => response.destroy())],
  ])('because the connection is %s is a failure of the network', async (_what, cut) => {
    answer = (response) => void cut(response);
    expect(await kindOf(call())).toBe('network');
  });

  it('because nothing listens is a failure of the network', async () => {
    expect(await kindOf(call({ request: () => ({ method: 'GET', url: 'http://127.0.0.1:1/' }) }))).toBe('network');
  });

  it('in time is a timeout', async () => {
    answer = () => undefined;
    const late = tool().call({ parcel: 'P-1' }, toolContext({ signal: AbortSignal.timeout(30) }));
    expect(await kindOf(late)).toBe('timeout');
  });
});

describe('a tool that may reach the internet only', () => {
  const guarded = { allowPrivateAddresses: false, sideEffect: true };
  const request: Spec['request'] = () => ({ method: 'POST', url: `http://api.example:${port}/` });
  const begins = () => Promise.reject(new Error('has begun'));

  it('does not reach this machine, and has then changed nothing', async () => {
    const here = tool(guarded).call({ parcel: 'P-1' }, toolContext({ begins }));
    expect((await failureOf(here)).kind).toBe('permission_denied');
    expect(seen).toEqual([]);
  });

  it('does not reach it by a name that leads here', async () => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const named = tool({ ...guarded, request }, resolve).call({ parcel: 'P-1' }, toolContext({ begins }));
    expect((await failureOf(named)).kind).toBe('permission_denied');
    expect(seen).toEqual([]);
  });

  it('does not reach it by a name that leads here only when it is asked again', async () => {
    const answers = ['8.8.8.8', '127.0.0.1'];
    const resolve = async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }];
    const rebound = tool({ ...guarded, request }, resolve).call({ parcel: 'P-1' }, toolContext());
    expect((await failureOf(rebound)).kind).toBe('permission_denied');
    expect({ seen, answers }).toEqual({ seen: [], answers: [] });
  });

  it('connects to the addresses that were checked, without asking a third time', async () => {
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const named = tool({ request }, resolve).call({ parcel: 'P-1' }, toolContext());
    expect((await named).outcome).toBe('done');
    expect(asked).toBe(2);
    expect(seen[0]?.headers.host).toBe(`api.example:${port}`);
  });

  it('does not follow a redirect', async () => {
    says(307, '', { location: `http://127.0.0.1:${port}/elsewhere` });
    expect((await failureOf(call())).kind).toBe('configuration');
    expect(seen).toHaveLength(1);
  });
});
