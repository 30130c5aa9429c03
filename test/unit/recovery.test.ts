// Pure: what is done about a call that has failed for good.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANOTHER_WAY, FAILURES, type FailureKind, isFailureKind, mayRetry } from '../../core/failure.ts';
import { inTime, type Recovery, recover, type Situation } from '../../core/recovery.ts';

const KINDS = Object.keys(FAILURES).filter(isFailureKind);
const MODEL = { of: 'model' } as const;
const TOOL = { of: 'tool', effect: 'none' } as const;
const NOT_BEGUN = { of: 'tool', effect: 'not_begun' } as const;
const IN_DOUBT = { of: 'tool', effect: 'in_doubt' } as const;

const EVERYTHING = { models: 2, cached: true, alternative: 'other', ask: 'Which one?', escalate: true } as const;
const NOTHING = { models: 0, cached: false, escalate: false } as const;

function situation(kind: FailureKind, more: Partial<Situation> = {}): Situation {
  return {
    failure: { kind, message: 'x' },
    call: MODEL,
    tried: [],
    offers: EVERYTHING,
    breaker: 'closed',
    left: { ms: 60_000, attempts: 10 },
    fedBack: 0,
    ...more,
  };
}

/** The decisions one after the other, each of them having failed in the same way. */
function ladder(kind: FailureKind, more: Partial<Situation> = {}): readonly Recovery['kind'][] {
  const tried: Recovery['kind'][] = [];
  for (;;) {
    const { kind: next } = recover(situation(kind, { ...more, tried: [...tried] }));
    tried.push(next);
    if (next === 'stop' || next === 'escalate' || next === 'ask_customer') return tried;
    if (tried.length > 20) throw new Error(`no end: ${tried.join()}`);
  }
}

type Row = readonly [kind: FailureKind, model: string, tool: string];

