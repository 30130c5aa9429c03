/** The sweeper's rounds: who is nudged, and what becomes of those who cannot be. */
import { beforeEach, expect, it } from 'vitest';
import type { ConversationRef } from '../../core/conversation.ts';
import { type Conversations, EngineUnavailable } from '../../engine/conversations.ts';
import { startSweeper } from '../../workers/sweeper.ts';
import { embeddedDatabase } from '../support/embedded.ts';
import { until } from '../support/until.ts';

const database = embeddedDatabase();
beforeEach(() => run('DELETE FROM inbound'));

async function run<R>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
  return database.query<R>({ name: `test ${text}`, text }, values);
}

/** Messages that wait since the times given, the first the longest. */
async function waiting(...ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    await run(
      `INSERT INTO inbound (tenant, conversation, message_id, seq, text, via, next_nudge_at)
       VALUES ('acme', $1, 'm', 1, 'Hello', 'api', now() - (100 - $2::integer) * interval '1 second')`,
      [id, index],
    );
  }
}

/** Temporal, as far as the sweeper sees it. */
async function sweepOnce(nudge: (conversation: ConversationRef) => void) {
  const tried: string[] = [];
  const told: { readonly fields: object; readonly message: string }[] = [];
  const conversations: Conversations = {
    async nudge(conversation) {
      tried.push(conversation.id);
      nudge(conversation);
    },
    close: async () => undefined,
    reachable: async () => true,
  };
  const note = (fields: object, message: string) => void told.push({ fields, message });
  const log = { debug: note, info: note, warn: note, error: note };
  const sweeper = startSweeper(database, conversations, log);
  await until('a round has been made', () => tried.length > 0);
  await sweeper.stop();
  return { tried, told };
}

async function state() {
  const rows = await run<{ id: string; nudges: number; seconds: number }>(
    `SELECT conversation AS id, nudges, extract(epoch FROM next_nudge_at - now())::float8 AS seconds FROM inbound`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

it('nudges those after one that cannot be nudged, and says which it was', async () => {
  await waiting('a', 'b', 'c');
  const { tried, told } = await sweepOnce(({ id }) => {
    if (id === 'b') throw new EngineUnavailable('too many signals', { away: false });
  });
  expect(tried.toSorted()).toEqual(['a', 'b', 'c']);
  expect(told).toMatchObject([
    { fields: { id: 'b' }, message: 'a conversation could not be nudged' },
    { fields: { conversations: 2 } },
  ]);
});

it('looks again soon, and as though for the first time, at those it could not try because Temporal is away', async () => {
  await waiting('a', 'b', 'c');
  const { tried, told } = await sweepOnce(() => {
    throw new EngineUnavailable('unavailable');
  });
  expect(tried).toHaveLength(1);
  expect(told.filter(({ fields }) => 'conversations' in fields)).toEqual([]);
  for (const { nudges, seconds } of (await state()).values()) {
    expect(nudges).toBe(0);
    expect(seconds).toBeLessThanOrEqual(2);
  }
});

it('looks later and later at those that were nudged and stay unanswered', async () => {
  await waiting('a');
  await sweepOnce(() => undefined);
  const row = (await state()).get('a');
  expect(row?.nudges).toBe(1);
  expect(row?.seconds).toBeGreaterThan(3);
});
