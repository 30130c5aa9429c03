/** The agents of this repository, in the shape every file of agents has (`module.ts`). */
import type { Agent } from './define.ts';
import type { AgentHost } from './module.ts';
import { supportAgent } from './support/agent.ts';
import { createShop } from './support/shop.ts';

export const migrations = { support: new URL('./support/migrations/', import.meta.url) };

export default ({ database, env }: AgentHost): readonly Agent[] => [
  supportAgent(createShop(database), env['HANDBACK_MODEL'] ?? 'gpt-4o-mini'),
];
