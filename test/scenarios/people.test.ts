/** People in the loop: a person takes a conversation over, answers in it, and gives it back; the agent is held to that. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { createClient } from '../../client/index.ts';
import { createKey } from '../../db/keys.ts';
import { callTools, reply, type StandInStep } from '../../stand-in/steps.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const broken = defineTool({
  ...{ name: 'book', description: 'Books.', permission: 'allow', sideEffect: false },
  input: z.object({}),
  output: z.string(),
  fallback: { escalate: true },
  async run(): Promise<{ data: string; confidence: number }> {
    throw new Error('no booking today');
  },
});
const agent = defineAgent({
  id: 'desk',
  model: 'm',
  instructions: 'Help.',
  escalation: { say: 'A colleague takes over.' },
  tools: [broken],
});

let platform: Platform;
let other: ReturnType<typeof createClient>;
let otherId = '';
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [agent], standIn: { record: 'messages' } });
  const { id, key } = await createKey(platform.database, {
    ...{ tenant: platform.tenant, name: 'another operator', roles: ['operator'] },
  });
  otherId = id;
  other = createClient({ baseUrl: platform.apiUrl, key, retries: 0 });
  await platform.startWorker();
});
afterAll(() => platform.stop());

function script(conversation: string, ...steps: readonly StandInStep[]): void {
  platform.standIn.script(platform.nameOf(conversation), steps);
}
const send = (conversation: string, text: string) =>
  platform.client.send(conversation, { text, agent: 'desk', customer: { id: 'C-1' } }, { wait: 30_000 });
const said = async (conversation: string) =>
  (await platform.client.messages(conversation)).messages.map((entry) =>
    entry.kind === 'message' ? `${entry.from}: ${entry.text}` : '',
  );
const audit = async (conversation: string) =>
  (
    await platform.database.query<{ action: string; code: string | null }>(
      {
        name: 'test_audit',
        text: `SELECT action, detail ->> 'code' AS code FROM audit WHERE tenant = $1 AND subject = $2 ORDER BY id`,
      },
      [platform.tenant, `conversation:${conversation}`],
    )
  ).map(({ action, code }) => (code === null ? action : `${action} ${code}`));
const prompts = (conversation: string) =>
  platform.standIn.calls.list.filter((call) => call.conversation === platform.nameOf(conversation));

/** @returns the escalation's id */
async function escalated(conversation: string, ...after: readonly StandInStep[]): Promise<string> {
  script(conversation, callTools([{ name: 'book', arguments: {} }]), ...after);
  const turn = await send(conversation, 'Book me a table');
  expect(turn).toMatchObject({ outcome: 'escalated', reply: 'A colleague takes over.' });
  return turn.escalationId ?? '';
}

describe('a conversation that a person owns', () => {
  it('is answered by them, and by the agent again after the hand-back, which knows what they did', async () => {
    const id = await escalated('whole', reply('Table 7 is yours at eight.'));
    await platform.client.claim(id);
    expect(await send('whole', 'Is anybody there?')).toMatchObject({
      outcome: 'escalated',
      reply: '',
      escalationId: id,
    });
    await platform.client.say(id, { text: 'I have booked table 7 for you.' });
    const returned = await platform.client.handBack(id, {
      ...{ resolution: 'solved', resume: 'answer_now' },
      done: [{ what: 'Booked table 7', reference: 'T-7' }],
      facts: [{ name: 'time', value: 'eight o’clock' }],
      instructions: { dont: ['ask for the time'] },
    });
    expect(returned).toMatchObject({ status: 'resolved', handBack: { resolution: 'solved' } });
    await until('the agent has answered', async () => (await said('whole')).length === 5);
    expect(await said('whole')).toEqual([
      'customer: Book me a table',
      'agent: A colleague takes over.',
      'customer: Is anybody there?',
      'operator: I have booked table 7 for you.',
      'agent: Table 7 is yours at eight.',
    ]);
    const last = JSON.stringify(prompts('whole').at(-1));
    for (const known of ['Booked table 7 (T-7)', 'time: eight o’clock', 'ask for the time', 'Is anybody there?']) {
      expect(last).toContain(known);
    }
    expect(last).toContain('A colleague, not you, wrote this to the customer: I have booked table 7');
    await keepHistory(platform, 'whole', 'handed-back');
  });

  it('waits for the customer where the hand-back says so', async () => {
    const id = await escalated('waiting', reply('Gladly.'));
    await platform.client.claim(id);
    await platform.client.handBack(id, { resolution: 'solved', done: [], resume: 'wait_for_customer' });
    expect(await send('waiting', 'Thank you!')).toMatchObject({ outcome: 'replied', reply: 'Gladly.' });
    expect(prompts('waiting')).toHaveLength(2);
  });

  it('answers at once what the person had not seen', async () => {
    const id = await escalated('unseen', reply('At once.'));
    await platform.client.claim(id);
    await send('unseen', 'One more thing');
    await platform.client.handBack(id, { resolution: 'solved', done: [], resume: 'wait_for_customer', seenSeq: 1 });
    await until('the agent has answered', async () => (await said('unseen')).at(-1) === 'agent: At once.');
  });

  it('is over where the hand-back closes it', async () => {
    const id = await escalated('over');
    await platform.client.claim(id);
    await platform.client.handBack(id, { resolution: 'spam', done: [], resume: 'close' });
    await expect(send('over', 'Hello?')).rejects.toMatchObject({ code: 'conversation_closed' });
  });

  it('can be taken from the agent by a person, without any failure', async () => {
    script('pulled', reply('Hello.'));
    await send('pulled', 'Hi');
    const { id } = await platform.client.escalate('pulled', { reason: 'operator', note: 'I know this one' });
    expect(await send('pulled', 'Still there?')).toMatchObject({ outcome: 'escalated', reply: '', escalationId: id });
    expect(prompts('pulled')).toHaveLength(1);
  });
});

