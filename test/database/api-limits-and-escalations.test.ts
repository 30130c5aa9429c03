// Loopback HTTP and one PGlite in memory: what was spent, limits that people raise, and conversations that need a person.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import type { ApiError, Client } from '../../client/index.ts';
import type { Exceeded } from '../../core/budget.ts';
import { registerAgents } from '../../db/agents.ts';
import { openTurn } from '../../db/opening.ts';
import { raiseLimit } from '../../db/raised-limits.ts';
import { closeReplied, closeWithoutReply, journalRequest, type ModelRecord } from '../../db/turns.ts';
import { startApi, type TestApi } from '../support/api.ts';

const look = defineTool({
  name: 'look',
  description: 'Looks.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({}),
  output: z.string(),
  run: async () => ({ data: 'seen', confidence: 1 }),
});
const frugal = defineAgent({
  id: 'frugal',
  model: 'm',
  instructions: 'Be frugal.',
  tools: [look],
  budgets: { turn: { tokens: 500 }, conversation: { usd: 1, steps: 20 }, tenantDay: { usd: 100 } },
  escalation: {},
});
const LIMITS = { windowRows: 10, toolResultCharacters: 1_000, counted: true };

let api: TestApi;
let operator: Client;
let service: Client;
let made = 0;
let conversation = { tenant: 'acme', id: '' };

beforeAll(async () => {
  api = await startApi();
  operator = api.client(await api.key({ roles: ['operator'] }));
  service = api.client(await api.key({ roles: ['service'] }));
  await registerAgents(api.database, [frugal.manifest]);
});
afterAll(() => api.close());

beforeEach(async () => {
  conversation = { tenant: 'acme', id: `l-${++made}` };
  await api.sql(
    `INSERT INTO conversations (tenant, id, agent, customer, revision) VALUES ('acme', $1, 'frugal', '{"id":"C-1"}', $2)`,
    [conversation.id, frugal.manifest.revision],
  );
});

async function take(turn: number): Promise<void> {
  await api.sql(
    `INSERT INTO inbound (tenant, conversation, message_id, seq, text, via) VALUES ('acme', $1, $2, $3, 'Hello', 'api')`,
    [conversation.id, `m${turn}`, turn],
  );
  await open(turn, 1);
}
const open = (turn: number, step: number) =>
  openTurn(api.database, conversation, { turn, step, call: 0 }, 'me', LIMITS);
const record = (turn: number, step: number, tokens: number, costUsd: number | null): ModelRecord => ({
  ...{ turn, step, revision: 'r', model: 'm', finishReason: 'stop', usage: null, attempts: 1, ms: 10 },
  ...{ tokens, costUsd },
});
const request = (turn: number, step: number, tokens: number, costUsd: number) =>
  journalRequest(api.database, conversation, '', [], record(turn, step, tokens, costUsd));
const usd = (scope: Exceeded['scope'], of: number) => ({ scope, limit: 'usd', of }) as const;
const fail = (turn: number, limit?: Exceeded) =>
  closeWithoutReply(api.database, conversation, {
    ...{ turn, outcome: 'escalated', customerHears: 'A colleague looks at it.' },
    failure: { kind: 'budget_exceeded', message: 'reached', ...(limit === undefined ? {} : { limit }) },
  });
const codeOf = (asked: Promise<unknown>) => asked.catch((error: ApiError) => error.code);
const openOnes = async () =>
  (await operator.escalations()).escalations.filter(({ conversationId }) => conversationId === conversation.id);

