/** What an agent may spend: the example of docs/recovery.md. */
import { defineAgent } from '../../agents/define.ts';

// #region budgets
export default [
  defineAgent({
    id: 'frugal',
    model: { name: 'gpt-4o', fallbacks: ['gpt-4o-mini'] },
    instructions: 'Answer questions.',
    tools: [],
    budgets: {
      turn: { tokens: 60_000, toolCalls: 20 },
      conversation: { usd: 0.5, steps: 200 },
      tenantDay: { usd: 50 },
    },
    escalation: { say: 'I have asked a colleague to help you here.' },
  }),
];
// #endregion budgets
