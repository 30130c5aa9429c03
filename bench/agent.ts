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

const lookupOrder = defineTool({
  name: 'lookup_order',
  description: 'Find one order by its number.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ orderId: z.string() }),
  output: z.object({
    orderId: z.string(),
    status: z.string(),
    carrier: z.string(),
    items: z.array(z.string()),
    total: z.number(),
  }),
  run: async ({ orderId }) => ({ data: findOrder(orderId), confidence: 1 }),
});

export const agent = defineAgent({
  id: 'bench',
  model: { name: 'stand-in', timeout: '60s' },
  instructions: INSTRUCTIONS,
  tools: [lookupOrder],
});

export default [agent];
