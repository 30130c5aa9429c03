/** Pure unit tests — no servers: when a condition holds, when it does not, and when nobody can say. */
import { describe, expect, it } from 'vitest';
import { holds } from '../../../core/policy/condition.ts';
import type { Facts } from '../../../core/policy/facts.ts';
import { sourcesOf } from '../../../core/policy/provenance.ts';
import type { Condition } from '../../../core/policy/rule.ts';
import type { Truth } from '../../../core/policy/truth.ts';
import { factsOf, pastCall } from '../../support/policy-facts.ts';

function judged(condition: Condition, some: Partial<Facts>): Truth {
  const facts = factsOf(some);
  return holds(condition, { facts, sources: () => sourcesOf(facts) });
}

type Case = readonly [what: string, condition: Condition, facts: Partial<Facts>, truth: Truth];

const order = pastCall({
  tool: 'find_order',
  arguments: { id: 'O-1' },
  result: { owner: 'ada', total: 80, lines: [{ sku: 'A' }, { sku: 'B' }], cards: { c1: {}, c2: {} } },
});
const ofOrder = (path: string) => ({ result: path, of: 'find_order', same: ['id'] });
const NOON_UTC = Date.parse('2026-03-02T12:00:00Z'); // a Monday

const CASES: readonly Case[] = [
  ['an argument is the value', { argument: 'a', is: 1 }, { arguments: { a: 1 } }, 'yes'],
  ['an argument is another', { argument: 'a', is: 1 }, { arguments: { a: 2 } }, 'no'],
  ['an argument is missing', { argument: 'a', is: 1 }, {}, 'unknown'],
  ['an argument is of another type', { argument: 'a', is: 1 }, { arguments: { a: '1' } }, 'unknown'],
  ['a number is none', { argument: 'a', atMost: 1 }, { arguments: { a: Number.NaN } }, 'unknown'],
  ['a name is inherited', { argument: 'constructor', is: 1 }, {}, 'unknown'],
  ['not, of what cannot be said', { not: { argument: 'a', is: 1 } }, {}, 'unknown'],
  [
    'any of, with one that holds',
    {
      anyOf: [
        { argument: 'a', is: 1 },
        { argument: 'b', is: 2 },
      ],
    },
    { arguments: { b: 2 } },
    'yes',
  ],
  [
    'all of, with one that does not',
    {
      allOf: [
        { argument: 'a', is: 1 },
        { argument: 'b', is: 2 },
      ],
    },
    { arguments: { b: 3 } },
    'no',
  ],
  ['two tests at once', { argument: 'a', atLeast: 1, atMost: 3 }, { arguments: { a: 4 } }, 'no'],
  ['a value of a set', { argument: 'a', oneOf: ['x', 'y'] }, { arguments: { a: 'y' } }, 'yes'],
  ['a value outside a set', { argument: 'a', noneOf: ['x'] }, { arguments: { a: 'y' } }, 'yes'],
  ['dates in order', { argument: 'a', atLeast: '2026-01-01T10:00:00' }, { arguments: { a: '2026-01-01' } }, 'no'],
  ['a word for a date', { argument: 'a', atLeast: '2026-01-01' }, { arguments: { a: 'tomorrow' } }, 'unknown'],
  ['every element passes', { argument: 'l[].n', atMost: 3 }, { arguments: { l: [{ n: 1 }, { n: 3 }] } }, 'yes'],
  ['one element does not', { argument: 'l[].n', atMost: 3 }, { arguments: { l: [{ n: 1 }, { n: 4 }] } }, 'no'],
  ['one element has no such value', { argument: 'l[].n', atMost: 3 }, { arguments: { l: [{ n: 1 }, {}] } }, 'unknown'],
  ['there are no elements', { argument: 'l[].n', atMost: 3 }, { arguments: { l: [] } }, 'unknown'],
  ['the customer', { argument: 'who', is: { customer: 'id' } }, { arguments: { who: 'ada' } }, 'yes'],
  ['another customer', { argument: 'who', is: { customer: 'id' } }, { arguments: { who: 'bob' } }, 'no'],
  ['a claim', { claim: 'verified', is: true }, { customer: { id: 'ada', claims: { verified: true } } }, 'yes'],
  ['a claim nobody made', { claim: 'verified', is: true }, {}, 'unknown'],
  ['a result', { ...ofOrder('owner'), is: { customer: 'id' } }, { arguments: { id: 'O-1' }, past: [order] }, 'yes'],
  ['the result of another', { ...ofOrder('owner'), is: 'ada' }, { arguments: { id: 'O-2' }, past: [order] }, 'unknown'],
  [
    'an amount up to a result',
    { argument: 'n', atMost: ofOrder('total') },
    { arguments: { id: 'O-1', n: 81 }, past: [order] },
    'no',
  ],
  [
    'a key of a result',
    { argument: 'c', in: ofOrder('cards{}') },
    { arguments: { id: 'O-1', c: 'c2' }, past: [order] },
    'yes',
  ],
  [
    'no key of a result',
    { argument: 'c', in: ofOrder('cards{}') },
    { arguments: { id: 'O-1', c: 'c3' }, past: [order] },
    'no',
  ],
  [
    'a result in JSON text',
    { ...ofOrder('owner'), is: 'ada' },
    { arguments: { id: 'O-1' }, past: [{ ...order, result: JSON.stringify(order.result) }] },
    'yes',
  ],
  ['a count', { count: { argument: 'l' }, atMost: 1 }, { arguments: { l: [1, 2] } }, 'no'],
  [
    'a count of some',
    { count: { argument: 'l' }, where: { id: { startsWith: 'gift' } }, atMost: 1 },
    { arguments: { l: [{ id: 'gift_1' }, { id: 'card_1' }] } },
    'yes',
  ],
  [
    'a count with an odd one',
    { count: { argument: 'l' }, where: { id: { startsWith: 'g' } }, is: 0 },
    { arguments: { l: [{}] } },
    'unknown',
  ],
  ['a calculation', { minus: [{ argument: 'a' }, { times: [2, 3] }], is: 1 }, { arguments: { a: 7 } }, 'yes'],
  ['given', { given: 'a' }, { arguments: { a: 0 } }, 'yes'],
  ['a name that is inherited is not given', { given: 'constructor' }, {}, 'no'],
  ['null is not given', { given: 'a' }, { arguments: { a: null } }, 'no'],
  ['known fields', { fields: 'l[]', only: ['n'] }, { arguments: { l: [{ n: 1 }] } }, 'yes'],
  ['a field nobody knows', { fields: 'l[]', only: ['n'] }, { arguments: { l: [{ n: 1, m: 2 }] } }, 'no'],
  ['after', { after: 'find_order', same: ['id'] }, { arguments: { id: 'O-1' }, past: [order] }, 'yes'],
  ['after another one', { after: 'find_order', same: ['id'] }, { arguments: { id: 'O-2' }, past: [order] }, 'no'],
  ['after one that failed', { after: 'find_order' }, { past: [{ ...order, outcome: 'failed' }] }, 'no'],
  ['after one in doubt', { after: 'find_order' }, { past: [{ ...order, outcome: 'unknown' }] }, 'no'],
  [
    'after one that shows it',
    { after: 'find_order', shows: { at: 'lines[]', where: { sku: { argument: 'sku' } } } },
    { arguments: { sku: 'B' }, past: [order] },
    'yes',
  ],
  [
    'after one that shows others',
    { after: 'find_order', shows: { at: 'lines[]', where: { sku: { argument: 'sku' } } } },
    { arguments: { sku: 'C' }, past: [order] },
    'no',
  ],
  [
    'after one whose answer is no such thing',
    { after: 'find_order', shows: { at: 'lines[]', where: { sku: 'A' } } },
    { past: [{ ...order, result: 'gone' }] },
    'unknown',
  ],
  [
    'each element was shown',
    { each: 'l', all: [{ after: 'find_order', shows: { at: 'lines[]', where: { sku: { item: '' } } } }] },
    { arguments: { l: ['A', 'C'] }, past: [order] },
    'no',
  ],
  ['each of none', { each: 'l', all: [{ item: '', is: 1 }] }, { arguments: { l: [] } }, 'unknown'],
  ['first call', { calls: 'conversation', atMost: 1 }, {}, 'yes'],
  ['second call', { calls: 'conversation', atMost: 1 }, { past: [pastCall({ tool: 'refund' })] }, 'no'],
  ['second call in another turn', { calls: 'turn', atMost: 1 }, { past: [pastCall({ tool: 'refund' })] }, 'yes'],
  [
    'a denied call does not count',
    { calls: 'conversation', atMost: 1 },
    { past: [pastCall({ tool: 'refund', outcome: 'denied' })] },
    'yes',
  ],
  [
    'a call in doubt counts',
    { calls: 'conversation', atMost: 1 },
    { past: [pastCall({ tool: 'refund', outcome: 'unknown' })] },
    'no',
  ],
  ['a call beside it counts', { calls: 'turn', atMost: 1 }, { pending: [{ tool: 'refund', arguments: {} }] }, 'no'],
  [
    'a call about something else does not',
    { calls: 'conversation', atMost: 1, same: ['id'] },
    { arguments: { id: 1 }, past: [pastCall({ tool: 'refund', arguments: { id: 2 } })] },
    'yes',
  ],
  [
    'a call of which nobody knows what it was about counts',
    { calls: 'conversation', atMost: 1, same: ['id'] },
    { arguments: { id: 1 }, past: [pastCall({ tool: 'refund', arguments: {} })] },
    'no',
  ],
  ['an amount', { amount: 'n', per: 'call', atMost: 10 }, { arguments: { n: 10 } }, 'yes'],
  [
    'a sum with a call of which nobody knows what it took',
    { amount: 'n', per: 'conversation', atMost: 10 },
    { arguments: { n: 1 }, past: [pastCall({ tool: 'refund', arguments: {} })] },
    'unknown',
  ],
  ['less than nothing', { amount: 'n', per: 'call', atMost: 10 }, { arguments: { n: -1 } }, 'unknown'],
  [
    'a sum with the call beside it',
    { amount: 'n', per: 'conversation', atMost: 10 },
    { arguments: { n: 6 }, pending: [{ tool: 'refund', arguments: { n: 5 } }] },
    'no',
  ],
  ['a day nobody counted', { amount: 'n', per: 'day', atMost: 10 }, { arguments: { n: 6 } }, 'unknown'],
  ['a day', { amount: 'n', per: 'day', atMost: 10 }, { arguments: { n: 6 }, dayAmounts: { 'refund.n': 5 } }, 'no'],
  ['office hours', { between: ['09:00', '17:00'], zone: 'Z' }, { now: NOON_UTC }, 'yes'],
  ['office hours elsewhere', { between: ['09:00', '17:00'], zone: '+09:00' }, { now: NOON_UTC }, 'no'],
  ['a zone nobody knows', { between: ['09:00', '17:00'], zone: 'Europe/Berlin' }, { now: NOON_UTC }, 'unknown'],
  [
    'a zone',
    { between: ['13:00', '14:00'], zone: 'Europe/Berlin' },
    { now: NOON_UTC, utcOffsets: { 'Europe/Berlin': 60 } },
    'yes',
  ],
  ['no time', { between: ['09:00', '17:00'], zone: 'Z' }, {}, 'unknown'],
  ['another day', { between: ['09:00', '17:00'], zone: 'Z', days: [6, 7] }, { now: NOON_UTC }, 'no'],
  [
    'the night that began on Sunday',
    { between: ['22:00', '06:00'], zone: 'Z', days: [7] },
    { now: NOON_UTC - 8 * 3_600_000 },
    'yes',
  ],
  ['typed', { from: ['customer'], argument: 'a' }, { arguments: { a: 'O-1' }, customerTexts: ['it is o-1.'] }, 'yes'],
  [
    'not typed',
    { from: ['customer'], argument: 'a' },
    { arguments: { a: 'O-1' }, customerTexts: ['it is O-12'] },
    'no',
  ],
  [
    'one of two typed',
    { from: ['customer'], argument: 'a[]' },
    { arguments: { a: ['O-1', 'O-2'] }, customerTexts: ['O-1'] },
    'no',
  ],
];

describe('a condition', () => {
  it.each(CASES)('on %s', (_what, condition, facts, truth) => {
    expect(judged(condition, facts)).toBe(truth);
  });

  it('on what was typed is unknown where nobody says what was typed', () => {
    const { customerTexts: _, ...facts } = factsOf({ arguments: { a: 'O-1' } });
    const condition: Condition = { from: ['customer'], argument: 'a' };
    expect(holds(condition, { facts, sources: () => sourcesOf(facts) })).toBe('unknown');
  });

  it('on a text of links looks at the links only', () => {
    const body = 'Read (www.evil-site.com/x?a=1), friend.';
    const condition: Condition = { from: ['customer'], references: 'body' };
    expect(judged(condition, { arguments: { body } })).toBe('no');
    expect(judged(condition, { arguments: { body }, customerTexts: ['say www.evil-site.com/x?a=1'] })).toBe('yes');
    expect(judged(condition, { arguments: { body: 'Prices rose by 7.2 in 2024-05-01, e.g. bread.' } })).toBe('yes');
  });
});
