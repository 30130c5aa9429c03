// Loopback HTTP and one PGlite in memory: what operators decide about calls that wait, and what becomes of a decision.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import type { ApiError, Client } from '../../client/index.ts';
import { registerAgents } from '../../db/agents.ts';
import { decideApproval, decisionText, settleDecision } from '../../db/approvals.ts';
import { digestOf } from '../../db/digest.ts';
import { settledFor } from '../../db/held-calls.ts';
import { openTurn } from '../../db/opening.ts';
import { journalToolResult } from '../../db/tool-calls.ts';
import { startApi, type TestApi } from '../support/api.ts';

const refund = defineTool({
  name: 'refund',
  description: 'Pays back.',
  permission: 'approve',
  sideEffect: true,
  action: 'Refund {amount} euros for order {order}',
  input: z.object({ order: z.string(), amount: z.number().positive(), note: z.string().default('none') }),
  output: z.string(),
  run: async () => ({ data: 'paid', confidence: 1 }),
});
const shop = defineAgent({ id: 'shop', model: 'm', instructions: 'Help.', tools: [refund] });
const { revision } = shop.manifest;
const ASKED = '{"order":"O-1","amount":400}';
const DIGEST = digestOf(JSON.stringify({ tool: 'refund', arguments: { order: 'O-1', amount: 400, note: 'none' } }));

let api: TestApi;
let operator: Client;
let other: Client;
let service: Client;
let made = 0;
let conversation = { tenant: 'acme', id: '' };

beforeAll(async () => {
  api = await startApi();
  operator = api.client(await api.key({ roles: ['operator'] }));
  other = api.client(await api.key({ roles: ['supervisor'] }));
  service = api.client(await api.key({ roles: ['service', 'engineer'] }));
  await registerAgents(api.database, [shop.manifest]);
});
afterAll(() => api.close());
beforeEach(async () => {
  conversation = { tenant: 'acme', id: `a-${++made}` };
  await api.sql(
    `INSERT INTO conversations (tenant, id, agent, customer, inbox_seq, revision)
     VALUES ('acme', $1, 'shop', '{"id":"C-1"}', 1, $2)`,
    [conversation.id, revision],
  );
  await api.sql(
    `INSERT INTO inbound (tenant, conversation, message_id, seq, text, via) VALUES ('acme', $1, 'm1', 1, 'Money!', 'api')`,
    [conversation.id],
  );
  await open(1);
});

const open = (turn: number) =>
  openTurn(api.database, conversation, { turn, step: 1, call: 0 }, 'me', {
    windowRows: 20,
    toolResultCharacters: 1_000,
  });

/** @returns the id of a call that waits for an operator */
async function hold(expiresInMs = 60_000): Promise<string> {
  await journalToolResult(api.database, conversation, {
    ...{ turn: 1, step: 1, call: 1, tool: 'refund', toolCallId: 'c1', text: 'It waits.', confidence: 1, revision },
    ...{ outcome: 'unapproved', attempts: 1, ms: 1, sideEffect: true },
    hold: {
      ...{
        needs: 'approve',
        digest: DIGEST,
        expiresInMs,
        arguments: ASKED,
        action: 'Refund 400 euros for order “O-1”',
      },
      ...{ rule: 'more', reason: 'Over 100 euros.' },
    },
  });
  const [row] = await api.sql(`SELECT id FROM held_calls WHERE conversation = $1`, [conversation.id]);
  return (row as { id: string }).id;
}
const approve = (id: string, by = operator) =>
  by.decideApproval(id, { decision: 'approve', reason: 'A good customer.' });
const deny = (id: string, by = operator) => by.decideApproval(id, { decision: 'deny', reason: 'Not covered' });
const edit = (id: string, given: Record<string, unknown>, by = operator) =>
  by.decideApproval(id, { decision: 'edit', arguments: given, reason: 'Half of it.' });
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'fine',
    (error: ApiError) => error.code,
  );
const arrived = () =>
  api.sql(`SELECT kind, seq, text, actor, subject FROM inbound WHERE conversation = $1 AND kind <> 'message'`, [
    conversation.id,
  ]);
const audited = async (id: string) =>
  (
    (await api.sql(`SELECT action, detail ->> 'code' AS code FROM audit WHERE detail ->> 'approval' = $1 ORDER BY id`, [
      id,
    ])) as { action: string; code: string | null }[]
  ).map(({ action, code }) => (code === null ? action : `${action} ${code}`));
const settle = (turn = 2) => settleDecision(api.database, conversation, turn, revision);
const settledAs = (digest: string, given: string, call = 1) =>
  settledFor(api.database, conversation, { turn: 2, step: 1, call }, { tool: 'refund', arguments: given, digest });

