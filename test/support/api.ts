/** A real API over loopback HTTP on PGlite in memory, with Temporal and the worker played by the test. */
import { type Api, type ApiConfig, createApi } from '../../api/server.ts';
import { type Client, createClient } from '../../client/index.ts';
import type { ConversationRef } from '../../core/conversation.ts';
import type { Database } from '../../db/database.ts';
import { openEmbedded } from '../../db/embedded.ts';
import { createKey, type KeyRole } from '../../db/keys.ts';
import { migrate, PLATFORM_MIGRATIONS } from '../../db/migrate.ts';
import { type Conversations, EngineUnavailable } from '../../engine/conversations.ts';

export interface TestApi {
  readonly url: string;
  readonly database: Database;
  readonly nudges: ConversationRef[];
  readonly closes: (ConversationRef & { reason?: string | undefined })[];
  readonly logged: object[];
  /** Called on every nudge: the worker's part, when a test wants one. */
  onNudge: (conversation: ConversationRef) => Promise<void>;
  temporalDown: boolean;
  databaseDown: boolean;
  /** Statements sent to the database, by name. */
  readonly statements: string[];
  /** Another API on the same database. */
  open(config?: Partial<ApiConfig>): Promise<{ readonly url: string; close(): Promise<void> }>;
  key(options?: { tenant?: string; roles?: readonly KeyRole[]; requestsPerMinute?: number }): Promise<string>;
  client(key: string): Client;
  /** The worker: takes the oldest waiting message and ends its turn. */
  finishTurn(conversation: ConversationRef, reply: string): Promise<void>;
  sql(text: string, values?: unknown[]): Promise<unknown[]>;
  notify(conversation: ConversationRef, kind: string): Promise<void>;
  close(): Promise<void>;
}

export async function startApi(config: Partial<ApiConfig> = {}): Promise<TestApi> {
  const embedded = await openEmbedded();
  await migrate(embedded, PLATFORM_MIGRATIONS);
  const statements: string[] = [];
  const apis: Api[] = [];

  const guard = <T>(work: () => Promise<T>): Promise<T> => (self.databaseDown ? Promise.reject(refused()) : work());
  const database: Database = {
    ...embedded,
    query: (statement, values) => {
      statements.push(statement.name);
      return guard(() => embedded.query(statement, values));
    },
  };
  const conversations: Conversations = {
    async nudge(conversation) {
      if (self.temporalDown) throw new EngineUnavailable('Temporal does not answer: the test says so');
      self.nudges.push(conversation);
      await self.onNudge(conversation);
    },
    async close(conversation, reason) {
      if (self.temporalDown) throw new EngineUnavailable('Temporal does not answer: the test says so');
      self.closes.push({ ...conversation, reason });
    },
    reachable: async () => !self.temporalDown,
  };

  async function open(more: Partial<ApiConfig> = {}) {
    const log = { warn: () => undefined, error: (fields: object) => void self.logged.push(fields) };
    const api = createApi({ database, conversations, log, config: { version: '0.0.0', ...config, ...more } });
    apis.push(api);
    return api.listen({ host: '127.0.0.1', port: 0 });
  }

  const sql = (text: string, values?: unknown[]) =>
    embedded.session(async (session) => (await session.query(text, values)).rows);
  const self: TestApi = {
    url: '',
    database,
    nudges: [],
    closes: [],
    logged: [],
    onNudge: async () => undefined,
    temporalDown: false,
    databaseDown: false,
    statements,
    open,
    async key({ tenant = 'acme', roles = SERVICE_AND_ENGINEER, requestsPerMinute = 6_000 } = {}) {
      return (await createKey(embedded, { tenant, name: 'test', roles, requestsPerMinute })).key;
    },
    client: (key) => createClient({ baseUrl: self.url, key }),
    sql,
    async notify({ tenant, id }, kind) {
      await sql(`SELECT pg_notify('handback_public', $1)`, [`${tenant}/${id} ${kind} 1`]);
    },
    async finishTurn(conversation, reply) {
      await sql(FINISH, [conversation.tenant, conversation.id, reply]);
      await self.notify(conversation, 'turn');
    },
    async close() {
      await Promise.all(apis.map((api) => api.close()));
      await embedded.close();
    },
  };
  await sql(`INSERT INTO manifests (agent, revision, manifest) VALUES ('support', 'r1', '{}');
             INSERT INTO agents (id, revision) VALUES ('support', 'r1')`);
  return Object.assign(self, { url: (await open()).url });
}

const SERVICE_AND_ENGINEER: readonly KeyRole[] = ['service', 'engineer'];

const FINISH = `
  WITH next AS (
    SELECT seq, text FROM inbound WHERE tenant = $1 AND conversation = $2 AND answered_at IS NULL ORDER BY seq LIMIT 1
  ), said AS (
    INSERT INTO transcript (tenant, conversation, turn, step, call, role, text)
    SELECT $1, $2, seq, 0, 0, 'customer', text FROM next ON CONFLICT DO NOTHING
  ), answered AS (
    UPDATE inbound i SET turn = next.seq, answered_at = now() FROM next
     WHERE i.tenant = $1 AND i.conversation = $2 AND i.seq = next.seq
  )
  INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence)
  SELECT $1, $2, seq, seq, 'replied', $3, 0.75 FROM next`;

function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
}

/** Resolves once the condition holds; fails after five seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
