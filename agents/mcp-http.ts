/** A server that is reached over (streamable) HTTP. */
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { type Fetch, type Guard, guardedFetch, streamOf } from './guarded-fetch.ts';

export interface McpHttpServer {
  /** http: or https:. */
  readonly url: string;
  /** Sent with every request, e.g. `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it may be at an address that is not on the internet. Default false. */
  readonly allowPrivateAddresses?: boolean;
}

const LONGEST_ANSWER = 16 * 1024 * 1024;

/** @param resolve for tests: the addresses of a name */
export function httpTransport(server: McpHttpServer, resolve?: Guard['resolve']): Transport {
  const fetch = guardedFetch({
    allowPrivateAddresses: server.allowPrivateAddresses ?? false,
    maxBytes: LONGEST_ANSWER,
    ...(resolve === undefined ? {} : { resolve }),
  });
  const transport = new StreamableHTTPClientTransport(new URL(server.url), {
    fetch: (url, init) => request(fetch, url, init, lost),
    requestInit: { headers: { ...server.headers } },
  });
  return transport;

  /** The SDK waits for ever for the answer to a request whose stream was cut. */
  function lost(id: string | number): void {
    const error = { code: ErrorCode.ConnectionClosed, message: 'The connection was cut before the answer.' };
    // One that was answered all the same is no longer waited for, and this is ignored.
    transport.onmessage?.({ jsonrpc: '2.0', id, error });
  }
}

type Lost = (id: string | number) => void;

async function request(fetch: Fetch, url: string | URL, init: RequestInit | undefined, lost: Lost): Promise<Response> {
  const headers = new Headers(init?.headers);
  // No stream of notifications beside the calls: it would hold a connection for as long as the worker lives.
  if (init?.method === 'GET' && !headers.has('last-event-id')) return new Response(null, { status: 405 });
  const response = await fetch(url, init);
  const id = init?.method === 'POST' ? requestId(init.body) : undefined;
  const isStream = /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '');
  if (id === undefined || !isStream || response.body === null) return response;
  const { status, headers: given } = response;
  return new Response(streamOf(watched(response.body, () => lost(id))), { status, headers: given });
}

/** A stream with event ids can be taken up again, which the SDK does; any other is over when it ends. */
async function* watched(body: ReadableStream<Uint8Array>, over: () => void): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let isResumable = false;
  let lineBefore = '\n';
  try {
    for await (const chunk of body) {
      const text = lineBefore + decoder.decode(chunk, { stream: true });
      isResumable ||= /[\r\n]id:/.test(text);
      lineBefore = text.slice(-3);
      yield chunk;
    }
  } finally {
    // After the last event has been read, which takes no more than promises.
    if (!isResumable) setImmediate(over);
  }
}

function requestId(body: unknown): string | number | undefined {
  if (typeof body !== 'string') return undefined;
  const message: unknown = JSON.parse(body);
  if (typeof message !== 'object' || message === null || !('id' in message) || !('method' in message)) return undefined;
  const { id } = message;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