describe('a decision', () => {
  it('takes its place in the conversation, with who decided and why, and wakes it', async () => {
    const id = await hold();
    const approved = await approve(id);
    expect(approved).toMatchObject({
      ...{ id, status: 'granted', decisionReason: 'A good customer.', askedArguments: null, outcome: null },
      decidedBy: expect.stringMatching(/^key:/),
      decidedAt: expect.any(String),
    });
    const text =
      'A colleague approved: Refund 400 euros for order “O-1”. It runs now; tell the customer what came of it.';
    expect(await arrived()).toEqual([{ kind: 'decision', seq: 2, text, actor: approved.decidedBy, subject: id }]);
    expect(decisionText({ decision: 'approve', reason: '' }, 'Refund 400 euros for order “O-1”')).toBe(text);
    expect(api.nudges).toContainEqual(conversation);
    expect(await audited(id)).toEqual(['approval.decided']);
    expect((await operator.approvals({ status: 'granted' })).approvals).toContainEqual(approved);
  });

  it('made again by the same person is the same decision', async () => {
    const id = await hold();
    const first = await approve(id);
    expect(await approve(id)).toEqual(first);
    expect(await arrived()).toHaveLength(1);
    expect(await audited(id)).toEqual(['approval.decided']);
  });

  it('counts once: who decides otherwise, or after somebody else, changes nothing', async () => {
    const id = await hold();
    const denied = await deny(id);
    expect(denied).toMatchObject({ status: 'declined' });
    expect(await codeOf(approve(id))).toBe('approval_settled');
    expect(await codeOf(deny(id, other))).toBe('approval_settled');
    expect(await codeOf(edit(id, { order: 'O-1', amount: 1 }))).toBe('approval_settled');
    expect((await operator.approvals({ status: 'declined' })).approvals).toContainEqual(denied);
    expect(await arrived()).toHaveLength(1);
    expect(await audited(id)).toEqual(['approval.decided', ...Array(3).fill('approval.refused approval_settled')]);
  });

  it('of two who race is that of one of them', async () => {
    const id = await hold();
    const codes = await Promise.all([codeOf(approve(id)), codeOf(deny(id, other)), codeOf(approve(id, other))]);
    expect(codes.toSorted()).toEqual(['approval_settled', 'approval_settled', 'fine']);
    expect(await arrived()).toHaveLength(1);
  });

  it('comes too late after the call has lapsed, and when the conversation is over', async () => {
    const late = await hold(0);
    expect(await codeOf(approve(late))).toBe('approval_expired');
    expect((await operator.approvals({ status: 'lapsed' })).approvals).toContainEqual(
      expect.objectContaining({ id: late, status: 'lapsed', decidedBy: null }),
    );
    await api.sql(`UPDATE held_calls SET expires_at = now() + interval '1 hour' WHERE id = $1`, [late]);
    await api.sql(`UPDATE conversations SET status = 'closed' WHERE id = $1`, [conversation.id]);
    expect(await codeOf(approve(late))).toBe('conversation_closed');
    expect(await arrived()).toEqual([]);
    expect(await audited(late)).toEqual(['approval.refused approval_expired', 'approval.refused conversation_closed']);
  });

  it('is for people who may decide, in their own tenant, about calls that wait for an operator', async () => {
    const id = await hold();
    expect(await codeOf(approve(id, service))).toBe('forbidden');
    const elsewhere = api.client(await api.key({ tenant: 'else', roles: ['admin'] }));
    expect(await codeOf(approve(id, elsewhere))).toBe('not_found');
    expect(await codeOf(operator.decideApproval('x', { decision: 'approve', reason: 'r' }))).toBe('invalid_id');
    expect(await audited(id)).toEqual(['approval.refused forbidden', 'approval.refused not_found']);
    await api.sql(`UPDATE held_calls SET needs = 'confirm' WHERE id = $1`, [id]);
    expect(await codeOf(approve(id))).toBe('not_found');
    expect(await arrived()).toEqual([]);
  });

  it('is kept where the conversation cannot be woken', async () => {
    const id = await hold();
    api.temporalDown = true;
    try {
      expect(await approve(id)).toMatchObject({ status: 'granted' });
    } finally {
      api.temporalDown = false;
    }
  });

  it('cannot be kept out of the inbox by a message that has its name', async () => {
    const id = await hold();
    const message = { messageId: `decision ${id}`, text: 'Hello' };
    expect(await codeOf(service.send(conversation.id, message))).toBe('validation_failed');
    await approve(id);
    expect(await arrived()).toHaveLength(1);
  });
});

