// Pure: when a limit of a turn, a conversation or a tenant's day is reached.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Account,
  add,
  type Budgets,
  charge,
  exceeded,
  failureOf,
  limitOf,
  NOTHING_SPENT,
  type Spent,
  toolCallsLeft,
} from '../../core/budget.ts';

const UNLIMITED: Budgets = { turn: {}, conversation: {}, tenantDay: {} };
const spent = (
  turn: Partial<Spent>,
  conversation: Partial<Spent> = turn,
  tenantDay: Partial<Spent> = conversation,
): Account => ({
  spent: {
    turn: add(NOTHING_SPENT, turn),
    conversation: add(NOTHING_SPENT, conversation),
    tenantDay: add(NOTHING_SPENT, tenantDay),
  },
  raised: {},
});
/** The kind of call that this limit counts for. */
const kindOf = (limit: string) => (limit === 'toolCalls' ? 'tool' : 'model');

describe('a budget', () => {
  it('that sets nothing limits nothing', () => {
    const much = { steps: 1e9, toolCalls: 1e9, tokens: 1e12, usd: 1e9, ms: 1e12 };
    expect(exceeded(UNLIMITED, spent(much), 'model')).toBeUndefined();
    expect(exceeded({}, spent(much), 'tool')).toBeUndefined();
    expect(toolCallsLeft({}, spent(much))).toBeUndefined();
  });

  it.each(['steps', 'toolCalls', 'tokens', 'usd', 'ms'] as const)('is exceeded when its %s are reached', (limit) => {
    for (const scope of ['turn', 'conversation', 'tenantDay'] as const) {
      const budgets = { ...UNLIMITED, [scope]: { [limit]: 5 } };
      expect(exceeded(budgets, spent({ [limit]: 4 }), kindOf(limit))).toBeUndefined();
      expect(exceeded(budgets, spent({ [limit]: 5 }), kindOf(limit))).toEqual({ scope, limit, of: 5 });
    }
  });

  it('of nothing allows nothing', () => {
    expect(exceeded({ ...UNLIMITED, turn: { toolCalls: 0 } }, spent({}), 'tool')).toEqual({
      scope: 'turn',
      limit: 'toolCalls',
      of: 0,
    });
  });

  it('names the narrowest scope first', () => {
    const budgets = { turn: { usd: 1 }, conversation: { steps: 1 }, tenantDay: { steps: 1 } };
    expect(exceeded(budgets, spent({ usd: 1, steps: 1 }), 'model')).toMatchObject({ scope: 'turn', limit: 'usd' });
    expect(exceeded(budgets, spent({}, { steps: 1 }), 'model')).toMatchObject({ scope: 'conversation' });
    expect(exceeded(budgets, spent({}, {}, { steps: 1 }), 'model')).toMatchObject({ scope: 'tenantDay' });
  });

  it('of tool calls does not keep the model from answering, nor one of steps the tools it asked for from running', () => {
    const budgets = { ...UNLIMITED, turn: { toolCalls: 2, steps: 2 } };
    expect(exceeded(budgets, spent({ toolCalls: 2 }), 'model')).toBeUndefined();
    expect(exceeded(budgets, spent({ toolCalls: 2 }), 'tool')).toMatchObject({ limit: 'toolCalls' });
    expect(exceeded(budgets, spent({ steps: 2 }), 'tool')).toBeUndefined();
    expect(exceeded(budgets, spent({ steps: 2 }), 'model')).toMatchObject({ limit: 'steps' });
  });

  it('keeps a part of tokens and money for the cheaper model, and nothing of what no model saves', () => {
    const budgets = { conversation: { usd: 1, tokens: 100, steps: 10 } };
    expect(exceeded(budgets, spent({ usd: 0.79, tokens: 79, steps: 9 }), 'model', 0.8)).toBeUndefined();
    expect(exceeded(budgets, spent({ usd: 0.8 }), 'model', 0.8)).toMatchObject({ limit: 'usd', of: 1 });
    expect(exceeded(budgets, spent({ tokens: 80 }), 'model', 0.8)).toMatchObject({ limit: 'tokens', of: 100 });
    expect(exceeded(budgets, spent({ usd: 0.8, tokens: 80 }), 'model')).toBeUndefined();
  });

  it('that a person raised is reached later; what is not limited stays so, and nothing is lowered', () => {
    const budgets = { conversation: { usd: 1 } };
    const raised = { conversation: { usd: 2, tokens: 5 } };
    const account = { ...spent({}, { usd: 1.5, tokens: 10 }), raised };
    expect(exceeded(budgets, account, 'model')).toBeUndefined();
    expect(exceeded(budgets, { ...spent({}, { usd: 2 }), raised }, 'model')).toMatchObject({ limit: 'usd', of: 2 });
    expect(limitOf(budgets, { conversation: { usd: 0.5 } }, 'conversation', 'usd')).toBe(1);
  });

  it('tells how many tool calls are left, by the limit that is nearest', () => {
    const budgets = { turn: { toolCalls: 5 }, conversation: { toolCalls: 9 }, tenantDay: { usd: 1 } };
    expect(toolCallsLeft(budgets, spent({ toolCalls: 2 }, { toolCalls: 7 }))).toEqual({
      calls: 2,
      limit: { scope: 'conversation', limit: 'toolCalls', of: 9 },
    });
    expect(toolCallsLeft(budgets, spent({ toolCalls: 1 }))).toMatchObject({ calls: 4, limit: { scope: 'turn' } });
    expect(toolCallsLeft(budgets, spent({ usd: 1 }))).toMatchObject({ calls: 0, limit: { limit: 'usd' } });
  });

  it('becomes a failure that says which limit it was', () => {
    expect(failureOf({ scope: 'tenantDay', limit: 'usd', of: 50 })).toEqual({
      kind: 'budget_exceeded',
      message: "The limit of 50 US dollars for a tenant's day is reached.",
      limit: { scope: 'tenantDay', limit: 'usd', of: 50 },
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

  it('by one call counts for the turn, the conversation and the day', () => {
    const { spent: after } = charge(spent({ steps: 1 }, { steps: 5 }, { steps: 50 }), { steps: 1, tokens: 7 });
    expect(after.turn).toMatchObject({ steps: 2, tokens: 7 });
    expect(after.conversation).toMatchObject({ steps: 6, tokens: 7 });
    expect(after.tenantDay).toMatchObject({ steps: 51, tokens: 7 });
  });

  it('only ever takes a budget nearer to its end', () => {
    const amount = fc.integer({ min: 0, max: 20 });
    const fields = { steps: amount, toolCalls: amount, tokens: amount, usd: amount, ms: amount };
    const some = fc.record(fields, { requiredKeys: [] });
    const all = fc.record(fields);
    const scopes = <T>(of: fc.Arbitrary<T>) => fc.record({ turn: of, conversation: of, tenantDay: of });
    const order = ['turn', 'conversation', 'tenantDay'];
    const before = fc.constantFrom<'model' | 'tool'>('model', 'tool');
    fc.assert(
      fc.property(scopes(some), scopes(all), scopes(some), before, (budgets, first, more, kind) => {
        const then = {
          turn: add(first.turn, more.turn),
          conversation: add(first.conversation, more.conversation),
          tenantDay: add(first.tenantDay, more.tenantDay),
        };
        const now = exceeded(budgets, { spent: first, raised: {} }, kind);
        if (now === undefined) return;
        const later = exceeded(budgets, { spent: then, raised: {} }, kind);
        expect(order.indexOf(later?.scope ?? 'none')).toBeGreaterThanOrEqual(0);
        expect(order.indexOf(later?.scope ?? 'none')).toBeLessThanOrEqual(order.indexOf(now.scope));
      }),
      { numRuns: 1_000 },
    );
  });
});
