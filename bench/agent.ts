/** The agent that is measured: one read-only tool that answers at once, so that all the time measured is the platform's. */
import { z } from 'zod';
import { defineAgent, defineTool } from '../agents/define.ts';

export const INSTRUCTIONS = `You are the customer service of an outdoor-equipment shop. Be short and friendly. Look an order
up before you say anything about it. Never promise a date that the order does not show.`;

export function findOrder(orderId: string) {
  return {
    orderId,
    status: 'shipped',
    carrier: 'Northern Parcel',
    items: ['tent, 2 persons', 'gas stove'],
    total: 318.4,
  };
}

const spec = {
  name: 'lookup_order',
  description: 'Find one order by its number.',
  permission: 'allow',
  input: z.object({ orderId: z.string() }),
  output: z.object({
    orderId: z.string(),
    status: z.string(),
    carrier: z.string(),
    items: z.array(z.string()),
    total: z.number(),
  }),
  run: async ({ orderId }: { orderId: string }) => ({ data: findOrder(orderId), confidence: 1 }),
} as const;

export const agent = defineAgent({
  id: 'bench',
  model: { name: 'stand-in', timeout: '60s' },
  instructions: INSTRUCTIONS,
  tools: [defineTool({ ...spec, sideEffect: false })],
});

export const LEDGERED = 'bench-ledgered';
/** The same with everything that the ledger can be asked to keep. */
const ledgered = defineAgent({
  id: LEDGERED,
  model: { name: 'stand-in', timeout: '60s' },
  instructions: INSTRUCTIONS,
  tools: [defineTool({ ...spec, sideEffect: true })],
  budgets: { turn: { tokens: 1e9 }, conversation: { tokens: 1e9 }, tenantDay: { tokens: 1e12 } },
});

export default [agent, ledgered];
