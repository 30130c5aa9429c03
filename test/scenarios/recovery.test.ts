/** What is tried when a model or a tool does not work, and what the customer hears in the end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { callTools, fault, reply, type StandInStep } from '../../stand-in/steps.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

/** Tools that are out of order, by name, and how often each was called. */
const broken = new Set<string>();
const called = new Map<string, number>();

const times = (tool: string) => called.get(tool) ?? 0;
async function work<T>(tool: string, data: T) {
  called.set(tool, times(tool) + 1);
  if (broken.has(tool)) throw new Error('out of order');
  return { data, confidence: 1 };
}

const read = { permission: 'allow', sideEffect: false, description: 'Reads.' } as const;
const order = z.object({ id: z.string() });
const stock = defineTool({
  ...read,
  name: 'stock',
  input: order,
  output: z.string(),
  fallback: { cached: { for: '10m', confidence: 0.6 } },
  run: ({ id }) => work('stock', `3 of ${id}`),
});
const archive = defineTool({
  ...read,
  name: 'archive',
  input: z.object({ number: z.string() }),
  output: z.string(),
  run: ({ number }) => work('archive', `${number} was delivered`),
});
const lookup = defineTool({
  ...read,
  name: 'lookup',
  input: order,
  output: z.string(),
  fallback: {
    alternative: { tool: 'archive', confidence: 0.5, arguments: ({ id }) => ({ number: id }) },
    ask: 'Could you tell me what your confirmation e-mail says?',
  },
  run: ({ id }) => work('lookup', `${id} is on its way`),
});
/** Fails for one order only. */
const picky = defineTool({
  ...read,
  name: 'picky',
  input: order,
  output: z.string(),
  run: ({ id }) => work(id.startsWith('bad') ? 'picky-bad' : 'picky', `picky ${id}`),
});
const plain = defineTool({
  ...read,
  name: 'plain',
  input: order,
  output: z.string(),
  run: ({ id }) => work('plain', `plain ${id}`),
});

const agent = defineAgent({
  id: 'careful',
  model: { name: 'first-model', fallbacks: ['second-model'] },
  instructions: 'Use tools.',
  tools: [stock, lookup, archive, plain, picky],
});
const hurried = defineAgent({
  id: 'hurried',
  model: 'only-model',
  instructions: 'Be quick.',
  tools: [plain],
  limits: { turnMs: 2_000 },
});
const FIRST = { agent: 'careful', customer: { id: 'C-1' } };
const WAIT = { wait: 30_000 };

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [agent, hurried], slowAfterMs: 300 });
  await platform.startWorker();
});
afterAll(() => platform.stop());

const script = (conversation: string, ...steps: StandInStep[]) =>
  platform.standIn.script(platform.nameOf(conversation), steps);
const ask = (tool: string, id = 'O-1') => callTools([{ name: tool, arguments: { id } }]);
const send = (conversation: string, text = 'Hello') => platform.client.send(conversation, { text, ...FIRST }, WAIT);
const toolsOf = (conversation: string) =>
  platform.database.query<{ outcome: string; tool: string; text: string }>(
    {
      name: 'test_tools',
      text: `SELECT outcome, tool, text FROM transcript
              WHERE tenant = $1 AND conversation = $2 AND role = 'tool' ORDER BY position`,
    },
    [platform.tenant, conversation],
  );
/** The models that were asked, in order. */
const modelsOf = (conversation: string) =>
  platform.standIn.calls.list
    .filter((call) => call.conversation === platform.nameOf(conversation))
    .map(({ model }) => model);

describe('a model that does not answer', () => {
  it('gives way to the next one of the agent, for the rest of the turn', async () => {
    script('second-model', fault('authentication_401'), ask('plain'), reply('There it is.'));
    expect(await send('second-model')).toMatchObject({ outcome: 'replied', reply: 'There it is.' });
    expect(modelsOf('second-model')).toEqual(['first-model', 'second-model', 'second-model']);
    await keepHistory(platform, 'second-model');
  });

  it('ends the turn with its sentence when the others do not answer either', async () => {
    script('no-model', fault('authentication_401'), fault('authentication_401'));
    expect(await send('no-model')).toMatchObject({ outcome: 'failed', failure: 'authentication' });
    await keepHistory(platform, 'no-model');
  });

  it('is asked with less of the conversation when the prompt does not fit', async () => {
    script('shrunk', fault('context_length_400'), reply('Short.'));
    expect(await send('shrunk')).toMatchObject({ outcome: 'replied', reply: 'Short.' });
    expect(modelsOf('shrunk')).toEqual(['first-model', 'first-model']);
  });
});

