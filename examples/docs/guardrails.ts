/** Settings of guardrails: the example of docs/guardrails.md. */
import { defineAgent } from '../../agents/define.ts';

// #region guardrails
export default [
  defineAgent({
    id: 'bookings',
    model: 'gpt-4o',
    instructions: 'Help with bookings.',
    tools: [],
    guardrails: {
      pii: {
        actions: { birth_date: 'pass', us_ssn: 'escalate' },
        allow: ['@larch.example', '+44 20 7946 0000'],
        regions: ['GB'],
      },
    },
  }),
];
// #endregion guardrails
