/** Pure unit tests — no servers: a call in a line of JSON, decided. */
import { describe, expect, it } from 'vitest';
import { type AgentRules, checkLine } from '../../../core/policy/line.ts';

const rules: AgentRules = {
  find_order: { sideEffect: false, rules: [{ id: 'any', decision: 'allow' }] },
  refund: {
    sideEffect: true,
    rules: [
      {
        id: 'own-order',
        decision: 'confirm',
        when: [{ result: 'owner', of: 'find_order', same: ['orderId'], is: { customer: 'id' } }],
        anySource: true,
      },
    ],
  },
};
const past = [{ tool: 'find_order', arguments: { orderId: 'O-1' }, result: '{"owner": "ada"}' }];
const call = { tool: 'refund', arguments: { orderId: 'O-1' } };

describe('a line', () => {
  it('is decided', () => {
    expect(checkLine(rules, { id: 'x', customer: { id: 'ada' }, past, call })).toEqual({
      id: 'x',
      decision: 'confirm',
      rule: 'own-order',
      reason: expect.stringContaining('yes'),
    });
    expect(checkLine(rules, { id: 'x', customer: 'bob', past, call })).toMatchObject({
      decision: 'deny',
      rule: 'default',
    });
  });

  it('may have its arguments as text', () => {
    const written = { tool: 'refund', arguments: '{"orderId": "O-1"}' };
    expect(checkLine(rules, { id: 'x', customer: 'ada', past, call: written }).decision).toBe('confirm');
  });

  it('with a call that failed proves nothing', () => {
    const failed = past.map((each) => ({ ...each, outcome: 'failed' }));
    expect(checkLine(rules, { id: 'x', customer: 'ada', past: failed, call }).decision).toBe('deny');
  });

  it.each(['toString', '__proto__', 'nothing'])('with the tool %s is denied', (tool) => {
    const made = { tool, arguments: {} };
    expect(checkLine(rules, { id: 'x', customer: 'ada', past: [], call: made })).toMatchObject({ decision: 'deny' });
  });

  it.each([
    [[], 'JSON object'],
    [{ id: 'x', customer: 'ada', past: 3, call }, '"past"'],
    [{ id: 'x', customer: 'ada', past: [{ tool: 'a' }], call }, '"past[0]"'],
    [{ id: 'x', customer: 'ada', past: [{ ...past[0], outcome: 'fine' }], call } as never, '"past[0].outcome"'],
    [{ id: 'x', customer: 7, past, call }, '"customer"'],
    [{ id: 'x', customer: 'ada', past }, '"call"'],
  ])('that is none says what is wrong: %j', (line, says) => {
    expect(() => checkLine(rules, line)).toThrow(says);
  });
});
