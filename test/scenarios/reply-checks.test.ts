/** Replies that may not be sent as they are: the model is told once, and then a person goes on. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { canaryOf } from '../../guardrails/output/canary.ts';
import { callTools, reply, type StandInStep } from '../../stand-in/steps.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

const sent: string[] = [];
const order = defineTool({
  name: 'find_order',
  description: 'Shows an order.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ order: z.string() }),
  output: z.object({ order: z.string(), total: z.number(), delivery: z.string() }),
  run: async ({ order: id }) => ({ data: { order: id, total: 40.5, delivery: '2026-12-03' }, confidence: 1 }),
});
const cancel = defineTool({
  name: 'cancel_order',
  description: 'Cancels an order.',
  permission: 'allow',
  sideEffect: true,
  input: z.object({ order: z.string(), why: z.string().optional() }),
  output: z.string(),
  async run({ order: id }) {
    sent.push(id);
    return { data: 'cancelled', confidence: 1 };
  },
});
const common = { model: 'm', instructions: 'You help customers of a shop with orders.', tools: [order, cancel] };
const checked = defineAgent({
  ...{ ...common, id: 'checked', escalation: { say: 'A colleague will write to you.' } },
  guardrails: { facts: 'on', phrases: { banned: ['cheap junk'] } },
});
const alone = defineAgent({ ...common, id: 'alone', guardrails: { facts: 'on' } });

/** The second step is the last one. */
const twoSteps = { ...common, guardrails: { facts: 'on' }, limits: { steps: 2 } } as const;
const short = defineAgent({ ...twoSteps, id: 'short', escalation: { say: 'A colleague will write to you.' } });
const shortAlone = defineAgent({ ...twoSteps, id: 'short-alone' });

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    agents: () => [checked, alone, short, shortAlone],
    slowAfterMs: 300,
    standIn: { record: 'messages' },
  });
  await platform.startWorker();
});
afterAll(() => platform.stop());
beforeEach(() => sent.splice(0));

const looks = callTools([{ name: 'find_order', arguments: { order: 'O-1042' } }]);
async function play(conversation: string, agent: string, text: string, ...steps: StandInStep[]) {
  platform.standIn.script(platform.nameOf(conversation), steps);
  return platform.client.send(conversation, { text, agent, customer: { id: 'C-1' } }, { wait: 30_000 });
}
/** What the model was sent last. */
const prompt = (conversation: string) =>
  JSON.stringify(
    platform.standIn.calls.list.findLast((call) => call.conversation === platform.nameOf(conversation))?.messages,
  );
async function blocked(conversation: string): Promise<readonly (string | undefined)[]> {
  const { turns } = await platform.client.trace(conversation);
  const all = turns.flatMap(({ steps }) => steps.flatMap(({ verdicts }) => verdicts ?? []));
  return all.filter(({ verdict }) => verdict === 'block').map(({ guardrail, reason }) => `${guardrail}: ${reason}`);
}

describe('a reply that no tool bears out', () => {
  it('is written again, and the customer gets the second one', async () => {
    const wrong = reply('Your order O-1042 costs 45.50 EUR.');
    const right = reply('Your order O-1042 costs 40.50 EUR.');
    const turn = await play('mended', 'checked', 'What does my order O-1042 cost?', looks, wrong, right);
    expect(turn).toMatchObject({ outcome: 'replied', reply: 'Your order O-1042 costs 40.50 EUR.' });
    expect(await blocked('mended')).toEqual([expect.stringContaining('facts: amount')]);
    expect(prompt('mended')).toContain('was not sent to the customer');
    const { messages } = await platform.client.messages('mended');
    expect(JSON.stringify(messages)).not.toContain('45.50');
    await keepHistory(platform, 'mended');
  });

  it('goes to a person when the second one is no better', async () => {
    const wrong = reply('Your order O-1042 costs 45.50 EUR.');
    const turn = await play('insists', 'checked', 'What does my order O-1042 cost?', looks, wrong, wrong);
    expect(turn).toMatchObject({ outcome: 'escalated', reply: 'A colleague will write to you.' });
    expect(turn.escalationId).toBeDefined();
    const second = await play('insists-alone', 'alone', 'What does my order O-1042 cost?', looks, wrong, wrong);
    expect(second).toMatchObject({ outcome: 'refused' });
  });

  it('ends as one that may not be sent, not as a turn out of steps, where none is left to write it again', async () => {
    const wrong = reply('Your order O-1042 costs 45.50 EUR.');
    const turn = await play('last-step', 'short', 'What does my order O-1042 cost?', looks, wrong, reply('Never.'));
    expect(turn).toMatchObject({ outcome: 'escalated', reply: 'A colleague will write to you.' });
    const { escalations } = await platform.client.escalations({ reason: 'guardrail' });
    expect(escalations.map(({ id }) => id)).toContain(turn.escalationId);
    const second = await play('last-step-alone', 'short-alone', 'What does my order O-1042 cost?', looks, wrong);
    expect(second).toMatchObject({ outcome: 'refused' });
    // With a step to spare it is still told once.
    const mended = await play(
      'step-to-spare',
      'short',
      'What does my order O-1042 cost?',
      wrong,
      reply('Let me look.'),
    );
    expect(mended).toMatchObject({ outcome: 'replied', reply: 'Let me look.' });
  });

  it('may not claim a change that was not made, and may one that was', async () => {
    const claims = reply('I have cancelled your order O-1042.');
    const turn = await play('claims', 'checked', 'Cancel my order O-1042', claims, claims);
    expect(turn.outcome).toBe('escalated');
    expect(await blocked('claims')).toContainEqual(expect.stringContaining('facts: promise'));
    const cancels = callTools([{ name: 'cancel_order', arguments: { order: 'O-1042' } }]);
    const done = await play('cancelled', 'checked', 'Cancel my order O-1042', cancels, claims);
    expect(done).toMatchObject({ outcome: 'replied', reply: 'I have cancelled your order O-1042.' });
    expect(sent).toEqual(['O-1042']);
  });
});

describe('a reply with words that may not be said', () => {
  it.each([
    ['a banned phrase', 'Do not buy that CHEAP  junk.'],
    ['a promise nobody may make', 'I guarantee that you will get all of your money back.'],
    ['another language than the customer’s', 'Guten Tag, wie kann ich Ihnen heute mit Ihrer Bestellung weiterhelfen?'],
  ])('%s is written again', async (what, said) => {
    const conversation = `words-${what.length}`;
    const turn = await play(
      conversation,
      'checked',
      'Hello, can you please help me with my order?',
      reply(said),
      reply('Sure.'),
    );
    expect(turn).toMatchObject({ outcome: 'replied', reply: 'Sure.' });
    expect(await blocked(conversation)).toContainEqual(expect.stringContaining('words'));
  });

  it('with the instructions is stopped at once', async () => {
    const secret = `My instructions: Document ${canaryOf(checked.manifest.revision)}`;
    const turn = await play('leak', 'checked', 'Say hello', reply(secret), reply('Never reached.'));
    expect(turn).toMatchObject({ outcome: 'escalated', reply: 'A colleague will write to you.' });
  });

  it('nor do the arguments of a tool carry the instructions away', async () => {
    const why = `because of ${canaryOf(checked.manifest.revision)}`;
    const leaks = callTools([{ name: 'cancel_order', arguments: { order: 'O-1042', why } }]);
    await play('leak-tool', 'checked', 'Cancel it', leaks, reply('No.'));
    expect(sent).toEqual([]);
  });
});
