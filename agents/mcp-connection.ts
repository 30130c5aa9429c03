/**
 * The connection to one MCP server: made at the first need, kept, and made again for the next call when it died. Whoever
 * uses it says what the tool looked like when it was listed; a tool that has changed since is not called.
 */
import { createHash } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type CallToolResult,
  CallToolResultSchema,
  ErrorCode,
  ListToolsResultSchema,
  McpError,
  type Tool as McpTool,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { FailureError } from '../core/failure.ts';
import { mcpFailure } from './mcp-failure.ts';

export interface McpCall {
  readonly tool: string;
  /** Of the tool as it was listed at load: see `digestOf`. */
  readonly digest: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** `refused`: the server did not accept the arguments, and nothing ran. */
export type McpAnswer =
  | { readonly kind: 'answered'; readonly result: CallToolResult }
  | { readonly kind: 'refused'; readonly text: string };

export interface McpConnection {
  list(): Promise<readonly McpTool[]>;
  /** Connects where needed and looks whether the tool is as it was. @throws FailureError `configuration` where it is not */
  ready(call: Pick<McpCall, 'tool' | 'digest' | 'signal'>): Promise<void>;
  /** @throws FailureError, or whatever the connection throws */
  call(call: McpCall): Promise<McpAnswer>;
  /** Ends it, and the server where it is a child process. A later call would make it again. */
  close(): Promise<void>;
}

interface Live {
  readonly client: Client;
  readonly transport: Transport;
  listing: Promise<readonly McpTool[]>;
  /** Of `now()`. */
  listedAt: number;
  /** Under way. */
  calls: number;
}

const CONNECT_MS = 15_000;
/** The call's own signal comes first; this only overrules the SDK's minute. */
const LONGEST_CALL_MS = 3_600_000;
/** How old a list may be. Not every server says that its tools have changed. */
const LIST_MS = 60_000;
const MOST_PAGES = 100;

/** @param now for tests: milliseconds that only go up */
export function mcpConnection(
  server: string,
  transportOf: () => Transport,
  now: () => number = () => performance.now(),
): McpConnection {
  let current: { readonly opened: Promise<Live> } | undefined;

  return {
    list: () => explained(async () => (await live()).listing),
    ready: (call) => explained(() => unlessAborted(call.signal, check(call)), call.signal),
    call: (call) => explained(() => make(call), call.signal),
    async close() {
      const closing = current;
      current = undefined;
      await closing?.opened.then(
        ({ client }) => client.close(),
        () => undefined,
      );
    },
  };

  async function explained<R>(work: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    try {
      return await work();
    } catch (error) {
      throw mcpFailure(server, error, signal);
    }
  }

  function live(): Promise<Live> {
    if (current === undefined) {
      const mine = { opened: open(() => forget(mine)) };
      mine.opened.catch(() => forget(mine));
      current = mine;
    }
    return current.opened;
  }

  function forget(connection: typeof current): void {
    if (current === connection) current = undefined;
  }

  async function open(closed: () => void): Promise<Live> {
    // It offers a server nothing: no model to sample, no files, no person to ask.
    const client = new Client({ name: 'handback', version: '1' }, { capabilities: {} });
    const transport = transportOf();
    // A property is the SDK’s only way to say that it is over.
    Object.assign(client, { onclose: closed });
    await client.connect(transport, { timeout: CONNECT_MS });
    const connection: Live = { client, transport, listing: listTools(client), listedAt: now(), calls: 0 };
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      connection.listedAt = Number.NEGATIVE_INFINITY;
    });
    try {
      await connection.listing;
    } catch (error) {
      await client.close();
      throw error;
    }
    return connection;
  }

  async function check(call: Pick<McpCall, 'tool' | 'digest'>): Promise<void> {
    const connection = await live();
    let tools: readonly McpTool[];
    try {
      tools = await listed(connection);
    } catch {
      // It died, or the server does not know it any more. Listing is harmless, so once more.
      if (connection.calls === 0) await connection.client.close();
      tools = await (await live()).listing;
    }
    compare(call, tools);
  }

  function listed(connection: Live): Promise<readonly McpTool[]> {
    if (now() - connection.listedAt > LIST_MS) {
      connection.listedAt = now();
      connection.listing = listTools(connection.client);
      connection.listing.catch(() => {
        connection.listedAt = Number.NEGATIVE_INFINITY;
      });
    }
    return connection.listing;
  }

  /** @throws FailureError `configuration` */
  function compare({ tool, digest }: Pick<McpCall, 'tool' | 'digest'>, tools: readonly McpTool[]): void {
    const found = tools.find(({ name }) => name === tool);
    if (found !== undefined && digestOf(found) === digest) return;
    const what =
      found === undefined ? `has no tool "${tool}" any more` : `has changed the schema of its tool "${tool}"`;
    const message = `MCP server ${server} ${what}. Restart the workers: they then take the tools as they are.`;
    throw new FailureError({ kind: 'configuration', message });
  }

  async function make(call: McpCall, isSecond = false): Promise<McpAnswer> {
    const connection = await unlessAborted(call.signal, live());
    connection.calls += 1;
    try {
      const result = await request(connection.client, call);
      if (result.isError === true) await lookAgain(connection, call);
      return { kind: 'answered', result };
    } catch (error) {
      if (isForgotten(connection, error) && !isSecond) {
        if (current !== undefined && (await current.opened) === connection) current = undefined;
        return await make(call, true);
      }
      if (!(error instanceof McpError) || error.code !== ErrorCode.InvalidParams) throw error;
      await lookAgain(connection, call);
      return { kind: 'refused', text: error.message };
    } finally {
      connection.calls -= 1;
    }
  }

  /** An error may mean that the tool is gone: servers have several ways to say so. */
  async function lookAgain(connection: Live, call: McpCall): Promise<void> {
    connection.listedAt = Number.NEGATIVE_INFINITY;
    const tools = await unlessAborted(call.signal, listed(connection)).catch(() => undefined);
    if (tools !== undefined) compare(call, tools);
  }
}

function request(client: Client, { tool, meta, signal, ...call }: McpCall): Promise<CallToolResult> {
  const params = {
    name: tool,
    arguments: { ...call.arguments },
    ...(meta === undefined ? {} : { _meta: { ...meta } }),
  };
  return client.request({ method: 'tools/call', params }, CallToolResultSchema, { signal, timeout: LONGEST_CALL_MS });
}

/** A restarted server does not know our session, and says so before it looks at the call. */
function isForgotten({ transport }: Live, error: unknown): boolean {
  const status = error instanceof StreamableHTTPError ? error.code : undefined;
  return transport.sessionId !== undefined && (status === 404 || status === 400);
}

async function listTools(client: Client): Promise<readonly McpTool[]> {
  const tools: McpTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const result = await client.request({ method: 'tools/list', params }, ListToolsResultSchema, {
      timeout: CONNECT_MS,
    });
    tools.push(...result.tools);
    cursor = result.nextCursor;
    if (cursor === undefined) return tools;
  }
  throw new FailureError({ kind: 'upstream_degraded', message: `It lists more than ${MOST_PAGES} pages of tools.` });
}

/** What a call relies on. The description is pinned in the manifest, and the model never sees another. */
export function digestOf({ inputSchema, outputSchema }: McpTool): string {
  return createHash('sha256')
    .update(inOrder([inputSchema, outputSchema ?? null]))
    .digest('hex');
}

/** JSON with its keys sorted: servers need not keep their order. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What is shared by several calls goes on when one of them ends. */
async function unlessAborted<R>(signal: AbortSignal, work: Promise<R>): Promise<R> {
  signal.throwIfAborted();
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