describe('what was spent', () => {
  it('is that of the turn under way and of all that ended, each counted once', async () => {
    await take(1);
    await request(1, 1, 100, 0.25);
    const during = (await open(1, 2))?.account?.spent;
    expect(during?.turn).toMatchObject({ steps: 1, tokens: 100, usd: 0.25, ms: 10 });
    expect(during?.conversation).toMatchObject({ steps: 1, tokens: 100, usd: 0.25 });
    const day = during?.tenantDay;

    await closeReplied(api.database, conversation, 'Done.', record(1, 2, 40, null));
    await closeReplied(api.database, conversation, 'Done.', record(1, 2, 40, null));
    await take(2);
    const after = (await open(2, 1))?.account?.spent;
    expect(after?.turn).toMatchObject({ steps: 0, tokens: 0, usd: 0 });
    expect(after?.conversation).toMatchObject({ steps: 2, tokens: 140, usd: 0.25, ms: 20 });
    expect(after?.tenantDay.tokens).toBe((day?.tokens ?? 0) + 40);
  });

  it('counts a turn that failed too, and tool calls that were made', async () => {
    await take(1);
    await request(1, 1, 100, 0.5);
    await api.sql(
      `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool, outcome, ms)
       VALUES ('acme', $1, 1, 1, 1, 'tool', 'x', 'look', 'failed', 5), ('acme', $1, 1, 1, 2, 'tool', 'x', 'look', 'denied', 0)`,
      [conversation.id],
    );
    await fail(1);
    await take(2);
    expect((await open(2, 1))?.account?.spent.conversation).toEqual({
      ...{ steps: 1, toolCalls: 1, tokens: 100, usd: 0.5, ms: 15 },
    });
  });

  it('is what it was when the step was asked for, though tools of it have run since', async () => {
    await take(1);
    await request(1, 1, 100, 0.5);
    await api.sql(
      `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool, outcome, ms)
       VALUES ('acme', $1, 1, 1, 1, 'tool', 'x', 'look', 'done', 5)`,
      [conversation.id],
    );
    expect((await open(1, 1))?.account?.spent.turn).toMatchObject({ steps: 1, toolCalls: 0, tokens: 100 });
    expect((await open(1, 2))?.account?.spent.turn).toMatchObject({ steps: 1, toolCalls: 1, tokens: 100 });
  });

  it('is shown beside what the agent may spend', async () => {
    await take(1);
    await request(1, 1, 100, 0.25);
    const { limits, agent, day } = await operator.limits(conversation.id);
    expect({ agent, day }).toEqual({ agent: 'frugal', day: new Date().toISOString().slice(0, 10) });
    expect(limits).toContainEqual({ scope: 'turn', limit: 'tokens', of: 500, declared: 500, spent: 100 });
    expect(limits).toContainEqual({ scope: 'conversation', limit: 'usd', of: 1, declared: 1, spent: 0.25 });
    expect(limits).toHaveLength(4);
    expect(await codeOf(service.limits(conversation.id))).toBe('forbidden');
    expect(await codeOf(operator.limits('nobody'))).toBe('not_found');
  });
});

