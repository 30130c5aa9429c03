/** The service whose state the tools change: it counts what really happened, by order and by key. */
import { createServer, type IncomingMessage } from 'node:http';
import { freePort } from '../../services/ports.ts';

export interface Backend {
  readonly url: string;
  /** How often an order was changed. */
  changesOf(order: string): number;
  /** Requests for a change, those included that did nothing because their key was known. */
  readonly requests: number;
  close(): Promise<void>;
}

/**
 * `POST /once/<order>` changes once for each `idempotency-key`, `POST /count/<order>` whenever it is asked, and
 * `GET /keys/<key>` says how often that was under one key.
 */
export async function startBackend(): Promise<Backend> {
  const orders = new Map<string, number>();
  const keys = new Map<string, number>();
  let requests = 0;

  function answer({ method, url = '', headers }: IncomingMessage): object | undefined {
    const [, what = '', name = ''] = url.split('/').map(decodeURIComponent);
    if (method === 'GET' && what === 'keys') return { times: keys.get(name) ?? 0 };
    if (method !== 'POST' || (what !== 'once' && what !== 'count')) return undefined;
    const key = String(headers['idempotency-key']);
    requests += 1;
    if (what === 'count' || !keys.has(key)) {
      keys.set(key, (keys.get(key) ?? 0) + 1);
      orders.set(name, (orders.get(name) ?? 0) + 1);
    }
    return { receipt: `R-${name}` };
  }

  const server = createServer((incoming, response) => {
    const body = answer(incoming);
    incoming.resume();
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  server.keepAliveTimeout = 120_000;
  const port = await freePort();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    changesOf: (order) => orders.get(order) ?? 0,
    get requests() {
      return requests;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
