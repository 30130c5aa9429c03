/** The example agent: customer service of Larch & Fell, an invented shop for outdoor equipment. */
import { readFileSync } from 'node:fs';
import { type Agent, defineAgent } from '../define.ts';
import { changeTools } from './change-tools.ts';
import { readTools } from './read-tools.ts';
import type { Shop } from './shop.ts';

/** @param model the name the model's provider knows it by */
export function supportAgent(shop: Shop, model: string): Agent {
  return defineAgent({
    id: 'support',
    model: { name: model, temperature: 0.2 },
    instructions: readFileSync(new URL('./instructions.md', import.meta.url), 'utf8'),
    tools: [...readTools(shop), ...changeTools(shop)],
    budgets: { turn: { tokens: 200_000 }, conversation: { tokens: 2_000_000 } },
    escalation: {},
  });
}
