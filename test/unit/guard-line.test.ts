/** What a line for `handback guard facts` may say of calls. */
import { expect, it } from 'vitest';
import { GuardLine, guardFacts } from '../../cli/guard-output.ts';
import { neverRan, TOOL_OUTCOMES } from '../../core/tool-result.ts';

const line = (outcome?: string) =>
  GuardLine.parse({
    ...{ id: 1, text: 'I have cancelled your order.' },
    changes: [{ tool: 'cancel_order', ...(outcome === undefined ? {} : { outcome }) }],
  });

it.each(TOOL_OUTCOMES)('a call that ended as %s is read, and only one that is done bears out a claim', (outcome) => {
  const read = line(outcome);
  expect(read.changes[0]?.outcome).toBe(neverRan(outcome) ? 'denied' : outcome);
  expect(guardFacts(read).verdict).toBe(outcome === 'done' ? 'pass' : 'block');
});

it('a call of which nothing is said is done, and no other word is an outcome', () => {
  expect(line().changes[0]?.outcome).toBe('done');
  expect(() => line('maybe')).toThrow(/outcome/);
});
