/** A real MCP server over HTTP on loopback, for tests. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer, type RegisteredTool } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { until } from './until.ts';

export interface McpHttpTestServer {
  readonly url: string;
  readonly port: number;
  /** `METHOD authorization` of each request. */
  readonly requests: readonly string[];
  /** Takes a tool away without telling anybody. */
  forget(tool: string): void;
  /** Ends it, with whatever it is answering. */
  stop(): Promise<void>;
}

/** @param port the one to listen on; default: any. `answersJson`: instead of a stream of events */
export async function startMcpServer({
  port = 0,
  answersJson = false,
}: {
  port?: number;
  answersJson?: boolean;
} = {}): Promise<McpHttpTestServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const requests: string[] = [];
  const answering = new Set<ServerResponse>();
  const tools: { readonly name: string; readonly tool: RegisteredTool }[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.headers.authorization}`);
    answering.add(response);
    response.once('close', () => answering.delete(response));
    const work = request.url === '/away' ? redirect(response) : answer(request, response);
    work.catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (id !== undefined && known === undefined) {
      response.writeHead(404).end('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}');
      return;
    }
    const transport = known ?? (await session());
    await transport.handleRequest(request, response);
  }

  async function session(): Promise<StreamableHTTPServerTransport> {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: answersJson,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    const mcp = new McpServer({ name: 'stock', version: '1' });
    const inStock = mcp.registerTool('in_stock', { inputSchema: { item: z.string() } }, ({ item }) => ({
      content: [{ type: 'text', text: `${item}: 3` }],
    }));
    tools.push({ name: 'in_stock', tool: inStock });
    mcp.registerTool('reset', {}, () => {
      server.closeAllConnections();
      return { content: [] };
    });
    mcp.registerTool('end_early', {}, async () => {
      await until('the stream has begun', () => [...answering].every(({ headersSent }) => headersSent));
      await Promise.all([...answering].map((response) => new Promise<void>((done) => response.end(done))));
      return { content: [] };
    });
    await mcp.connect(transport);
    return transport;
  }

  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    port: address.port,
    requests,
    forget(name) {
      for (const each of tools) if (each.name === name) each.tool.remove();
    },
    async stop() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

async function redirect(response: ServerResponse): Promise<void> {
  response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end();
}