describe('an edit', () => {
  it('replaces the arguments, keeps what was asked for, and says what was changed', async () => {
    const id = await hold();
    expect(await edit(id, { order: 'O-1', amount: 200 })).toMatchObject({
      ...{ status: 'granted', arguments: '{"order":"O-1","amount":200}', askedArguments: ASKED },
      action: 'Refund 200 euros for order “O-1” (note: “none”)',
    });
    expect(await arrived()).toMatchObject([
      {
        text:
          'A colleague approved it with changes: Refund 200 euros for order “O-1” (note: “none”). You had asked for: ' +
          'Refund 400 euros for order “O-1”. Reason: Half of it. It runs now as changed; tell the customer what was changed ' +
          'and what came of it.',
      },
    ]);
  });

  it.each([
    ['of the wrong type', { order: 'O-1', amount: '200' }],
    ['outside of what the tool takes', { order: 'O-1', amount: -1 }],
    ['that lack one', { order: 'O-1' }],
    ['that nobody could read', { order: 'x'.repeat(3_000), amount: 1 }],
  ])('to arguments %s is refused, and the call waits on', async (_what, given) => {
    const id = await hold();
    expect(await codeOf(edit(id, given))).toBe('validation_failed');
    expect(await audited(id)).toEqual(['approval.refused validation_failed']);
    expect(await approve(id)).toMatchObject({ status: 'granted', arguments: ASKED });
  });

  it('without arguments is none, and arguments without an edit are one too many', async () => {
    const id = await hold();
    expect(await codeOf(operator.decideApproval(id, { decision: 'edit', reason: 'r' }))).toBe('validation_failed');
    const both = { decision: 'approve', arguments: {}, reason: 'r' } as const;
    expect(await codeOf(operator.decideApproval(id, both))).toBe('validation_failed');
  });
});

describe('the turn that takes a decision', () => {
  it('begins with exactly the approved call, once, and only at that place it is granted', async () => {
    await approve(await hold());
    await open(2);
    expect(await Promise.all([settle(), settle(), settle()])).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'approved' })),
    );
    const step = (await open(2))?.rows.filter((row) => row.turn === 2 && row.role === 'agent');
    expect(step).toMatchObject([{ step: 1, toolCalls: [{ id: 'approved-2-1', name: 'refund', arguments: ASKED }] }]);
    expect(await settledAs(DIGEST, ASKED)).toEqual({ granted: 'approve', declined: undefined });
    expect(await settledAs(DIGEST, ASKED, 2)).toEqual({ granted: undefined, declined: undefined });
    expect(await settledAs('another', ASKED)).toEqual({ granted: undefined, declined: undefined });
  });

  it('shows what came of the call', async () => {
    const id = await hold();
    await approve(id);
    await open(2);
    await settle();
    await journalToolResult(api.database, conversation, {
      ...{ turn: 2, step: 1, call: 1, tool: 'refund', toolCallId: 'approved-2-1', text: 'no', confidence: 0, revision },
      ...{ outcome: 'failed', attempts: 1, ms: 1, sideEffect: true },
    });
    const { approvals } = await operator.approvals({ status: 'granted' });
    expect(approvals.find((one) => one.id === id)).toMatchObject({ status: 'granted', outcome: 'failed' });
  });

  it('runs an edited call with the arguments of the operator and no others', async () => {
    const given = { order: 'O-1', amount: 200 };
    await edit(await hold(), given);
    await open(2);
    expect(await settle()).toEqual({ kind: 'approved' });
    expect(await settledAs('as the tool reads it', JSON.stringify(given))).toMatchObject({ granted: 'approve' });
    expect(await settledAs(DIGEST, ASKED)).toMatchObject({ granted: undefined });
  });

  it('runs nothing of what was decided against, and the model knows that it was not done', async () => {
    const id = await hold();
    await deny(id);
    await open(2);
    const text = 'Nothing was done: a colleague decided against it. Reason: Not covered';
    expect(await settle()).toEqual({ kind: 'declined', text });
    expect(await settle()).toEqual({ kind: 'declined', text });
    const rows = (await open(2))?.rows ?? [];
    expect(rows.find((row) => row.turn === 1 && row.role === 'tool')).toMatchObject({ text });
    expect(rows.filter((row) => row.turn === 2)).toMatchObject([{ role: 'operator', step: 0 }]);
    expect(await settledAs(DIGEST, ASKED)).toEqual({ granted: undefined, declined: 'approve' });
  });

  it('is no other one', async () => {
    await decideApproval(api.database, 'acme', await hold(), { decision: 'approve', actor: 'key:1', reason: 'r' });
    expect(await settle(1)).toBeUndefined();
    expect(await settle(2)).toBeUndefined();
  });
});
