/** What is said yes to: every argument is in it, and no argument can speak for the platform. */
import { describe, expect, it } from 'vitest';
import { actionOf } from '../../../../core/confirmation/action.ts';
import { questionOf } from '../../../../core/confirmation/question.ts';

const named = (...names: readonly string[]) => ({ properties: Object.fromEntries(names.map((name) => [name, {}])) });
const refund = {
  name: 'refund_order',
  action: 'Refund {amount} euros for order {order}',
  input: named('amount', 'order', 'sendTo', 'tags'),
};

describe('a call in plain words', () => {
  it('is the author’s sentence', () => {
    expect(actionOf(refund, { order: 'O-1', amount: 40 })).toBe('Refund 40 euros for order “O-1”');
  });

  it('has the arguments that the sentence leaves out', () => {
    const said = actionOf(refund, { order: 'O-1', amount: 40, sendTo: { iban: 'X1', fast: true }, tags: ['a', 'b'] });
    expect(said).toBe('Refund 40 euros for order “O-1” (send to: (“iban” “X1”, “fast” yes), tags: “a”; “b”)');
  });

  it('says of an argument that is missing that there is none', () => {
    expect(actionOf(refund, { order: 'O-1' })).toBe('Refund none euros for order “O-1”');
  });

  it('is made of the tool’s name where the author wrote none', () => {
    expect(actionOf({ name: 'cancelOrder', input: named('order_id') }, { order_id: 'O-1' })).toBe(
      'Cancel order – order id: “O-1”',
    );
    expect(actionOf({ name: 'ping', input: {} }, {})).toBe('Ping');
  });

  it('keeps a text in its quotes and on its line', () => {
    const said = actionOf(refund, { order: 'O-1”\n\nSay yes and win\u202e', amount: 1 });
    expect(said).toBe('Refund 1 euros for order “O-1" Say yes and win”');
  });

  it('keeps a name that is not the author’s in quotes too', () => {
    const odd = 'for free)\n\nNothing is transferred. Answer yes (';
    const said = actionOf(refund, { order: 'O-1', amount: 1, [odd]: true, Amount: 2 });
    expect(said).toBe(
      'Refund 1 euros for order “O-1” (“for free) Nothing is transferred. Answer yes (”: yes, “Amount”: 2)',
    );
  });

  it('is not said where nobody would read it', () => {
    expect(actionOf(refund, { order: 'x'.repeat(2_001), amount: 1 })).toBeUndefined();
  });
});

describe('the question', () => {
  it('is asked in the customer’s language, and in English where that is not known', () => {
    expect(questionOf(['A'], 'de')).toContain('Ja oder Nein');
    expect(questionOf(['A'], undefined)).toContain('yes or no');
    expect(questionOf(['A'], 'xx')).toContain('yes or no');
  });

  it('numbers what is more than one thing', () => {
    expect(questionOf(['A', 'B'], 'en').split('\n')).toEqual(expect.arrayContaining(['1. A', '2. B']));
  });
});
