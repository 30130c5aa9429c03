// Pure: ids, permission, back-off, prices.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../core/backoff.ts';
import { conversationOf, ID_PATTERN, workflowIdOf } from '../../core/conversation.ts';
import { FAILURES, isFailureKind, mayRetry } from '../../core/failure.ts';
import { denialOf } from '../../core/permission.ts';
import { costUsd } from '../../telemetry/pricing.ts';

describe('a conversation’s workflow id', () => {
  it('can be read back for every tenant and id', () => {
    const id = fc.stringMatching(ID_PATTERN);
    fc.assert(
      fc.property(id, id, (tenant, one) => {
        expect(conversationOf(workflowIdOf({ tenant, id: one }))).toEqual({ tenant, id: one });
      }),
    );
  });

  it.each(['conversation:a', 'conversation:a:b:c', 'conversation::b', 'chat:a:b', 'conversation:a:b c', ''])(
    'is not "%s"',
    (id) => {
      expect(conversationOf(id)).toBeUndefined();
    },
  );
});

describe('permission', () => {
  const pinned = {
    agent: 'a',
    revision: 'r',
    steps: 3,
    toolCallsPerStep: 2,
    turnMs: 60_000,
    fallbackModels: 0,
    tools: {
      free: { permission: 'allow', sideEffect: false },
      shut: { permission: 'deny', sideEffect: false },
    },
  } as const;

  it('lets through what the manifest allows', () => expect(denialOf(pinned, 'free', 1)).toBeUndefined());

  it.each(['shut', 'unheard_of', 'constructor', '__proto__', 'toString', ''])('denies "%s"', (tool) => {
    expect(denialOf(pinned, tool, 0)).toBeTypeOf('string');
  });

  it('denies calls beyond the number a step may make', () => {
    expect(denialOf(pinned, 'free', 2)).toContain('at most 2');
  });
});

describe('retries', () => {
  it.each(Object.keys(FAILURES).filter(isFailureKind))('of %s end', (kind) => {
    const forever = FAILURES[kind].attempts === Number.POSITIVE_INFINITY;
    expect(mayRetry(kind, 1_000)).toBe(forever);
    expect(forever).toBe(kind === 'database');
  });

  it('wait as long as the service asked, else longer each time, and never longer than half a minute', () => {
    expect(backoffMs({ kind: 'rate_limit', message: '', retryAfterMs: 7_000 }, 1)).toBe(7_000);
    const waits = [1, 2, 3, 4, 20].map((attempts) => backoffMs({ kind: 'network', message: '' }, attempts));
    expect(waits).toEqual([200, 400, 800, 1_600, 30_000]);
  });
});

describe('the price of a call', () => {
  const model = { name: 'gpt-4o', timeoutMs: 1 };
  const usage = {
    prompt_tokens: 1_000_000,
    completion_tokens: 100_000,
    prompt_tokens_details: { cached_tokens: 400_000 },
  };

  it('counts cached tokens at their own price', () => {
    expect(costUsd(model, 'gpt-4o-2024-08-06', usage)).toBeCloseTo(0.6 * 2.5 + 0.4 * 1.25 + 0.1 * 10);
  });

  it('prefers the manifest’s price', () => {
    expect(costUsd({ ...model, price: { input: 1, output: 2 } }, 'gpt-4o', usage)).toBeCloseTo(1.2);
  });

  it.each([
    ['an unknown model', 'mystery', usage],
    ['no usage', 'gpt-4o', null],
    ['usage without numbers', 'gpt-4o', { prompt_tokens: 'many' }],
  ])('is not known for %s', (_what, answered, used) => expect(costUsd(model, answered, used)).toBeNull());
});