/** By kind, everything offered: what is done about a model call and about a call of a tool that changes nothing. */
const TABLE: readonly Row[] = [
  ['network', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['timeout', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['rate_limit', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['quota', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['authentication', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['configuration', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['invalid_request', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  [
    'invalid_model_output',
    'feed_back feed_back fallback_model fallback_model escalate',
    'feed_back feed_back escalate',
  ],
  ['invalid_tool_output', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['refusal', 'escalate', 'escalate'],
  ['content_filter', 'escalate', 'escalate'],
  ['guardrail', 'escalate', 'escalate'],
  ['context_overflow', 'shrink_context fallback_model fallback_model escalate', 'escalate'],
  ['output_cut_off', 'shrink_context fallback_model fallback_model escalate', 'escalate'],
  ['upstream_degraded', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['upstream_down', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['tool_rejected', 'stop', 'stop'],
  ['tool_error', 'fallback_model fallback_model escalate', 'cached_result alternative_tool ask_customer'],
  ['effect_unknown', 'escalate', 'escalate'],
  ['permission_denied', 'stop', 'stop'],
  ['budget_exceeded', 'fallback_model escalate', 'escalate'],
  ['cancelled', 'stop', 'stop'],
  ['database', 'escalate', 'escalate'],
  ['internal', 'escalate', 'escalate'],
];

describe('a failed call', () => {
  it.each(TABLE)('with %s goes on in this order', (kind, model, tool) => {
    expect(ladder(kind, { call: MODEL }).join(' ')).toBe(model);
    expect(ladder(kind, { call: TOOL }).join(' ')).toBe(tool);
  });

  it('is in the table with every kind', () => {
    expect(TABLE.map(([kind]) => kind)).toEqual(KINDS);
  });

  it.each(KINDS)('with %s is over where nothing is offered', (kind) => {
    const again = kind === 'invalid_model_output' ? ['feed_back', 'feed_back'] : [];
    const shrunk = kind === 'context_overflow' || kind === 'output_cut_off' ? ['shrink_context'] : [];
    expect(ladder(kind, { offers: NOTHING })).toEqual([...again, ...shrunk, 'stop']);
    expect(ladder(kind, { offers: NOTHING, call: TOOL })).toEqual([...again, 'stop']);
  });

  it('takes the other tool and the question from the manifest', () => {
    expect(recover(situation('timeout', { call: NOT_BEGUN }))).toEqual({ kind: 'alternative_tool', tool: 'other' });
    expect(recover(situation('timeout', { call: TOOL, offers: { ...NOTHING, ask: 'When?' } }))).toEqual({
      kind: 'ask_customer',
      question: 'When?',
    });
  });

  it('of a tool that changes something is never answered from old results', () => {
    expect(ladder('timeout', { call: NOT_BEGUN })).toEqual(['alternative_tool', 'ask_customer']);
  });

  it('of a model asks no more models than there are, whatever it failed with in between', () => {
    const tried = ['shrink_context', 'fallback_model'] as const;
    expect(recover(situation('context_overflow', { tried })).kind).toBe('fallback_model');
    expect(recover(situation('quota', { tried: [...tried, 'fallback_model'] })).kind).toBe('escalate');
  });

  it('that was cancelled is over, even where it may have changed something', () => {
    expect(recover(situation('cancelled', { call: IN_DOUBT })).kind).toBe('stop');
  });

  it('that may have changed something goes to a person, even after a rejection', () => {
    expect(recover(situation('tool_rejected', { call: IN_DOUBT })).kind).toBe('escalate');
    expect(recover(situation('rate_limit', { call: IN_DOUBT, offers: { ...EVERYTHING, escalate: false } })).kind).toBe(
      'stop',
    );
  });

  it('is over where escalating it has failed too', () => {
    expect(recover(situation('refusal', { tried: ['escalate'] })).kind).toBe('stop');
  });
});

describe('a service that says when to come back', () => {
  const limited = (retryAfterMs: number, more: Partial<Situation> = {}) =>
    recover(situation('rate_limit', { failure: { kind: 'rate_limit', message: 'x', retryAfterMs }, ...more })).kind;

  it('is called once more when there is time enough to wait, call and answer', () => {
    const failure = { kind: 'rate_limit', message: 'x', retryAfterMs: 15_000 } as const;
    expect(recover(situation('rate_limit', { failure }))).toEqual({ kind: 'retry_later', afterMs: 15_000 });
    expect(limited(15_001)).toBe('fallback_model');
    expect(limited(15_000, { call: TOOL })).toBe('retry_later');
    expect(limited(15_000, { call: NOT_BEGUN })).toBe('retry_later');
  });

  it('is called once more only once', () => {
    expect(limited(10, { tried: ['retry_later'] })).toBe('fallback_model');
    expect(limited(10, { tried: ['retry_later'], offers: NOTHING })).toBe('stop');
  });

  it('is left alone where its breaker is not closed, or no call is left', () => {
    expect(limited(10, { breaker: 'open', offers: NOTHING })).toBe('stop');
    expect(limited(10, { breaker: 'half_open', offers: NOTHING })).toBe('stop');
    expect(limited(10, { left: { ms: 60_000, attempts: 0 }, offers: NOTHING })).toBe('stop');
  });

  it('is not waited for when that takes more than a quarter of the time that is really left', () => {
    const failure = { kind: 'rate_limit', message: 'slow down', retryAfterMs: 1_000 } as const;
    expect(inTime(failure, 4_000)).toBe(failure);
    expect(inTime(failure, 3_999)).toEqual({ ...failure, final: true });
    expect(inTime({ kind: 'network', message: 'gone' }, 0)).not.toHaveProperty('final');
  });

  it('is not called again for any other kind', () => {
    for (const kind of KINDS.filter((one) => one !== 'rate_limit')) {
      const failure = { kind, message: 'x', retryAfterMs: 1 };
      expect(recover(situation(kind, { failure, call: TOOL })).kind).not.toBe('retry_later');
    }
  });
});

describe('a mistake of the model', () => {
  it('is told to it twice a turn, in whichever calls it was made', () => {
    expect(recover(situation('invalid_model_output', { fedBack: 1 })).kind).toBe('feed_back');
    expect(recover(situation('invalid_model_output', { fedBack: 2 })).kind).toBe('fallback_model');
    expect(recover(situation('invalid_model_output', { fedBack: 2, call: TOOL })).kind).toBe('escalate');
  });

  it('is not told to a model whose breaker is open; a broken tool does not keep it from being told', () => {
    expect(recover(situation('invalid_model_output', { breaker: 'open' })).kind).toBe('fallback_model');
    expect(recover(situation('invalid_model_output', { breaker: 'open', call: TOOL })).kind).toBe('feed_back');
  });
});

const ends = (kind: Recovery['kind']) => kind === 'stop' || kind === 'escalate' || kind === 'ask_customer';

const SITUATION: fc.Arbitrary<Situation> = fc.record({
  failure: fc.record(
    { kind: fc.constantFrom(...KINDS), message: fc.constant('x'), retryAfterMs: fc.nat(100_000) },
    { requiredKeys: ['kind', 'message'] },
  ),
  call: fc.constantFrom<Situation['call']>(MODEL, TOOL, NOT_BEGUN, IN_DOUBT),
  tried: fc.array(fc.constantFrom<Recovery['kind']>(...ANOTHER_WAY, 'feed_back', 'retry_later', 'shrink_context'), {
    maxLength: 4,
  }),
  offers: fc.record(
    {
      models: fc.nat(4),
      cached: fc.boolean(),
      alternative: fc.constant('other'),
      ask: fc.constant('Which?'),
      escalate: fc.boolean(),
    },
    { requiredKeys: ['models', 'cached', 'escalate'] },
  ),
  breaker: fc.constantFrom<Situation['breaker']>('closed', 'open', 'half_open'),
  left: fc.record({ ms: fc.integer({ min: -1_000, max: 300_000 }), attempts: fc.nat(20) }),
  fedBack: fc.nat(3),
});

describe('recovery, in any situation,', () => {
  it('ends soon, whatever each attempt fails with', () => {
    const later = fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(SITUATION, later, fc.nat(100), (first, kinds, retryAfterMs) => {
        const tried: Recovery['kind'][] = [];
        let { failure, fedBack } = first;
        for (let n = 0; ; n++) {
          const { kind } = recover({ ...first, failure, fedBack, tried: [...tried] });
          tried.push(kind);
          if (ends(kind) || n > 50) break;
          if (kind === 'feed_back') fedBack += 1;
          failure = { kind: kinds[n % kinds.length] ?? 'internal', message: 'x', retryAfterMs };
        }
        // Once each: retry_later, shrink_context, cached_result, alternative_tool; the models; twice feed_back; the end.
        expect(tried.length).toBeLessThanOrEqual(first.offers.models + 7);
        expect(tried.filter((kind) => kind === 'feed_back').length).toBeLessThanOrEqual(Math.max(0, 2 - first.fedBack));
      }),
      { numRuns: 500 },
    );
  });

  it('never waits beyond the turn, and does nothing more once its time is over', () => {
    fc.assert(
      fc.property(SITUATION, (one) => {
        const recovery = recover(one);
        if (recovery.kind === 'retry_later') expect(recovery.afterMs).toBeLessThan(one.left.ms);
        if (one.left.ms <= 0) expect(['stop', 'escalate']).toContain(recovery.kind);
      }),
      { numRuns: 500 },
    );
  });

  it('makes no further call when none is left', () => {
    fc.assert(
      fc.property(SITUATION, (one) => {
        const { kind } = recover({ ...one, left: { ms: one.left.ms, attempts: 0 } });
        expect(['cached_result', 'ask_customer', 'escalate', 'stop']).toContain(kind);
      }),
      { numRuns: 500 },
    );
  });

  it('runs nothing again or instead when the change may have happened', () => {
    fc.assert(
      fc.property(SITUATION, fc.boolean(), (one, known) => {
        const doubtful = known
          ? { ...one, call: IN_DOUBT }
          : { ...one, failure: { ...one.failure, kind: 'effect_unknown' as const } };
        expect(['escalate', 'stop']).toContain(recover(doubtful).kind);
      }),
      { numRuns: 500 },
    );
  });

  it('does not call again as it was what failed for a lasting reason', () => {
    fc.assert(
      fc.property(SITUATION, (one) => {
        const { kind } = recover(one);
        if (!mayRetry(one.failure.kind, 1)) expect(kind).not.toBe('retry_later');
        // Another call than before: a shorter prompt, for the two kinds that it can mend.
        if (kind === 'shrink_context') expect(['context_overflow', 'output_cut_off']).toContain(one.failure.kind);
        if (kind === 'feed_back') expect(one.failure.kind).toBe('invalid_model_output');
        const many = kind === 'fallback_model' ? one.offers.models : kind === 'feed_back' ? 2 : 1;
        if (kind !== 'stop') expect(one.tried.filter((before) => before === kind).length).toBeLessThan(many);
      }),
      { numRuns: 500 },
    );
  });

  it('does only what is offered, and only where it fits the call', () => {
    fc.assert(
      fc.property(SITUATION, (one) => {
        const recovery = recover(one);
        switch (recovery.kind) {
          case 'fallback_model':
            expect([one.call.of, one.offers.models > 0]).toEqual(['model', true]);
            break;
          case 'shrink_context':
            expect(one.call.of).toBe('model');
            break;
          case 'cached_result':
            expect([one.call, one.offers.cached]).toEqual([TOOL, true]);
            break;
          case 'alternative_tool':
            expect([one.call.of, recovery.tool]).toEqual(['tool', one.offers.alternative]);
            break;
          case 'ask_customer':
            expect([one.call.of, recovery.question]).toEqual(['tool', one.offers.ask]);
            break;
          case 'escalate':
            expect(one.offers.escalate).toBe(true);
            break;
          case 'retry_later':
          case 'feed_back':
          case 'stop':
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('docs/design.md', () => {
  it('lists what each kind says about the service and what is done about it', () => {
    const page = readFileSync(new URL('../../docs/design.md', import.meta.url), 'utf8');
    const rows = page.split('\n').flatMap((line) => {
      const [, name = '', , , , , service, recovery] = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
      return isFailureKind(name) ? [{ name, service, recovery }] : [];
    });
    expect(rows).toEqual(
      KINDS.map((name) => {
        const { service, recovery } = FAILURES[name];
        const listed = recovery.join(', ').replace(ANOTHER_WAY.join(', '), 'another way');
        return { name, service, recovery: listed === '' ? 'none' : listed.replaceAll('_', ' ') };
      }),
    );
  });
});
