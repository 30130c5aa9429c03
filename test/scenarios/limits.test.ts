/** What happens at a limit, and how a person is asked where the agent cannot go on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { callTools, fault, reply, type StandInStep } from '../../stand-in/steps.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

let runs = 0;
const look = defineTool({
  name: 'look',
  description: 'Looks at one thing.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ id: z.string() }),
  output: z.string(),
  async run({ id }) {
    runs += 1;
    return { data: `seen ${id}`, confidence: 1 };
  },
});
const broken = defineTool({
  name: 'broken',
  description: 'Does not work.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({}),
  output: z.string(),
  fallback: { escalate: true },
  run: () => Promise.reject(new Error('out of order')),
});
const pay = defineTool({
  name: 'pay',
  description: 'Pays.',
  permission: 'allow',
  sideEffect: true,
  timeout: '300ms',
  input: z.object({}),
  output: z.string(),
  run: () => new Promise<never>(() => undefined),
});

const SAY = 'A colleague will write to you.';
const common = { instructions: 'Use tools.', model: { name: 'first-model', fallbacks: ['cheap-model'] } };
const frugal = defineAgent({
  ...common,
  id: 'frugal',
  tools: [look],
  budgets: { turn: { toolCalls: 2 }, conversation: { tokens: 2_000 } },
  escalation: { say: SAY },
});
const alone = defineAgent({ ...common, id: 'alone', tools: [look], budgets: { conversation: { steps: 1 } } });
/** Two steps of a little more than 1,000 tokens each are within it, and three are not. */
const counted = defineAgent({ ...common, id: 'counted', tools: [look], budgets: { turn: { tokens: 3_000 } } });
const strict = defineAgent({
  ...common,
  id: 'strict',
  tools: [look],
  budgets: { conversation: { toolCalls: 1 } },
  escalation: { say: SAY },
});
const helped = defineAgent({
  id: 'helped',
  model: 'only-model',
  instructions: 'Use tools.',
  tools: [broken, pay],
  escalation: { say: SAY },
});

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [frugal, alone, helped, counted, strict], slowAfterMs: 300 });
  await platform.startWorker();
});
afterAll(() => platform.stop());

const script = (conversation: string, ...steps: StandInStep[]) =>
  platform.standIn.script(platform.nameOf(conversation), steps);
const send = (conversation: string, agent: string) =>
  platform.client.send(conversation, { text: 'Hello', agent, customer: { id: 'C-1' } }, { wait: 30_000 });
const modelsOf = (conversation: string) =>
  platform.standIn.calls.list
    .filter((call) => call.conversation === platform.nameOf(conversation))
    .map(({ model }) => model);
const escalation = async (id: string | undefined) =>
  (await platform.client.escalations()).escalations.find((one) => one.id === id);

