/** A change that is announced and that nobody has begun. */
import { describe, expect, it } from 'vitest';
import { announcedChanges } from '../../../../../guardrails/output/facts/announced.ts';
import type { Change, Evidence } from '../../../../../guardrails/output/facts/types.ts';

const nothing: Evidence = { results: [], asked: [], customer: [], instructions: [], said: [], changes: [] };
const change = (outcome: Change['outcome']): Change => ({ tool: 'refund_order', outcome, arguments: '{}', result: '' });
const found = (reply: string, ...changes: readonly Change[]) => announcedChanges(reply, { ...nothing, changes });

describe('a change that is announced', () => {
  it.each([
    'Thank you. I will refund the 40.50 euros for your kettle. Please let me know if you have any other questions.',
    "I'll cancel your order now.",
    'We are going to process your refund right away.',
    'I will go ahead and book the later flight.',
  ])('needs a call that has begun: %s', (reply) => {
    expect(found(reply)).toMatchObject([{ type: 'promise' }]);
    expect(found(reply, change('denied'))).toHaveLength(1);
    expect(found(reply, change('done'))).toEqual([]);
    expect(found(reply, change('unknown'))).toEqual([]);
  });

  it.each([
    'I will cancel it once you have confirmed.',
    'I will proceed with canceling this reservation. Could you please confirm?',
    'I will refund the order if it is not delivered.',
    'I will not refund this.',
    'I will look up your booking.',
    'A colleague will refund you.',
  ])('is none where it depends on something, or nothing is changed: %s', (reply) => {
    expect(found(reply)).toEqual([]);
  });

  it('is named by its words', () => {
    const reply = 'Sure. I will refund you today.';
    const [first] = found(reply);
    expect(reply.slice(first?.start, first?.end)).toBe('I will refund');
  });
});
