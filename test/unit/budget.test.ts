// Pure: when a limit of a turn, a conversation or a tenant's day is reached.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, type Budgets, exceeded, failureOf, NOTHING_SPENT, type Spent } from '../../core/budget.ts';

const UNLIMITED: Budgets = { turn: {}, conversation: {}, tenantDay: {} };
const spent = (
  turn: Partial<Spent>,
  conversation: Partial<Spent> = turn,
  tenantDay: Partial<Spent> = conversation,
) => ({
  turn: add(NOTHING_SPENT, turn),
  conversation: add(NOTHING_SPENT, conversation),
  tenantDay: add(NOTHING_SPENT, tenantDay),
});

describe('a budget', () => {
  it('that sets nothing limits nothing', () => {
    const much = { steps: 1e9, toolCalls: 1e9, tokens: 1e12, usd: 1e9, ms: 1e12 };
    expect(exceeded(UNLIMITED, spent(much))).toBeUndefined();
  });

  it.each(['steps', 'toolCalls', 'tokens', 'usd', 'ms'] as const)('is exceeded when its %s are reached', (limit) => {
    for (const scope of ['turn', 'conversation', 'tenantDay'] as const) {
      const budgets = { ...UNLIMITED, [scope]: { [limit]: 5 } };
      expect(exceeded(budgets, spent({ [limit]: 4 }))).toBeUndefined();
      expect(exceeded(budgets, spent({ [limit]: 5 }))).toEqual({ scope, limit, of: 5 });
    }
  });

  it('of nothing allows nothing', () => {
    expect(exceeded({ ...UNLIMITED, turn: { toolCalls: 0 } }, spent({}))).toEqual({
      scope: 'turn',
      limit: 'toolCalls',
      of: 0,
    });
  });

  it('names the narrowest scope first', () => {
    const budgets = { turn: { usd: 1 }, conversation: { steps: 1 }, tenantDay: { steps: 1 } };
    expect(exceeded(budgets, spent({ usd: 1, steps: 1 }))).toMatchObject({ scope: 'turn', limit: 'usd' });
    expect(exceeded(budgets, spent({}, { steps: 1 }))).toMatchObject({ scope: 'conversation' });
    expect(exceeded(budgets, spent({}, {}, { steps: 1 }))).toMatchObject({ scope: 'tenantDay' });
  });

  it('of tool calls does not keep the model from answering, nor one of steps the tools it asked for from running', () => {
    const budgets = { ...UNLIMITED, turn: { toolCalls: 2, steps: 2 } };
    expect(exceeded(budgets, spent({ toolCalls: 2 }), 'model')).toBeUndefined();
    expect(exceeded(budgets, spent({ toolCalls: 2 }), 'tool')).toMatchObject({ limit: 'toolCalls' });
    expect(exceeded(budgets, spent({ steps: 2 }), 'tool')).toBeUndefined();
    expect(exceeded(budgets, spent({ steps: 2 }), 'model')).toMatchObject({ limit: 'steps' });
  });

  it('becomes a failure that says which limit it was', () => {
    expect(failureOf({ scope: 'tenantDay', limit: 'usd', of: 50 })).toEqual({
      kind: 'budget_exceeded',
      message: "The limit of 50 US dollars for a tenant's day is reached.",
    });
  });
});

describe('what is spent', () => {
  it('adds up, and a price that is not known counts as nothing', () => {
    const once = add(NOTHING_SPENT, { steps: 1, tokens: 120, usd: 0.5, ms: 40 });
    expect(add(once, { toolCalls: 2, tokens: 5, usd: null })).toEqual({
      steps: 1,
      toolCalls: 2,
      tokens: 125,
      usd: 0.5,
      ms: 40,
    });
  });

  it('only ever takes a budget nearer to its end', () => {
    const amount = fc.integer({ min: 0, max: 20 });
    const fields = { steps: amount, toolCalls: amount, tokens: amount, usd: amount, ms: amount };
    const some = fc.record(fields, { requiredKeys: [] });
    const all = fc.record(fields);
    const scopes = <T>(of: fc.Arbitrary<T>) => fc.record({ turn: of, conversation: of, tenantDay: of });
    const order = ['turn', 'conversation', 'tenantDay'];
    const before = fc.constantFrom<'model' | 'tool' | undefined>('model', 'tool', undefined);
    fc.assert(
      fc.property(scopes(some), scopes(all), scopes(some), before, (budgets, first, more, kind) => {
        const then = {
          turn: add(first.turn, more.turn),
          conversation: add(first.conversation, more.conversation),
          tenantDay: add(first.tenantDay, more.tenantDay),
        };
        const now = exceeded(budgets, first, kind);
        if (now === undefined) return;
        const later = exceeded(budgets, then, kind);
        expect(order.indexOf(later?.scope ?? 'none')).toBeGreaterThanOrEqual(0);
        expect(order.indexOf(later?.scope ?? 'none')).toBeLessThanOrEqual(order.indexOf(now.scope));
      }),
      { numRuns: 1_000 },
    );
  });
});
