/** Facts for rules, with nothing in them but what a test says. */
import type { Facts, PastCall } from '../../core/policy/facts.ts';

export function factsOf(some: Partial<Facts> = {}): Facts {
  return {
    tool: 'refund',
    arguments: {},
    customer: { id: 'ada' },
    turn: 2,
    past: [],
    pending: [],
    customerTexts: [],
    ...some,
  };
}

export function pastCall(some: Partial<PastCall> & Pick<PastCall, 'tool'>): PastCall {
  return { turn: 1, arguments: {}, result: null, outcome: 'done', ...some };
}