describe('a limit', () => {
  it('of tokens is near: the cheaper model goes on; it is reached: a person raises it, and the agent goes on', async () => {
    const filler = 'word '.repeat(1_360); // 1,700 tokens of the 2,000
    script('limit-of-tokens', reply(filler), reply('Cheaply.'), reply('Again.'));
    expect(await send('limit-of-tokens', 'frugal')).toMatchObject({ outcome: 'replied' });
    expect(await send('limit-of-tokens', 'frugal')).toMatchObject({ outcome: 'replied', reply: 'Cheaply.' });
    expect(modelsOf('limit-of-tokens')).toEqual(['first-model', 'cheap-model']);

    const turn = await send('limit-of-tokens', 'frugal');
    expect(turn).toMatchObject({ outcome: 'escalated', reply: SAY, failure: 'budget_exceeded' });
    expect(modelsOf('limit-of-tokens')).toHaveLength(2);
    const limit = { scope: 'conversation', limit: 'tokens' } as const;
    expect(await escalation(turn.escalationId)).toMatchObject({
      conversationId: 'limit-of-tokens',
      reason: 'budget',
      failure: { limit: { ...limit, of: 2_000 } },
    });

    const raised = await platform.client.raiseLimit('limit-of-tokens', { ...limit, to: 50_000, reason: 'Worth it.' });
    expect(raised.resolved).toBe(1);
    expect(await send('limit-of-tokens', 'frugal')).toMatchObject({ outcome: 'replied', reply: 'Again.' });
    expect(modelsOf('limit-of-tokens').at(-1)).toBe('first-model');
    await keepHistory(platform, 'limit-of-tokens');
  });

  it('of tool calls lets no more run than it says, those of one step included, and the model answers', async () => {
    const three = ['a', 'b', 'c'].map((id) => ({ name: 'look', arguments: { id } }));
    script('calls', callTools(three), callTools([three[0] ?? { name: 'look', arguments: {} }]), reply('That is all.'));
    runs = 0;
    expect(await send('calls', 'frugal')).toMatchObject({ outcome: 'replied', reply: 'That is all.' });
    expect(runs).toBe(2);
    const { turns } = await platform.client.trace('calls');
    const outcomes = turns.flatMap(({ steps }) => steps.flatMap(({ tools }) => tools.map(({ outcome }) => outcome)));
    expect(outcomes).toEqual(['done', 'done', 'denied', 'denied']);
  });

  it('is the same from step to step: no call is counted twice', async () => {
    const one = { name: 'look', arguments: { id: 'a' } };
    script(
      'counted',
      callTools([one], 'word '.repeat(800)),
      callTools([{ ...one, arguments: { id: 'b' } }]),
      reply('Yes.'),
    );
    runs = 0;
    expect(await send('counted', 'counted')).toMatchObject({ outcome: 'replied', reply: 'Yes.' });
    expect(runs).toBe(2);
  });

  it('of a conversation’s tool calls is for a person to raise', async () => {
    const two = ['a', 'b'].map((id) => ({ name: 'look', arguments: { id } }));
    script('strict', callTools(two));
    const turn = await send('strict', 'strict');
    expect(turn).toMatchObject({ outcome: 'escalated', failure: 'budget_exceeded' });
    expect(await escalation(turn.escalationId)).toMatchObject({ failure: { limit: { limit: 'toolCalls', of: 1 } } });
  });

  it('counts what a failed call took', async () => {
    script('failed', fault('finish_length'), fault('finish_length'), fault('finish_length'));
    await send('failed', 'frugal');
    const { limits } = await platform.client.limits('failed');
    expect(limits.find(({ limit, scope }) => limit === 'tokens' && scope === 'conversation')?.spent).toBeGreaterThan(
      100,
    );
  });

  it('ends the turn with a plain word where nobody is there to raise it', async () => {
    script('alone', reply('Once.'));
    await send('alone', 'alone');
    const turn = await send('alone', 'alone');
    expect(turn).toMatchObject({ outcome: 'failed', failure: 'budget_exceeded' });
    expect(turn.reply).toContain('a limit');
    expect(turn.escalationId).toBeUndefined();
    expect(modelsOf('alone')).toHaveLength(1);
  });
});

describe('a person is asked', () => {
  it('when a tool does not work and its author wants that', async () => {
    script('escalated-tool', callTools([{ name: 'broken', arguments: {} }]), reply('Never said.'));
    const turn = await send('escalated-tool', 'helped');
    expect(turn).toMatchObject({ outcome: 'escalated', reply: SAY, failure: 'tool_error' });
    expect(await escalation(turn.escalationId)).toMatchObject({ reason: 'failure', failure: { kind: 'tool_error' } });
    await keepHistory(platform, 'escalated-tool');
  });

  it('when nobody can say whether a change happened', async () => {
    script('doubt', callTools([{ name: 'pay', arguments: {} }]), reply('Never said.'));
    const turn = await send('doubt', 'helped');
    expect(turn).toMatchObject({ outcome: 'escalated', reply: SAY });
    expect((await platform.client.effects()).effects.map(({ conversationId }) => conversationId)).toContain('doubt');
  });

  it.each([
    ['refusal', 'refusal'],
    ['authentication_401', 'failure'],
  ] as const)('when the model ends with %s', async (name, reason) => {
    const conversation = `model-${reason}`;
    script(conversation, fault(name));
    const turn = await send(conversation, 'helped');
    expect(turn).toMatchObject({ outcome: 'escalated', reply: SAY });
    expect(await escalation(turn.escalationId)).toMatchObject({ conversationId: conversation, reason });
  });
});
