/** Tools and models with something in their place: the example of docs/recovery.md. */
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';

declare const warehouse: { stock(article: string): Promise<number> };
declare const carriers: Record<'north' | 'any', { track(parcel: string): Promise<string> }>;

// #region fallbacks
const stock = defineTool({
  name: 'stock',
  description: 'How many of an article there are.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ article: z.string() }),
  output: z.number(),
  fallback: { cached: { for: '10m', confidence: 0.7 } },
  run: async ({ article }) => ({ data: await warehouse.stock(article), confidence: 1 }),
});

const track = defineTool({
  name: 'track',
  description: 'Where a parcel is.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ parcel: z.string() }),
  output: z.string(),
  fallback: {
    alternative: { tool: 'track_anywhere', confidence: 0.6, arguments: ({ parcel }) => ({ number: parcel }) },
    ask: 'Our carrier does not answer. What does the last message about your parcel say?',
  },
  run: async ({ parcel }) => ({ data: await carriers.north.track(parcel), confidence: 1 }),
});

const trackAnywhere = defineTool({
  name: 'track_anywhere',
  description: 'Where a parcel of any carrier is, an hour late.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ number: z.string() }),
  output: z.string(),
  run: async ({ number }) => ({ data: await carriers.any.track(number), confidence: 0.9 }),
});

export default [
  defineAgent({
    id: 'parcels',
    model: { name: 'gpt-4o', fallbacks: ['gpt-4o-mini', { name: 'gpt-4o', provider: 'azure-eu' }] },
    instructions: 'Answer questions about parcels and stock.',
    tools: [stock, track, trackAnywhere],
  }),
];
// #endregion fallbacks
