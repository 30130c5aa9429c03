/** Real MCP servers: a child process, and one over HTTP on loopback. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { classifyToolError } from '../../activities/failure.ts';
import { defineAgent } from '../../agents/define.ts';
import { DefinitionError } from '../../agents/definition-error.ts';
import { digestOf, mcpConnection } from '../../agents/mcp-connection.ts';
import { httpTransport } from '../../agents/mcp-http.ts';
import { type McpTools, type McpToolsSpec, mcpTools } from '../../agents/mcp-tools.ts';
import { FailureError } from '../../core/failure.ts';
import { type McpHttpTestServer, startMcpServer } from '../support/mcp-http-server.ts';
import { failureOf, toolContext, toolNamed } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

const script = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url));
const reads = { permission: 'allow', sideEffect: false } as const;
const changes = { permission: 'allow' } as const;

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function start(tools: McpToolsSpec['tools'], settings: object, more: Partial<McpToolsSpec> = {}) {
  const server = { command: process.execPath, args: [script, JSON.stringify(settings)] };
  return mcpTools({ name: 'orders', server, tools, ...more });
}

async function load(tools: McpToolsSpec['tools'], settings: object = {}, more: Partial<McpToolsSpec> = {}) {
  return kept(await start(tools, settings, more));
}

function kept(tools: McpTools): McpTools {
  ending.push(() => tools.close());
  return tools;
}

function call(tools: McpTools, name: string, args: object = {}, given: Parameters<typeof toolContext>[0] = {}) {
  return toolNamed(tools, name).call(args, toolContext(given));
}

function kindOf(made: Promise<unknown>): Promise<unknown> {
  return made.catch((error: unknown) => classifyToolError(error).kind);
}

function textOf(result: { readonly data: unknown }): string {
  return String(result.data);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the tools of a server', () => {
  it('are pinned as listed, denied and assumed to change something unless the author says otherwise', async () => {
    const tools = await load({ find_order: reads, pid: changes }, {}, { prefix: 'o_' });
    const found = toolNamed(tools, 'o_find_order').manifest;
    expect(found).toMatchObject({ permission: 'allow', sideEffect: false, timeoutMs: 30_000 });
    expect(found.description).toBe('Find one order by its number.');
    expect(found.input).toEqual({
      type: 'object',
      properties: { orderId: { type: 'string', pattern: '^O-\\d+$' } },
      required: ['orderId'],
      additionalProperties: false,
    });
    expect(toolNamed(tools, 'o_pid').manifest).toMatchObject({ permission: 'allow', sideEffect: true });
    expect(toolNamed(tools, 'o_orders_cancel').manifest).toMatchObject({ permission: 'deny', sideEffect: true });
    expect(defineAgent({ id: 'a', model: 'm', instructions: 'Help.', tools }).tools.size).toBe(tools.length);
  });

  it.each([
    ['a tool that is not there', { lost: reads }, {}, {}, 'has no tool "lost". It has: find_order'],
    ['two tools of one name', { pid: { ...reads, name: 'env' } }, {}, {}, `tools: { "env"`],
    ['a name that models do not accept', { pid: { ...reads, name: 'p i d' } }, {}, {}, 'letters, digits'],
    ['a server that does not start', {}, { fails: 'no licence' }, {}, 'it wrote: no licence'],
    ['a command that is not there', {}, {}, { server: { command: 'no-such-mcp' } }, 'Try its command by hand'],
    ['a server that is not there', {}, {}, { server: { url: 'http://no-such-host.invalid/' } }, 'Start it, or correct'],
    ['a server without a name', {}, {}, { name: '' }, 'has an odd name'],
  ])('throw with %s, naming file and fix', async (_what, tools, settings, more, says) => {
    const error = await start(tools, settings, more).catch((reason: unknown) => reason);
    // Found out before anything is awaited, so its place is the one where the tools were wanted.
    const early = await start({}, {}, { name: '' }).catch((reason: unknown) => reason);
    if (!(error instanceof DefinitionError && early instanceof DefinitionError)) throw error;
    expect(error.site).toContain('mcp-tools.test.ts');
    expect(error.site).toBe(early.site);
    expect(String(error)).toContain(says);
  });
});

describe('a call', () => {
  let tools: McpTools;
  beforeAll(async () => {
    tools = await start(
      {
        find_order: { ...reads, confidence: 0.9 },
        'orders/cancel': { ...changes, name: 'cancel' },
        pid: { ...reads, authorize: async (_, { customer }) => (customer.id === 'C-1' ? undefined : 'Not yours.') },
        ...{ show: reads, pickier: changes, hang: reads },
        ...{ refuse: reads, refuse_change: changes, refuse_change_clearly: { ...changes, onError: 'rejected' } },
      },
      {},
    );
  });
  afterAll(() => tools.close());

  it('returns what the server structured', async () => {
    expect(await call(tools, 'find_order', { orderId: 'O-1' })).toEqual({
      outcome: 'done',
      confidence: 0.9,
      data: { status: 'open' },
    });
  });

  it('names what is no text and leaves it out', async () => {
    expect(textOf(await call(tools, 'show'))).toBe('a picture:\n[image left out: image/png]');
  });

  it('is not made with arguments that the schema rejects', async () => {
    const begins = () => Promise.reject(new Error('has begun'));
    const failure = await failureOf(call(tools, 'find_order', { orderId: 'one' }, { begins }));
    expect(failure).toMatchObject({ kind: 'invalid_model_output', message: expect.stringContaining('orderId') });
    expect((await failureOf(call(tools, 'find_order', { orderId: 'O-1', more: 1 }))).kind).toBe('invalid_model_output');
  });

  it('asks the author before anything runs', async () => {
    const stranger = call(tools, 'pid', {}, { customer: { id: 'C-2' } });
    expect(await stranger).toMatchObject({ outcome: 'denied', data: 'Not yours.' });
  });

  it('begins right before it is made, and carries the idempotency key where it changes something', async () => {
    const begun: string[] = [];
    const begins = async (key: string) => {
      begun.push(key);
      return undefined;
    };
    const meta: unknown = JSON.parse(textOf(await call(tools, 'cancel', {}, { begins })));
    expect(meta).toEqual({ 'handback/idempotencyKey': 'acme/c-1/1/1/1' });
    expect(begun).toEqual(['acme/c-1/1/1/1']);
  });

  it('rejects structured data that the server’s own schema rejects', async () => {
    const failure = await failureOf(call(tools, 'find_order', { orderId: 'O-666' }));
    expect(failure).toMatchObject({ kind: 'invalid_tool_output', message: expect.stringContaining('status') });
  });

  it('takes an error of a tool that changes nothing as a “no”, and of one that does as a failure', async () => {
    expect(await call(tools, 'refuse')).toMatchObject({
      outcome: 'rejected',
      data: expect.stringMatching(/^It was shipped/),
    });
    expect((await failureOf(call(tools, 'refuse_change'))).kind).toBe('tool_error');
    expect((await call(tools, 'refuse_change_clearly')).outcome).toBe('rejected');
  });

  it('takes arguments that the server does not accept as a “no”', async () => {
    expect(await call(tools, 'pickier')).toMatchObject({
      outcome: 'rejected',
      data: expect.stringContaining('too old'),
    });
  });

  it('ends when its time is over, or when it is cancelled, and the next one goes on', async () => {
    const late = call(tools, 'hang', {}, { signal: AbortSignal.timeout(30) });
    expect(await kindOf(late)).toBe('timeout');
    const cancelled = new AbortController();
    const begins = async () => {
      setImmediate(() => cancelled.abort(new FailureError({ kind: 'cancelled', message: 'the call was cancelled' })));
      return undefined;
    };
    const hanging = call(tools, 'hang', {}, { signal: cancelled.signal, begins });
    expect(await kindOf(hanging)).toBe('cancelled');
    expect((await call(tools, 'pid')).outcome).toBe('done');
  });
});

describe('a server that is a child process', () => {
  it('gets none of the worker’s environment but what is harmless', async () => {
    process.env['HANDBACK_TEST_SECRET'] = 'x';
    const tools = await load({ env: reads });
    delete process.env['HANDBACK_TEST_SECRET'];
    expect(textOf(await call(tools, 'env')).split(' ')).toContain('PATH');
    expect(textOf(await call(tools, 'env'))).not.toContain('HANDBACK');
  });

  it('is ended with the connection, and started again for a later call', async () => {
    const tools = await load({ pid: reads });
    const first = Number(textOf(await call(tools, 'pid')));
    await tools.close();
    expect(isRunning(first)).toBe(false);
    expect(Number(textOf(await call(tools, 'pid')))).not.toBe(first);
  });

  it('that died between two calls is started again', async () => {
    const tools = await load({ pid: reads });
    const first = Number(textOf(await call(tools, 'pid')));
    process.kill(first, 'SIGKILL');
    await until('it is gone', () => !isRunning(first));
    expect(Number(textOf(await call(tools, 'pid')))).not.toBe(first);
  });

  it('that dies during a call fails it as a lost connection, and the next call works', async () => {
    const tools = await load({ die: reads, pid: reads });
    expect((await failureOf(call(tools, 'die'))).kind).toBe('network');
    expect((await call(tools, 'pid')).outcome).toBe('done');
  });

  it.each([
    ['is gone', { without: ['find_order'] }, 'has no tool "find_order" any more'],
    ['has another schema', { changed: ['find_order'] }, 'has changed the schema of its tool "find_order"'],
  ])('is not called when it comes back and the tool %s', async (_what, settings, says) => {
    const file = join(tmpdir(), `handback-mcp-${process.pid}-${Math.random()}.json`);
    ending.push(() => rm(file, { force: true }));
    const tools = await load({ find_order: changes, die: reads, pid: reads }, { file });
    await writeFile(file, JSON.stringify(settings));
    await failureOf(call(tools, 'die'));
    const begins = () => Promise.reject(new Error('has begun'));
    const failure = await failureOf(call(tools, 'find_order', { orderId: 'O-1' }, { begins }));
    expect(failure).toMatchObject({ kind: 'configuration', message: expect.stringContaining(says) });
    expect((await call(tools, 'pid')).outcome).toBe('done');
  });

  it('is believed when it says that a tool is gone', async () => {
    const tools = await load({ find_order: reads, forget: reads });
    await call(tools, 'forget', { tool: 'find_order' });
    const begins = () => Promise.reject(new Error('has begun'));
    expect((await failureOf(call(tools, 'find_order', { orderId: 'O-1' }, { begins }))).kind).toBe('configuration');
  });
});

describe('a server over HTTP', () => {
  async function listen(options: Parameters<typeof startMcpServer>[0] = {}): Promise<McpHttpTestServer> {
    const server = await startMcpServer(options);
    ending.push(() => server.stop());
    return server;
  }

  async function connect({ url }: { readonly url: string }): Promise<McpTools> {
    const headers = { authorization: 'Bearer key' };
    const tools = { in_stock: reads, reset: reads, end_early: reads };
    return kept(await mcpTools({ name: 'stock', server: { url, headers, allowPrivateAddresses: true }, tools }));
  }

  it.each([true, false])('is listed and called, with its headers (answers are plain JSON: %s)', async (answersJson) => {
    const server = await listen({ answersJson });
    const tools = await connect(server);
    expect(await call(tools, 'in_stock', { item: 'tea' })).toMatchObject({ outcome: 'done', data: 'tea: 3' });
    // No GET: a stream beside the calls would hold a connection for ever.
    expect(new Set(server.requests)).toEqual(new Set(['POST Bearer key']));
  });

  it('that was restarted between two calls gets a new session', async () => {
    const first = await listen();
    const tools = await connect(first);
    await first.stop();
    await listen({ port: first.port });
    expect((await call(tools, 'in_stock', { item: 'tea' })).outcome).toBe('done');
  });

  it.each(['reset', 'end_early'])('that cuts the connection (%s) fails the call as a lost connection', async (name) => {
    const tools = await connect(await listen());
    expect(await kindOf(call(tools, name))).toBe('network');
    expect((await call(tools, 'in_stock', { item: 'tea' })).outcome).toBe('done');
  });

  it('that is away fails the call as a lost connection', async () => {
    const server = await listen();
    const tools = await connect(server);
    await server.stop();
    expect(await kindOf(call(tools, 'in_stock', { item: 'tea' }))).toBe('network');
  });

  it('is asked for its tools again when it answers with an error, and when the list is a minute old', async () => {
    const server = await listen();
    const tools = await connect(server);
    let now = 0;
    const transport = () => httpTransport({ url: server.url, allowPrivateAddresses: true });
    const connection = mcpConnection('stock', transport, () => now);
    ending.push(() => connection.close());
    const [found] = (await connection.list()).filter(({ name }) => name === 'in_stock');
    if (found === undefined) throw new Error('no in_stock');
    const ready = () =>
      connection.ready({ tool: found.name, digest: digestOf(found), signal: new AbortController().signal });
    server.forget('in_stock');
    expect((await failureOf(call(tools, 'in_stock', { item: 'tea' }))).kind).toBe('configuration');
    await ready();
    now = 61_000;
    expect((await failureOf(ready())).kind).toBe('configuration');
  });

  it.each([
    ['at a private address', '/mcp', false, 'allowPrivateAddresses'],
    ['that leads to another place', '/away', true, 'HTTP 307'],
  ])('%s is refused', async (_what, path, allowPrivateAddresses, says) => {
    const { port } = await listen();
    const server = { url: `http://127.0.0.1:${port}${path}`, allowPrivateAddresses };
    await expect(mcpTools({ name: 'stock', server, tools: {} })).rejects.toThrow(says);
  });
});
