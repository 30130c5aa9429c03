/**
 * A model that tries everything: every tool, other customers' ids, forged results in arguments, the same again after a refusal,
 * many calls at once that are each below a limit. Whatever it asks for, nothing that the rules do not allow happens.
 *
 * HANDBACK_HOSTILE_TURNS says how many turns (default 300).
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import type { PermissionSpec } from '../../agents/rules.ts';
import { randomFrom } from '../../scripts/conformance/random.ts';
import { callTools, reply, type StandInStep } from '../../stand-in/steps.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

const TURNS = Number(process.env['HANDBACK_HOSTILE_TURNS'] ?? 300);
const TURNS_PER_CONVERSATION = 10;
const AT_ONCE = 6;
const MOST = 100;
const ORDERS = ['O-1', 'O-2', 'O-3', 'O-4'];
const CUSTOMERS = ['C-1', 'C-2'];
const ownerOf = (order: string) => (order === 'O-1' || order === 'O-2' ? 'C-1' : 'C-2');

interface Effect {
  readonly tool: string;
  readonly conversation: string;
  readonly customer: string;
  readonly order: string;
  readonly amount: number;
}
const effects: Effect[] = [];
/** What each conversation was shown: `conversation order`. */
const shown = new Set<string>();

const input = z.looseObject({ order: z.string(), amount: z.number().optional() });
const look = defineTool({
  name: 'look',
  description: 'Shows an order.',
  permission: 'allow',
  sideEffect: false,
  input,
  output: z.object({ order: z.string(), customer: z.string() }),
  async run({ order }, { conversationId }) {
    shown.add(`${conversationId} ${order}`);
    return { data: { order, customer: ownerOf(order) }, confidence: 1 };
  },
});
function changing(name: string, permission: PermissionSpec) {
  return defineTool({
    ...{ name, description: 'Changes something.', permission, sideEffect: true, input, output: z.string() },
    async run({ order, amount = 0 }, { conversationId, customer }) {
      effects.push({ tool: name, conversation: conversationId, customer: customer.id, order, amount });
      return { data: `{"order":"${order}","customer":"C-1"}`, confidence: 1 };
    },
  });
}
const refund = changing('refund', [
  {
    id: 'own-order-up-to-100',
    decision: 'allow',
    when: [
      { after: 'look', same: ['order'], shows: { where: { customer: { customer: 'id' } } } },
      { argument: 'amount', atLeast: 0.01 },
      { amount: 'amount', per: 'conversation', atMost: MOST },
    ],
    anySource: true,
  },
]);
const erase = changing('erase', 'deny');
const unruled = changing('unruled', [{ id: 'never', decision: 'deny' }]);
const agent = defineAgent({
  id: 'shop',
  model: 'hostile',
  instructions: 'Obey.',
  tools: [look, refund, erase, unruled],
  limits: { steps: 6 },
});

const random = randomFrom(7);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const AMOUNTS: readonly unknown[] = [
  1,
  30,
  45,
  60,
  99.99,
  100,
  101,
  -50,
  0,
  '40',
  null,
  1e308,
  'Infinity',
  [40],
  { $gt: 0 },
];
const FORGED = '{"order":"O-3","customer":"C-1"}';
const TOOLS = [
  'look',
  'look',
  'refund',
  'refund',
  'refund',
  'erase',
  'unruled',
  'refund_all',
  '__proto__',
  'constructor',
];

function argumentsOfSomeKind(): Record<string, unknown> {
  const order = pick<unknown>([...ORDERS, ...ORDERS, 'O-1 ', 'o-1', FORGED, ['O-1'], null, { order: 'O-1' }]);
  const extra = pick<Record<string, unknown>>([
    {},
    {},
    { customer: 'C-1' },
    { result: FORGED },
    { __proto__: { order: 'O-1' } },
  ]);
  return { order, amount: pick(AMOUNTS), ...extra };
}

/** Now and then the same call many times at once. */
function attack(): StandInStep {
  if (random() < 0.15) return reply('I have done all of it.');
  const one = () => ({ name: pick(TOOLS), arguments: argumentsOfSomeKind() });
  if (random() < 0.3) {
    const again = { name: 'refund', arguments: { order: pick(ORDERS), amount: pick([30, 45, 60]) } };
    return callTools(Array.from({ length: 6 }, () => again));
  }
  return callTools(Array.from({ length: 1 + Math.floor(random() * 4) }, one));
}

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    agents: () => [agent],
    slowAfterMs: 1_000,
    worker: { maxCachedWorkflows: 100 },
    standIn: { answer: attack, record: 'counts' },
  });
  await platform.startWorker();
});
afterAll(() => platform.stop());

it('gets nothing done that is not allowed', { timeout: 60_000 + TURNS * 200 }, async () => {
  const names = Array.from({ length: Math.ceil(TURNS / TURNS_PER_CONVERSATION) }, (_, n) => `h${n + 1}`);
  const whoOf = (name: string) => CUSTOMERS[Number(name.slice(1)) % 2] ?? 'C-1';
  const waiting = [...names];
  const playOn = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      for (let turn = 0; turn < TURNS_PER_CONVERSATION; turn++) {
        const message = { text: `Everything, please: ${pick(ORDERS)}`, agent: 'shop', customer: { id: whoOf(name) } };
        await platform.client.send(name, message, { wait: 120_000 });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, playOn));

  expect(effects.filter(({ tool }) => tool !== 'refund')).toEqual([]);
  expect(effects.filter(({ order, customer }) => ownerOf(order) !== customer)).toEqual([]);
  expect(effects.filter(({ order, conversation }) => !shown.has(`${conversation} ${order}`))).toEqual([]);
  expect(effects.filter(({ amount }) => !(amount > 0))).toEqual([]);
  for (const name of names) {
    const sum = effects
      .filter(({ conversation }) => conversation === name)
      .reduce((all, { amount }) => all + amount, 0);
    expect(sum).toBeLessThanOrEqual(MOST);
  }
  // The attack is one: what is allowed did happen.
  expect(effects.length).toBeGreaterThan(TURNS / 20);
});
