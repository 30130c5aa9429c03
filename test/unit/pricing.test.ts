// Pure: what a model call cost, from whatever a service says.
import { describe, expect, it } from 'vitest';
import { costUsd, tokensOf } from '../../telemetry/pricing.ts';

const MODEL = { name: 'm', timeoutMs: 1, price: { input: 2, cachedInput: 1, output: 10 } };
const cost = (usage: Parameters<typeof costUsd>[2]) => costUsd(MODEL, 'm', usage);

describe('the cost of a call', () => {
  it('is that of its tokens, cached ones for less', () => {
    const usage = { prompt_tokens: 1_000_000, completion_tokens: 100_000 };
    expect(cost(usage)).toBe(3);
    expect(cost({ ...usage, prompt_tokens_details: { cached_tokens: 400_000 } })).toBeCloseTo(2.6);
  });

  it('is never negative and never endless, whatever the service counts', () => {
    const cached = { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 5_000 } };
    expect(cost(cached)).toBeCloseTo(0.00002);
    expect(cost({ prompt_tokens: -5, completion_tokens: 0 })).toBe(0);
    expect(cost(JSON.parse('{"prompt_tokens":1e999,"completion_tokens":1}'))).toBeNull();
    expect(cost({ prompt_tokens: 1e300, completion_tokens: 1 })).toBeLessThan(1e6);
  });

  it('is not known where price or usage are not', () => {
    expect(cost(null)).toBeNull();
    expect(cost({ prompt_tokens: 'many', completion_tokens: 1 })).toBeNull();
    expect(
      costUsd({ name: 'unheard-of', timeoutMs: 1 }, 'unheard-of', { prompt_tokens: 1, completion_tokens: 1 }),
    ).toBeNull();
  });
});

describe('the tokens of a call', () => {
  it('are the total, or input and output together where that is more', () => {
    expect(tokensOf({ total_tokens: 12, prompt_tokens: 4, completion_tokens: 6 })).toBe(12);
    expect(tokensOf({ total_tokens: 0, prompt_tokens: 4, completion_tokens: 6 })).toBe(10);
    expect(tokensOf({ prompt_tokens: 4 })).toBe(4);
  });

  it('are nothing where nothing is said, and fit into a column', () => {
    expect(tokensOf(null)).toBe(0);
    expect(tokensOf({ total_tokens: 'x' })).toBe(0);
    expect(tokensOf({ total_tokens: -3 })).toBe(0);
    expect(tokensOf({ total_tokens: 1e300 })).toBe(1_000_000_000);
  });
});
