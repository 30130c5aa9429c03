/** An agents file whose agent changes something: the example of docs/authoring.md. */
import { z } from 'zod';
import { type Agent, defineAgent, defineTool } from '../../agents/define.ts';
import type { AgentHost } from '../../agents/module.ts';

// #region effect
const ADD = {
  name: 'callbacks_add',
  text: `INSERT INTO callbacks (idempotency_key, customer, phone) VALUES ($1, $2, $3)
         ON CONFLICT (idempotency_key) DO NOTHING`,
};

const requestCallback = (database: AgentHost['database']) =>
  defineTool({
    name: 'request_callback',
    description: 'Ask a colleague to phone the customer. Only after the customer has confirmed the number.',
    permission: 'allow',
    sideEffect: true,
    idempotent: true,
    timeout: '5s',
    input: z.object({ phone: z.string().regex(/^\+[0-9]{6,15}$/) }),
    output: z.object({ within: z.string() }),
    async authorize(_, { customer }) {
      if (customer.claims?.['verified'] !== true) return 'The customer has not been verified.';
      return undefined;
    },
    async run({ phone }, { idempotencyKey, customer }) {
      await database.query(ADD, [idempotencyKey, customer.id, phone]);
      return { data: { within: 'one working day' }, confidence: 1 };
    },
  });
// #endregion effect

// #region agents-file
export const migrations = { callbacks: new URL('./migrations/', import.meta.url) };

export default ({ database, env }: AgentHost): readonly Agent[] => [
  defineAgent({
    id: 'callbacks',
    model: { name: env['HANDBACK_MODEL'] ?? 'gpt-4o-mini', timeout: '60s', temperature: 0.2 },
    instructions: 'You arrange call-backs. Confirm the phone number before you ask for one.',
    tools: [requestCallback(database)],
    limits: { steps: 6 },
  }),
];
// #endregion agents-file