describe('a tool that does not work', () => {
  it('falls back on its last answer, and the customer hears how old that is', async () => {
    script('cached', ask('stock'), reply('3 left.'), ask('stock'), reply('3 left.'));
    await send('cached');
    broken.add('stock');
    const turn = await send('cached', 'And now?');
    broken.clear();
    expect(turn.outcome).toBe('replied');
    expect(turn.confidence).toBeCloseTo(0.6);
    expect(turn.reply).toMatch(/^3 left\.\n\n\(Part of this is as of \d{4}-\d\d-\d\d \d\d:\d\d UTC; /);
    const [, second] = await toolsOf('cached');
    expect(second).toMatchObject({ outcome: 'done', tool: 'stock' });
    expect(second?.text).toContain('3 of O-1');
    await keepHistory(platform, 'cached');
  });

  it('never falls back on what another customer was told', async () => {
    script('cached-1', ask('stock', 'O-7'), reply('3 left.'));
    await send('cached-1');
    broken.add('stock');
    script('cached-2', ask('stock', 'O-7'), reply('I cannot say.'));
    await platform.client.send('cached-2', { text: 'Hello', agent: 'careful', customer: { id: 'C-2' } }, WAIT);
    broken.clear();
    expect(await toolsOf('cached-2')).toMatchObject([{ outcome: 'failed' }]);
  });

  it('falls back on another tool with arguments of its own', async () => {
    broken.add('lookup');
    script('alternative', ask('lookup', 'O-2'), reply('It was delivered.'));
    const turn = await send('alternative');
    broken.clear();
    expect(turn).toMatchObject({ outcome: 'replied', confidence: 0.5 });
    const [row] = await toolsOf('alternative');
    expect(row).toMatchObject({ outcome: 'done', tool: 'archive' });
    expect(row?.text).toContain('O-2 was delivered');
    await keepHistory(platform, 'alternative');
  });

  it('ends the turn with a question when nothing else is left, and goes on with what the customer says', async () => {
    broken.add('lookup').add('archive');
    script('asked', ask('lookup', 'O-3'), reply('Thank you.'));
    const turn = await send('asked');
    broken.clear();
    expect(turn).toMatchObject({
      outcome: 'asked',
      reply: 'Could you tell me what your confirmation e-mail says?',
    });
    expect(await send('asked', 'It says: tomorrow.')).toMatchObject({ outcome: 'replied', reply: 'Thank you.' });
    await keepHistory(platform, 'asked');
  });

  it('is left alone by a conversation in which it failed three times, and tried again in the next turn', async () => {
    broken.add('picky-bad');
    // What works for others in between tells the fleet's breaker that the tool is not to blame.
    const othersAreFine = async (n: number) => {
      script(`fine-${n}`, ask('picky'), reply('Fine.'));
      await send(`fine-${n}`);
    };
    for (let n = 1; n <= 2; n++) {
      script('stopped', ask('picky', `bad-${n}`), reply('Sorry.'));
      await send('stopped');
      await othersAreFine(n);
    }
    script('stopped', ask('picky', 'bad-3'), ask('picky', 'bad-4'), reply('Sorry.'));
    const before = times('picky-bad');
    await send('stopped');
    expect(times('picky-bad') - before).toBe(3); // the attempts of one call; the other was not made
    await othersAreFine(3);
    broken.clear();
    script('stopped', ask('picky', 'bad-5'), reply('Now it works.'));
    await send('stopped');
    expect((await toolsOf('stopped')).map((row) => row.outcome)).toEqual([...Array(4).fill('failed'), 'done']);
    await keepHistory(platform, 'stopped');
  });
});

describe('a turn whose time is over', () => {
  const hurry = (conversation: string) =>
    platform.client.send(conversation, { text: 'Hello', agent: 'hurried', customer: { id: 'C-1' } }, WAIT);

  it('ends although the model is still silent', async () => {
    script('silent', reply('Too late.', { delayMs: 60_000 }));
    const began = Date.now();
    expect(await hurry('silent')).toMatchObject({ outcome: 'failed' });
    expect(Date.now() - began).toBeLessThan(20_000);
    await keepHistory(platform, 'silent');
  });

  it('does not wait for a service that asks for more time than there is', async () => {
    script('wait-longer', fault('rate_limit_429'));
    expect(await hurry('wait-longer')).toMatchObject({ outcome: 'failed', failure: 'rate_limit' });
  });
});

describe('a model that makes mistakes', () => {
  it('is told twice what was wrong, and then the turn ends', async () => {
    const wrong = (id: number) => callTools([{ name: 'plain', arguments: { id } }]);
    script('mistakes', wrong(1), wrong(2), wrong(3));
    expect(await send('mistakes')).toMatchObject({ outcome: 'failed', failure: 'invalid_model_output' });
    expect(await toolsOf('mistakes')).toHaveLength(3);
  });

  it('is not given the same answer to the same question a fourth time', async () => {
    const before = times('archive');
    const again = callTools([{ name: 'archive', arguments: { number: 'O-9' } }]);
    script('repeating', again, again, again, again, reply('Delivered.'));
    await send('repeating');
    expect(times('archive') - before).toBe(3);
    expect((await toolsOf('repeating')).map((row) => row.outcome)).toEqual(['done', 'done', 'done', 'denied']);
    await keepHistory(platform, 'repeating');
  });
});