describe('a limit', () => {
  it('that is raised counts from the next look on, and resolves what waited for it', async () => {
    await take(1);
    await fail(1, usd('conversation', 1));
    const raised = await operator.raiseLimit(conversation.id, {
      ...{ scope: 'conversation', limit: 'usd', to: 5, reason: 'A good customer.' },
    });
    expect(raised.resolved).toBe(1);
    expect(raised.limits).toContainEqual({ scope: 'conversation', limit: 'usd', of: 5, declared: 1, spent: 0 });
    expect(await openOnes()).toEqual([]);
    await take(2);
    expect((await open(2, 1))?.account?.raised).toEqual({ conversation: { usd: 5 } });
    const audited = await api.sql(`SELECT detail FROM audit WHERE subject = $1 AND action = 'limit.raised'`, [
      `conversation:${conversation.id}`,
    ]);
    expect(audited).toEqual([{ detail: expect.objectContaining({ to: 5, reason: 'A good customer.' }) }]);
  });

  it('of the day is raised for all conversations of the tenant, and only today', async () => {
    await take(1);
    await fail(1, usd('tenantDay', 100));
    const other = { ...conversation };
    conversation = { tenant: 'acme', id: `l-${++made}` };
    await api.sql(
      `INSERT INTO conversations (tenant, id, agent, customer) VALUES ('acme', $1, 'frugal', '{"id":"C-1"}')`,
      [conversation.id],
    );
    await take(1);
    await operator.raiseLimit(other.id, { scope: 'tenantDay', limit: 'usd', to: 200, reason: 'A busy day.' });
    expect((await open(1, 2))?.account?.raised).toEqual({ tenantDay: { usd: 200 } });
    await api.sql(`UPDATE raised_limits SET subject = '2020-01-01' WHERE scope = 'tenantDay'`);
    expect((await open(1, 2))?.account?.raised).toEqual({});
  });

  it('is not lowered by a raise that comes late, and helps nobody who has a higher one', async () => {
    await take(1);
    await fail(1, usd('conversation', 500)); // of another agent's revision, say
    const raise = (to: number) =>
      raiseLimit(api.database, 'acme', {
        ...{ scope: 'conversation', subject: conversation.id, limit: 'usd', to, actor: 'key:x', reason: 'x' },
      });
    expect(await raise(100)).toBe(0);
    expect(await raise(50)).toBe(0);
    expect((await open(1, 2))?.account?.raised).toEqual({ conversation: { usd: 100 } });
    expect(await raise(501)).toBe(1);
  });

  it('is not lowered, and what is not limited is not raised', async () => {
    const raise = (limit: 'usd' | 'tokens', to: number) =>
      codeOf(operator.raiseLimit(conversation.id, { scope: 'conversation', limit, to, reason: 'x' }));
    expect(await raise('usd', 0.5)).toBe('limit_not_raised');
    expect(await raise('tokens', 500)).toBe('not_limited');
    expect(await raise('usd', -1)).toBe('validation_failed');
    expect(await codeOf(service.raiseLimit(conversation.id, { ...usdTo, reason: 'x' }))).toBe('forbidden');
    expect(await codeOf(operator.raiseLimit('nobody', { ...usdTo, reason: 'x' }))).toBe('not_found');
  });
  const usdTo = { scope: 'conversation', limit: 'usd', to: 5 } as const;
});

describe('an escalation', () => {
  it('is one for all turns that end for the same reason, and each of them names it', async () => {
    await take(1);
    await fail(1);
    await take(2);
    await fail(2);
    const [escalation, ...more] = await openOnes();
    expect(more).toEqual([]);
    expect(escalation).toMatchObject({
      turn: 1,
      reason: 'budget',
      failure: { kind: 'budget_exceeded' },
      status: 'open',
    });
    const turns = await api.sql('SELECT DISTINCT escalation FROM turns WHERE conversation = $1', [conversation.id]);
    expect(turns).toEqual([{ escalation: escalation?.id }]);
  });

  it('says what stands in the way now', async () => {
    await take(1);
    await fail(1);
    await take(2);
    await fail(2, usd('conversation', 1));
    expect((await openOnes())[0]?.failure?.limit).toEqual(usd('conversation', 1));
  });

  it('is resolved once, with who did what; the next one is another', async () => {
    await take(1);
    await fail(1);
    const id = (await openOnes())[0]?.id ?? '';
    expect(await operator.resolveEscalation(id, 'Called the customer.')).toMatchObject({
      status: 'resolved',
      resolution: { actor: expect.stringMatching(/^key:/), note: 'Called the customer.' },
    });
    expect((await operator.resolveEscalation(id, 'Again.')).resolution?.note).toBe('Called the customer.');
    await take(2);
    await fail(2);
    expect((await openOnes())[0]?.id).not.toBe(id);
  });

  it('is nobody else’s', async () => {
    await take(1);
    await fail(1);
    const id = (await openOnes())[0]?.id ?? '';
    const stranger = api.client(await api.key({ tenant: 'other', roles: ['operator'] }));
    expect((await stranger.escalations()).escalations).toEqual([]);
    expect(await codeOf(stranger.resolveEscalation(id, 'x'))).toBe('not_found');
    expect(await codeOf(service.escalations())).toBe('forbidden');
    expect(await codeOf(operator.resolveEscalation('none', 'x'))).toBe('invalid_id');
    expect(await codeOf(operator.resolveEscalation(id, ' '))).toBe('validation_failed');
    expect((await operator.escalations({ reason: 'refusal' })).escalations).toEqual([]);
  });
});
