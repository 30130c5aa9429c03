/** Temporal and PostgreSQL of the test's own, taken down with kill -9: nothing that was accepted is lost. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { ApiError, createClient } from '../../client/index.ts';
import { freePorts } from '../../services/ports.ts';
import { type PostgresServer, startPostgres } from '../../services/postgres.ts';
import { startTemporal, type TemporalServer } from '../../services/temporal.ts';
import { parrot } from '../support/agents.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';

const FIRST = { agent: 'parrot', customer: { id: 'C-1' } };
let platform: Platform;
let temporal: TemporalServer;
let postgres: PostgresServer;
let startTemporalAgain: () => Promise<TemporalServer>;
let startPostgresAgain: () => Promise<PostgresServer>;

beforeAll(async () => {
  const [temporalPort = 0, postgresPort = 0] = await freePorts(2);
  const dir = join(inject('runDir'), 'outages');
  startTemporalAgain = () =>
    startTemporal({
      binary: inject('temporalBinary'),
      dataFile: join(dir, 'temporal.db'),
      port: temporalPort,
      logFile: join(dir, 'temporal.log'),
    });
  startPostgresAgain = () =>
    startPostgres({
      binDir: inject('postgresBinDir'),
      dataDir: join(inject('runDir'), 'outages-postgres'),
      port: postgresPort,
      logFile: join(dir, 'postgres.log'),
      durable: false,
    });
  [temporal, postgres] = await Promise.all([startTemporalAgain(), startPostgresAgain()]);
  platform = await startPlatform({
    agents: () => [parrot],
    temporalAddress: temporal.address,
    databaseUrl: postgres.url,
    standIn: { answer: ({ turn }) => ({ kind: 'reply', text: `answer ${turn}`, delayMs: 150 }) },
    worker: { maxCachedWorkflows: 50 },
  });
  await platform.startWorker();
});
afterAll(async () => {
  await platform.stop();
  await Promise.all([temporal.stop(), postgres.stop()]);
});

/** One attempt, no retries: what a plain HTTP caller sees. */
const impatient = () => createClient({ baseUrl: platform.apiUrl, key: platform.apiKey, retries: 0 });

async function refusal(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`expected an ApiError, got ${String(error)}`);
}

it('keeps a message while Temporal is down, says so with 503, and answers it later', async () => {
  await platform.client.send('engine', { text: 'one', messageId: 'm1', ...FIRST }, { wait: 30_000 });
  process.kill(temporal.pid, 'SIGKILL');
  await temporal.exited;
  const error = await refusal(impatient().send('engine', { text: 'two', messageId: 'm2' }));
  expect(error).toMatchObject({ status: 503, code: 'engine_unavailable' });
  expect(error.problem).toMatchObject({ kept: true, seq: 2 });

  temporal = await startTemporalAgain();
  // Nobody sends it again: the sweeper finds it.
  const rows = await waitForRows('engine', 4);
  expect(rows.map((row) => row.text)).toEqual(['one', 'answer 1', 'two', 'answer 2']);
});

it('answers 503 while PostgreSQL is down, keeps what was accepted, and goes on by itself', async () => {
  await platform.client.send('database', { text: 'one', messageId: 'm1', ...FIRST }, { wait: 30_000 });
  // A turn is under way when the database dies.
  await platform.client.send('database', { text: 'two', messageId: 'm2' });
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.exited;
  const error = await refusal(impatient().send('database', { text: 'three', messageId: 'm3' }));
  expect(error).toMatchObject({ status: 503, code: 'database_unavailable' });
  const raw = await fetch(`${platform.apiUrl}/v1/conversations/database/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'three', messageId: 'm3' }),
  });
  expect(Number(raw.headers.get('retry-after'))).toBeGreaterThan(0);

  postgres = await startPostgresAgain();
  const turn = await platform.client.send('database', { text: 'three', messageId: 'm3' }, { wait: 60_000 });
  expect(turn.reply).toBe('answer 3');
  const rows = await transcriptOf(platform, 'database');
  expect(rows.map((row) => row.text)).toEqual(['one', 'answer 1', 'two', 'answer 2', 'three', 'answer 3']);
});

it('loses no message and doubles none when both are killed while customers write', async () => {
  const conversations = Array.from({ length: 6 }, (_, n) => `storm-${n}`);
  const writing = Promise.all(
    conversations.map(async (conversation) => {
      for (let n = 1; n <= 5; n++) {
        const message = { text: `message ${n}`, messageId: `m${n}`, ...FIRST };
        await platform.client.send(conversation, message, { wait: 60_000, retries: 60 });
      }
    }),
  );
  await waitForRows('storm-0', 3);
  process.kill(temporal.pid, 'SIGKILL');
  await temporal.exited;
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.exited;
  postgres = await startPostgresAgain();
  temporal = await startTemporalAgain();
  await writing;
  for (const conversation of conversations) {
    const rows = await transcriptOf(platform, conversation);
    expect(rows.map((row) => row.text)).toEqual([1, 2, 3, 4, 5].flatMap((n) => [`message ${n}`, `answer ${n}`]));
  }
}, 120_000);

async function waitForRows(conversation: string, count: number) {
  for (;;) {
    const rows = await transcriptOf(platform, conversation).catch(() => []);
    if (rows.length >= count) return rows;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
