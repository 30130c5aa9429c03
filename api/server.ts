/** The HTTP API. */
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Database } from '../db/database.ts';
import { openEvents } from '../db/events.ts';
import type { Conversations } from '../engine/conversations.ts';
import { checkAddress } from './address.ts';
import { addApprovals } from './approvals.ts';
import { authenticate } from './auth.ts';
import { addBreakers } from './breakers.ts';
import { addConversations } from './conversations.ts';
import type { ApiApp, ApiEnv, ApiLog, RouteDeps } from './deps.ts';
import { addEffects } from './effects.ts';
import { addEscalations } from './escalations.ts';
import { addEvents } from './events.ts';
import { answerWith, problemOf } from './failures.ts';
import { addHealth } from './health.ts';
import { addLimits } from './limits.ts';
import { addMessages } from './messages.ts';
import { countOpenRequests, STREAMS_PER_KEY, WAITS_PER_KEY } from './open-requests.ts';
import { addOpenApi } from './openapi.ts';
import { addOwnership } from './ownership.ts';
import { Problem } from './problems.ts';
import { invalid } from './wire.ts';

export type { ApiLog } from './deps.ts';

export interface ApiConfig {
  /** Shown in /openapi.json. */
  readonly version: string;
  /** How long a key is believed without asking the database, in milliseconds; default 5,000. */
  readonly keyCacheMs?: number;
  /** How often a silent event stream sends a comment, in milliseconds; default 15,000. */
  readonly heartbeatMs?: number;
  /** How often the tables are looked at in case a notification was lost, in milliseconds; default 1,000. */
  readonly checkEveryMs?: number;
  /** How many requests that wait for a turn a key may hold open; see `open-requests.ts` for this and the next. */
  readonly waitsPerKey?: number;
  /** How many streams of events. */
  readonly streamsPerKey?: number;
}

export interface ApiDeps {
  readonly database: Database;
  readonly conversations: Conversations;
  readonly log: ApiLog;
  readonly config: ApiConfig;
}

export interface Api {
  readonly app: ApiApp;
  /** Port 0 takes any free one. @throws the system's error when the port is taken */
  listen(address: {
    readonly port: number;
    readonly host: string;
  }): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Ends waiting requests and streams, then the servers. The database stays open. */
  close(): Promise<void>;
}

export function createApi({ database, conversations, log, config }: ApiDeps): Api {
  const { version, keyCacheMs = 5_000, heartbeatMs = 15_000, checkEveryMs = 1_000 } = config;
  const { waitsPerKey = WAITS_PER_KEY, streamsPerKey = STREAMS_PER_KEY } = config;
  const closing = new AbortController();
  const events = openEvents(database, {
    checkEveryMs,
    onError: (error) => log.warn({ err: error }, 'the tables could not be looked at; it is tried again'),
  });
  const deps: RouteDeps = {
    database,
    conversations,
    events,
    log,
    closing: closing.signal,
    heartbeatMs,
    waits: countOpenRequests('requests that wait', waitsPerKey),
    streams: countOpenRequests('streams of events', streamsPerKey),
  };
  const app = routesOf(deps, { version, keyCacheMs });
  const servers = new Set<Server>();

  async function close(): Promise<void> {
    closing.abort();
    await events.close();
    await Promise.all([...servers].map(stop));
    servers.clear();
  }

  return {
    app,
    close,
    async listen({ port, host }) {
      const server = await listening(app, port, host);
      servers.add(server);
      return { url: urlOf(server, host), close };
    },
  };
}

function routesOf(deps: RouteDeps, options: { version: string; keyCacheMs: number }): ApiApp {
  const app: ApiApp = new OpenAPIHono<ApiEnv>({
    defaultHook(result) {
      if (result.success) return;
      if (result.target === 'param') throw new Problem('invalid_id');
      throw invalid(result.error);
    },
  });
  app.onError((error, c) => answerWith(problemOf(error, deps.log), c));
  app.use('/v1/*', authenticate(deps.database, { keyCacheMs: options.keyCacheMs }));
  app.use('/v1/*', checkAddress);
  addMessages(app, deps);
  addConversations(app, deps);
  addEvents(app, deps);
  addEffects(app, deps);
  addBreakers(app, deps);
  addEscalations(app, deps);
  addOwnership(app, deps);
  addApprovals(app, deps);
  addLimits(app, deps);
  addHealth(app, deps);
  addOpenApi(app, options.version);
  return app;
}

async function listening(app: ApiApp, port: number, host: string): Promise<Server> {
  const server = createAdaptorServer({ fetch: app.fetch, hostname: host, overrideGlobalObjects: true }) as Server;
  // Longer than clients and load balancers keep idle connections, so that they close them and not we.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

const LINGER_MS = 2_000;

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Connections become idle one by one, when their last answer has gone out.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    // A client that does not read its answer must not hold up the end of the process.
    const end = setTimeout(() => server.closeAllConnections(), LINGER_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(end);
      resolve();
    });
  });
}
