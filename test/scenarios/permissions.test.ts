/** Rules about calls, against a model that asks for whatever it likes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import type { Rule } from '../../core/policy/rule.ts';
import { callTools, reply } from '../../stand-in/steps.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

const OWNER: Readonly<Record<string, string>> = { 'O-1': 'C-1', 'O-2': 'C-1', 'O-9': 'C-9' };
const refunded: string[] = [];

const order = defineTool({
  name: 'order',
  description: 'Shows an order.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ order: z.string() }),
  output: z.object({ order: z.string(), customer: z.string() }),
  run: async ({ order: id }) => ({ data: { order: id, customer: OWNER[id] ?? 'nobody' }, confidence: 1 }),
});

/** Only an order of the customer's own that was looked at, and 100 altogether. */
const rules: readonly Rule[] = [
  {
    id: 'own-order',
    decision: 'allow',
    when: [
      { after: 'order', same: ['order'], shows: { where: { customer: { customer: 'id' } } } },
      { amount: 'amount', per: 'conversation', atMost: 100 },
    ],
    anySource: true,
  },
];
const refund = defineTool({
  name: 'refund',
  description: 'Pays back.',
  permission: rules,
  sideEffect: true,
  input: z.object({ order: z.string(), amount: z.number().positive() }),
  output: z.string(),
  async run({ order: id, amount }) {
    refunded.push(`${id} ${amount}`);
    return { data: 'paid', confidence: 1 };
  },
});
const agent = defineAgent({ id: 'shop', model: 'm', instructions: 'Help.', tools: [order, refund] });

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [agent], slowAfterMs: 300 });
  await platform.startWorker();
});
afterAll(() => platform.stop());
beforeEach(() => refunded.splice(0));

const looks = (...ids: string[]) => callTools(ids.map((id) => ({ name: 'order', arguments: { order: id } })));
const pays = (...asked: (readonly [string, unknown])[]) =>
  callTools(asked.map(([id, amount]) => ({ name: 'refund', arguments: { order: id, amount } })));

/** @returns the outcomes of all refunds, in the order in which they were asked for */
async function play(conversation: string, ...steps: ReturnType<typeof looks>[]): Promise<readonly (string | null)[]> {
  platform.standIn.script(platform.nameOf(conversation), [...steps, reply('Done.')]);
  const message = { text: 'My money back!', agent: 'shop', customer: { id: 'C-1' } };
  await platform.client.send(conversation, message, { wait: 30_000 });
  const { turns } = await platform.client.trace(conversation);
  const tools = turns.flatMap(({ steps: taken }) => taken.flatMap((step) => step.tools));
  return tools.flatMap(({ tool, outcome }) => (tool === 'refund' ? [outcome] : []));
}

describe('a change', () => {
  it('runs where a rule allows it, and the ledger says which', async () => {
    expect(await play('allowed', looks('O-1'), pays(['O-1', 60]))).toEqual(['done']);
    expect(refunded).toEqual(['O-1 60']);
    const { turns } = await platform.client.trace('allowed');
    const verdict = { guardrail: 'permission', verdict: 'pass', stage: 'own-order' };
    expect(turns[0]?.steps[1]?.tools[0]?.verdicts).toContainEqual(verdict);
    await keepHistory(platform, 'allowed');
  });

  it.each([
    ['that nothing was looked at for', [pays(['O-1', 5])]],
    ['of somebody else’s order, though it was looked at', [looks('O-9'), pays(['O-9', 5])]],
    ['of another order than was looked at', [looks('O-1'), pays(['O-2', 5])]],
    ['of more than is allowed', [looks('O-1'), pays(['O-1', 101])]],
    ['with an amount that is none', [looks('O-1'), pays(['O-1', '50'])]],
  ])('%s does not run', async (what, steps) => {
    expect(await play(`denied-${what.length}`, ...steps)).toEqual(['denied']);
    expect(refunded).toEqual([]);
  });

  it('asked for many times at once, each below the limit, stays below it together', async () => {
    const all = Array.from({ length: 6 }, (): [string, number] => ['O-1', 40]);
    const outcomes = await play('at-once', looks('O-1'), pays(...all));
    expect(outcomes.filter((outcome) => outcome === 'done').length).toBeLessThanOrEqual(2);
    expect(refunded.length).toBeLessThanOrEqual(2);
  });

  it('asked for again after a refusal is refused again, and what ran before still counts', async () => {
    const outcomes = await play('again', looks('O-1'), pays(['O-1', 70]), pays(['O-1', 70]), pays(['O-1', 70]));
    expect(outcomes).toEqual(['done', 'denied', 'denied']);
    expect(refunded).toEqual(['O-1 70']);
  });
});
