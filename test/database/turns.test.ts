/** Opening and closing turns, whatever their size. */
import { beforeEach, expect, it } from 'vitest';
import { holdLease } from '../../db/calls.ts';
import { closeConversation } from '../../db/closing.ts';
import type { Database } from '../../db/database.ts';
import { openEvents } from '../../db/events.ts';
import { openTurn } from '../../db/opening.ts';
import { writeSegment } from '../../db/segments.ts';
import { closeReplied, closeWithoutReply, type ModelRecord } from '../../db/turns.ts';
import { embeddedDatabase } from '../support/embedded.ts';
import { until } from '../support/until.ts';

const LIMITS = { windowRows: 10, toolResultCharacters: 1_000 };
const database = embeddedDatabase();
let conversation = { tenant: 'acme', id: 'c-0' };
let made = 0;

beforeEach(async () => {
  conversation = { tenant: 'acme', id: `c-${++made}` };
  await run(`INSERT INTO conversations (tenant, id, agent, customer) VALUES ('acme', $1, 'a', '{"id":"C-1"}')`, [
    conversation.id,
  ]);
});

async function run<R>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
  return database.query<R>({ name: `test ${text}`, text }, values);
}

/** The `turn`-th message is taken and answered up to `steps` steps of one tool call each. */
async function beginTurn(turn: number, steps: number): Promise<void> {
  await run(
    `INSERT INTO inbound (tenant, conversation, message_id, seq, text, via) VALUES ('acme', $1, $2, $3, 'Hello', 'api')`,
    [conversation.id, `m${turn}`, turn],
  );
  await openTurn(database, conversation, { turn, step: 1, call: 0 }, 'me', LIMITS);
  await run(
    `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text)
     SELECT 'acme', $1, $2, step, call, CASE call WHEN 0 THEN 'agent' ELSE 'tool' END, 'x'
       FROM generate_series(1, $3::integer) AS step, generate_series(0, 1) AS call`,
    [conversation.id, turn, steps],
  );
}

const record = (turn: number, step: number): ModelRecord => ({
  ...{
    turn,
    step,
    revision: 'r',
    model: 'm',
    finishReason: 'stop',
    usage: null,
    tokens: 0,
    costUsd: null,
    attempts: 1,
    ms: 1,
  },
});

it('shows a turn of any size whole, and only as many rows before it as the window holds', async () => {
  await beginTurn(1, 20);
  await closeReplied(database, conversation, 'Done.', record(1, 21));
  await beginTurn(2, 60);
  const open = await openTurn(database, conversation, { turn: 2, step: 61, call: 0 }, 'me', LIMITS);
  expect(open?.claimed).toBe(true);
  expect(open?.rows.filter((row) => row.turn === 2)).toHaveLength(121);
  const before = open?.rows.filter((row) => row.turn === 1) ?? [];
  expect(before).toHaveLength(10);
  expect(Math.max(...before.map((row) => row.step))).toBe(21);
});

it('does not take a turn whose message is not there', async () => {
  const open = await openTurn(database, conversation, { turn: 1, step: 2, call: 0 }, 'me', LIMITS);
  expect(open?.claimed).toBe(false);
});

it.each(['replied', 'failed'] as const)('keeps nothing that only served the turn when it has %s', async (how) => {
  const other = { tenant: 'acme', id: `other-${made}` };
  for (const [where, turn] of [
    [conversation, 1],
    [conversation, 2],
    [other, 1],
  ] as const) {
    await writeSegment(database, where, { turn, step: 1, attempt: 1, n: 1, text: 'Hel' });
    await holdLease(database, where, { turn, step: 1, call: 0 }, 'me', 1_000, 1);
  }
  await beginTurn(2, 1);
  if (how === 'replied') await closeReplied(database, conversation, 'Done.', record(2, 2));
  else
    await closeWithoutReply(database, conversation, {
      ...{ turn: 2, outcome: 'failed', customerHears: 'Sorry.' },
      failure: { kind: 'timeout', message: 'late' },
    });
  const left = (table: string, id: string) => run(`SELECT turn FROM ${table} WHERE conversation = $1`, [id]);
  for (const table of ['segments', 'calls']) {
    expect(await left(table, conversation.id)).toEqual([]);
    expect(await left(table, other.id)).toHaveLength(1);
  }
});

it.each([
  { what: 'a short reply', reply: 'It is \n "there".', looks: 0 },
  { what: 'a reply too long for a notification', reply: '\u{1f9ed}'.repeat(2_000), looks: 1 },
])('tells those who wait of $what', async ({ reply, looks }) => {
  const looked: string[] = [];
  const watched: Database = {
    ...database,
    query: (statement, values) => {
      if (statement.name === 'events_turns') looked.push(statement.name);
      return database.query(statement, values);
    },
  };
  const events = openEvents(watched, { checkEveryMs: 60_000 });
  const other = events.waitForTurn(conversation, 2, { timeoutMs: 30_000 });
  const told = events.waitForTurn(conversation, 1, { timeoutMs: 30_000 });
  await until('it listens', () => looked.length === 1); // what was missed before is looked for once
  await run(`SELECT pg_notify('handback_public', $1 || ' turn 1 {"broken')`, [`acme/${conversation.id}`]);
  await until('what cannot be read is looked for', () => looked.length === 2);
  await beginTurn(1, 1);
  await closeReplied(database, conversation, reply, record(1, 2));
  expect(await told).toEqual({
    turn: 1,
    seq: 1,
    outcome: 'replied',
    reply,
    confidence: 1,
    failure: null,
    escalationId: null,
  });
  expect(looked).toHaveLength(2 + looks);
  await events.close();
  expect(await other).toBeUndefined();
});

it('leaves a turn under way what serves it when it cannot be closed', async () => {
  await writeSegment(database, conversation, { turn: 1, step: 1, attempt: 1, n: 1, text: 'Hel' });
  expect(await closeReplied(database, conversation, 'Done.', record(1, 1))).toBeUndefined();
  expect(await run('SELECT turn FROM segments WHERE conversation = $1', [conversation.id])).toHaveLength(1);
});

it('closes a conversation once', async () => {
  expect(await closeConversation(database, conversation, 'done', 'signal')).toBe(true);
  expect(await closeConversation(database, conversation, 'again', 'signal')).toBe(false);
});

it('a message that is declined ends its turn without a failure, and what was found stands with what the customer hears', async () => {
  await beginTurn(1, 0);
  const found = [{ guardrail: 'scope', verdict: 'block' }] as const;
  const end = { turn: 1, outcome: 'refused', customerHears: 'Sorry.', verdicts: found } as const;
  expect(await closeWithoutReply(database, conversation, end)).toEqual({ outcome: 'refused', more: false, now: true });
  // Made again by a process that does not know of the first.
  expect(await closeWithoutReply(database, conversation, end)).toEqual({ outcome: 'refused', more: false, now: false });
  expect(
    await run(`SELECT step, text, verdicts, failure FROM transcript WHERE conversation = $1 AND role = 'agent'`, [
      conversation.id,
    ]),
  ).toEqual([{ step: 1, text: 'Sorry.', verdicts: found, failure: null }]);
});
