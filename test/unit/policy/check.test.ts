/** Pure unit tests — no servers: what is said about rules before anybody uses them. */
import { describe, expect, it } from 'vitest';
import { type CheckedTool, checkRules } from '../../../core/policy/check.ts';
import type { Condition, Rule } from '../../../core/policy/rule.ts';

const refund = (...rules: readonly Rule[]): CheckedTool => ({
  name: 'refund',
  sideEffect: true,
  rules,
  input: { type: 'object', properties: { orderId: {}, amount: {} }, additionalProperties: false },
});
const find: CheckedTool = {
  name: 'find_order',
  sideEffect: false,
  rules: [{ id: 'any', decision: 'allow' }],
  input: { type: 'object', properties: {} },
};
const when = (condition: Condition): Rule => ({ id: 'r', decision: 'allow', when: [condition] });
/** What a file in plain JavaScript may hold. */
const odd = (condition: unknown): Rule => when(condition as Condition);

const WRONG: readonly (readonly [what: string, rules: readonly Rule[], level: 'error' | 'warning', says: string])[] = [
  ['no rule', [], 'warning', 'no rule'],
  [
    'a rule that cannot be reached',
    [{ id: 'a', decision: 'deny' }, { ...when({ given: 'amount' }) }],
    'error',
    '"a" before it decides always',
  ],
  ['two rules of one name', [when({ given: 'amount' }), when({ given: 'orderId' })], 'error', 'another rule'],
  ['an argument that is not there', [when({ argument: 'sum', atMost: 3 })], 'error', '"sum"'],
  ['such an argument deep inside', [when({ not: { anyOf: [{ given: 'sum' }] } })], 'error', '"sum"'],
  ['such an argument as equal', [when({ after: 'find_order', same: ['id'] })], 'error', '"id"'],
  ['such an argument from anywhere', [{ ...when({ given: 'amount' }), anySource: ['sum'] }], 'error', '"sum"'],
  ['a tool that is not there', [when({ after: 'find_orders' })], 'error', '"find_orders"'],
  ['a source that is not there', [when({ from: [{ tool: ['read'] }], argument: 'amount' })], 'error', '"read"'],
  ['a write that is always allowed', [{ id: 'a', decision: 'allow' }], 'warning', 'allows every call'],
  ['a decision nobody knows', [{ id: 'a', decision: 'maybe' as never, when: [] }], 'error', 'maybe'],
  ['a condition nobody knows', [odd({ argumnt: 'amount', atMost: 3 })], 'error', 'nobody knows'],
  ['a key nobody knows', [odd({ argument: 'amount', atmost: 3, is: 1 })], 'error', 'nobody knows'],
  ['a condition that tests nothing', [odd({ argument: 'amount' })], 'error', 'tests nothing'],
  ['any of nothing', [odd({ anyOf: [] })], 'error', 'empty'],
  ['a limit of no number', [odd({ calls: 'turn', atMost: '3' })], 'error', 'without a number'],
  ['odd hours', [when({ between: ['9:00', '17:00'], zone: 'Z' })], 'error', 'odd hours'],
  ['an odd zone', [when({ between: ['09:00', '17:00'], zone: 'CET' })], 'error', 'odd zone'],
  ['an odd path', [when({ argument: 'amount[', is: 3 })], 'error', 'odd path'],
  ['an odd id', [{ ...when({ given: 'amount' }), id: 'default' }], 'error', 'odd id'],
];

describe('rules', () => {
  it.each(WRONG)('with %s are noticed', (_what, rules, level, says) => {
    const problems = checkRules([refund(...rules), find]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ level, tool: 'refund' });
    expect(problems[0]?.what).toContain(says);
    expect(problems[0]?.fix).not.toBe('');
  });

  it('that are well are not, nor a plain allow that is acknowledged', () => {
    const acknowledged: Rule = { id: 'any', decision: 'allow', acknowledged: 'It only sends a postcard.' };
    expect(checkRules([refund(when({ argument: 'amount', atMost: 3 }), acknowledged), find])).toEqual([]);
  });
});