describe('a hand-back that may not be', () => {
  const document = { resolution: 'solved' as const, done: [], resume: 'wait_for_customer' as const };

  it('is refused with a code of its own, audited, and changes nothing', async () => {
    const id = await escalated('refused', reply('Gladly.'));
    await expect(other.handBack(id, document)).rejects.toMatchObject({ code: 'not_claimed' });
    await platform.client.claim(id);
    await expect(other.claim(id)).rejects.toMatchObject({ code: 'claimed_by_other' });
    await expect(other.handBack(id, document)).rejects.toMatchObject({ code: 'claimed_by_other' });
    await expect(other.say(id, { text: 'Hello' })).rejects.toMatchObject({ code: 'claimed_by_other' });
    await platform.database.query(
      {
        name: 'test_expire',
        text: `UPDATE escalations SET claim_until = now() - interval '1 second' WHERE id = $1::uuid`,
      },
      [id],
    );
    await expect(platform.client.handBack(id, document)).rejects.toMatchObject({ code: 'claim_expired' });
    await platform.client.claim(id);
    await platform.client.handBack(id, document);
    await expect(platform.client.handBack(id, document)).rejects.toMatchObject({ code: 'hand_back_duplicate' });
    await expect(other.handBack(id, document)).rejects.toMatchObject({ code: 'escalation_resolved' });
    expect((await audit('refused')).filter((action) => action.startsWith('escalation.handed_back'))).toEqual([
      'escalation.handed_back.refused not_claimed',
      'escalation.handed_back.refused claimed_by_other',
      'escalation.handed_back.refused claim_expired',
      'escalation.handed_back',
      'escalation.handed_back.refused hand_back_duplicate',
      'escalation.handed_back.refused escalation_resolved',
    ]);
  });

  it('is not there for another tenant, and not for a role that owns nothing', async () => {
    const id = await escalated('foreign');
    const stranger = await createKey(platform.database, { tenant: 'stranger', name: 's', roles: ['operator'] });
    const foreign = createClient({ baseUrl: platform.apiUrl, key: stranger.key, retries: 0 });
    await expect(foreign.handBack(id, document)).rejects.toMatchObject({ code: 'not_found' });
    const service = await createKey(platform.database, { tenant: platform.tenant, name: 's', roles: ['service'] });
    const weak = createClient({ baseUrl: platform.apiUrl, key: service.key, retries: 0 });
    await expect(weak.handBack(id, document)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('the Temporal door', () => {
  const signal = (conversation: string, name: string, request: object) =>
    platform.temporal.workflow.getHandle(platform.workflowIdOf(conversation)).signal(name, request);

  it('takes a claim and a hand-back as plain signals', async () => {
    const id = await escalated('door', reply('Gladly.'));
    await signal('door', 'claim', { escalationId: id, operator: otherId });
    await signal('door', 'handBack', {
      ...{ escalationId: id, operator: otherId },
      document: { resolution: 'solved', done: [{ what: 'Called them' }], resume: 'answer_now' },
    });
    await until('the agent has answered', async () => (await said('door')).at(-1) === 'agent: Gladly.');
    await keepHistory(platform, 'door', 'handed-back-by-signal');
  });

  it('refuses what is forged, and says so in the audit', async () => {
    const id = await escalated('forged');
    await platform.client.claim(id);
    const document = { resolution: 'solved', done: [], resume: 'answer_now' };
    await signal('forged', 'handBack', { escalationId: id, operator: 'nobody', document });
    await signal('forged', 'handBack', { escalationId: id, operator: otherId, document });
    await signal('forged', 'handBack', { escalationId: id, operator: otherId, document: 'solved!' });
    await signal('forged', 'handBack', {});
    const refused = () =>
      audit('forged').then((all) => all.filter((action) => action.startsWith('escalation.handed_back')));
    await until('all of them are refused', async () => (await refused()).length === 4);
    expect(await refused()).toEqual([
      'escalation.handed_back.refused unknown_operator',
      'escalation.handed_back.refused claimed_by_other',
      'escalation.handed_back.refused validation_failed',
      'escalation.handed_back.refused validation_failed',
    ]);
    expect((await platform.client.escalations()).escalations.some((one) => one.id === id)).toBe(true);
  });
});
