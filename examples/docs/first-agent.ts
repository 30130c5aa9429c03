import { z } from 'zod';
import { defineAgent, defineTool } from '../../index.ts';

const parcels: Readonly<Record<string, string>> = { 'P-1': 'out for delivery', 'P-2': 'at the depot' };

const trackParcel = defineTool({
  name: 'track_parcel',
  description: 'Say where a parcel is, by its number.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ parcel: z.string() }),
  output: z.object({ where: z.string() }),
  async run({ parcel }) {
    const where = parcels[parcel];
    return where === undefined ? { rejected: `There is no parcel ${parcel}.` } : { data: { where }, confidence: 1 };
  },
});

const instructions = 'You help customers of a parcel service. Say only what the tools say.';
export default [defineAgent({ id: 'parcels', model: 'gpt-4o-mini', instructions, tools: [trackParcel] })];
