// Pure: when a breaker lets a call through. The clock is a number.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admit,
  type Breaker,
  type BreakerSettings,
  type CallOutcome,
  CLOSED,
  countsAgainstService,
  force,
  outcomeShownBy,
  record,
} from '../../core/breaker.ts';
import { FAILURES, isFailureKind } from '../../core/failure.ts';

const SETTINGS: BreakerSettings = { threshold: 3, openMs: 1_000, mostOpenMs: 8_000, probeMs: 500 };
const NOW = 1_700_000_000_000;

const kindOf = (breaker: Breaker, id: string, now: number) => admit(breaker, id, now, SETTINGS).admission.kind;

function after(outcomes: readonly CallOutcome[], breaker = CLOSED, now = NOW): Breaker {
  return outcomes.reduce((state, outcome, n) => record(state, `early${n}`, outcome, now, SETTINGS), breaker);
}

const OPEN = after(['failed', 'failed', 'failed']);

/** An open breaker whose time is up and whose probe is this call. */
function probedBy(id: string, breaker = OPEN, now = NOW + 1_000): Breaker {
  return admit(breaker, id, now, SETTINGS).breaker;
}

describe('a closed breaker', () => {
  it('lets every call through and stays as it is', () => {
    expect(admit(CLOSED, 'a', NOW, SETTINGS)).toEqual({ breaker: CLOSED, admission: { kind: 'go' } });
    expect(admit(CLOSED, 'a', NOW, SETTINGS).breaker).toBe(CLOSED);
    expect(record(CLOSED, 'a', 'succeeded', NOW, SETTINGS)).toBe(CLOSED);
  });

  it('opens on failures in a row', () => {
    expect(after(['failed', 'failed']).state).toEqual({ kind: 'closed', failures: 2 });
    expect(OPEN.state).toEqual({ kind: 'open', until: NOW + 1_000, trips: 1 });
  });

  it('begins to count anew after a success, but not after a call that says nothing', () => {
    expect(after(['failed', 'failed', 'succeeded', 'failed', 'failed']).state.kind).toBe('closed');
    expect(after(['failed', 'nothing', 'failed', 'nothing', 'failed']).state.kind).toBe('open');
  });

  it('opens on exactly `threshold` failures, whatever came before a success', () => {
    const before = fc.array(fc.constantFrom<CallOutcome>('failed', 'succeeded', 'nothing'), { maxLength: 30 });
    const some = fc.integer({ min: 1, max: 10 });
    fc.assert(
      fc.property(before, some, (outcomes, threshold) => {
        const settings = { ...SETTINGS, threshold };
        const fail = (breaker: Breaker) => record(breaker, 'x', 'failed', NOW, settings);
        // A history that has not opened it yet, ended by a success.
        let breaker = outcomes.reduce((state, outcome) => {
          const next = record(state, 'x', outcome, NOW, settings);
          return next.state.kind === 'closed' ? next : state;
        }, CLOSED);
        breaker = record(breaker, 'x', 'succeeded', NOW, settings);
        for (let n = 1; n < threshold; n++) breaker = fail(breaker);
        expect(breaker.state.kind).toBe('closed');
        expect(fail(breaker).state).toEqual({ kind: 'open', until: NOW + settings.openMs, trips: 1 });
      }),
    );
  });
});

describe('an open breaker', () => {
  it('refuses until its time is up, and says how long that is', () => {
    const late = admit(OPEN, 'a', NOW + 400, SETTINGS);
    expect(late.admission).toEqual({ kind: 'refused', retryAfterMs: 600 });
    expect(late.breaker).toBe(OPEN);
    expect(kindOf(OPEN, 'a', NOW + 999)).toBe('refused');
    expect(kindOf(OPEN, 'a', NOW + 1_000)).toBe('probe');
  });

  it('is not moved by calls that went out before it opened', () => {
    for (const outcome of ['succeeded', 'failed', 'nothing'] as const) {
      expect(record(OPEN, 'early', outcome, NOW + 999, SETTINGS)).toBe(OPEN);
      expect(record(OPEN, 'early', outcome, NOW + 5_000, SETTINGS)).toBe(OPEN);
    }
  });
});

describe('a half-open breaker', () => {
  const probed = probedBy('probe');
  const at = NOW + 1_200;

  it('lets one call through and refuses the others until that one is given up', () => {
    expect(admit(probed, 'other', at, SETTINGS)).toEqual({
      breaker: probed,
      admission: { kind: 'refused', retryAfterMs: 300 },
    });
    const next = admit(probed, 'other', NOW + 1_500, SETTINGS);
    expect(next.admission.kind).toBe('probe');
    expect(next.breaker.state).toEqual({ kind: 'half_open', probe: { id: 'other', until: NOW + 2_000 }, trips: 1 });
  });

  it('knows its probe when it asks again, and gives it no more time', () => {
    const again = admit(probed, 'probe', at, SETTINGS);
    expect(again.admission.kind).toBe('probe');
    expect(again.breaker).toBe(probed);
  });

  it('closes when the probe succeeds', () => {
    const closed = record(probed, 'probe', 'succeeded', at, SETTINGS);
    expect(closed.state).toEqual({ kind: 'closed', failures: 0, since: at });
    expect(kindOf(closed, 'a', at)).toBe('go');
  });

  it('opens for twice as long with each failed probe, up to a limit', () => {
    const times: number[] = [];
    let breaker = OPEN;
    let now = NOW;
    for (let n = 0; n < 70; n++) {
      if (breaker.state.kind !== 'open') throw new Error('it is not open');
      times.push(breaker.state.until - now);
      now = breaker.state.until;
      breaker = record(probedBy('p', breaker, now), 'p', 'failed', now, SETTINGS);
    }
    expect(times.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    expect(times.at(-1)).toBe(8_000);
  });

  it('stays open for up to a fifth longer, as chance has it, and no less', () => {
    const openFor = (chance: number, before = probed, now = at) => {
      const { state } = record(before, 'probe', 'failed', now, SETTINGS, { chance });
      return state.kind === 'open' ? state.until - now : undefined;
    };
    expect([0, 0.5, 1].map((chance) => openFor(chance))).toEqual([2_000, 2_200, 2_400]);
    const late = probedBy('probe', { state: { kind: 'open', until: NOW, trips: 40 } });
    expect(openFor(1, late)).toBe(9_600);
    const first = record(after(['failed', 'failed']), 'x', 'failed', NOW, SETTINGS, { chance: 0.25 });
    expect(first.state).toEqual({ kind: 'open', until: NOW + 1_050, trips: 1 });
  });

  it('lets the next call be the probe when the first one found out nothing', () => {
    const released = record(probed, 'probe', 'nothing', at, SETTINGS);
    expect(kindOf(released, 'other', at)).toBe('probe');
  });

  it('is decided by no other call, not even a probe that was given up', () => {
    expect(record(probed, 'early', 'succeeded', at, SETTINGS)).toBe(probed);
    expect(record(probed, 'early', 'failed', at, SETTINGS)).toBe(probed);
    const second = probedBy('second', probed, NOW + 1_500);
    expect(record(second, 'probe', 'failed', NOW + 1_600, SETTINGS)).toBe(second);
    expect(record(second, 'probe', 'succeeded', NOW + 1_600, SETTINGS)).toBe(second);
  });
});

describe('a breaker that a probe has closed', () => {
  const closed = record(probedBy('probe'), 'probe', 'succeeded', NOW + 1_200, SETTINGS);
  const finish = (breaker: Breaker, outcome: CallOutcome, admittedAt?: number) =>
    record(breaker, 'late', outcome, NOW + 1_300, SETTINGS, admittedAt === undefined ? {} : { admittedAt });

  it('is not opened again by calls that hung since before it opened', () => {
    let breaker = closed;
    for (let n = 0; n < 50; n++) breaker = finish(breaker, 'failed', NOW - 10);
    expect(breaker).toBe(closed);
  });

  it('is not held closed by them either', () => {
    const failing = finish(finish(closed, 'failed', NOW + 1_250), 'failed', NOW + 1_250);
    expect(finish(failing, 'succeeded', NOW - 10)).toBe(failing);
    expect(finish(failing, 'failed', NOW + 1_250).state).toEqual({ kind: 'open', until: NOW + 2_300, trips: 1 });
  });

  it('counts a call of which nobody knows when it went out', () => {
    expect(finish(closed, 'failed').state).toMatchObject({ kind: 'closed', failures: 1 });
  });
});

describe('a person’s word', () => {
  it('wins over the state until it is taken back', () => {
    const shut = force(CLOSED, 'open', 'maintenance', 'ada');
    expect(admit(shut, 'a', NOW, SETTINGS)).toEqual({
      breaker: shut,
      admission: { kind: 'refused', retryAfterMs: 8_000 },
    });
    expect(force(shut, undefined, 'done', 'ada')).toEqual(CLOSED);

    const held = force(OPEN, 'closed', 'false alarm', 'ada');
    expect(held.forced).toEqual({ to: 'closed', reason: 'false alarm', by: 'ada' });
    expect(admit(held, 'a', NOW, SETTINGS)).toEqual({ breaker: held, admission: { kind: 'go' } });
    expect(force(held, undefined, 'no, it was real', 'ada')).toEqual(OPEN);
  });

  it('stays while calls fail, which are counted for afterwards', () => {
    const held = after(['failed', 'failed', 'failed'], force(CLOSED, 'closed', 'try on', 'ada'));
    expect(kindOf(held, 'a', NOW)).toBe('go');
    expect(kindOf(force(held, undefined, '', 'ada'), 'a', NOW)).toBe('refused');
  });
});

type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'call'; readonly id: number }
  | { readonly do: 'end'; readonly nth: number; readonly outcome: CallOutcome; readonly chance: number }
  | { readonly do: 'force'; readonly to: 'open' | 'closed' | undefined };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 1_500 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), id: fc.nat(400) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      nth: fc.nat(20),
      outcome: fc.constantFrom<CallOutcome>('failed', 'failed', 'succeeded', 'nothing'),
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('force' as const),
      to: fc.constantFrom<'open' | 'closed' | undefined>('open', 'closed', undefined, undefined),
    }),
  },
);

interface UnderWay {
  readonly id: string;
  readonly admittedAt: number;
  /** Set for a probe: when it is given up. */
  readonly until?: number;
}

/** With what chance may add. */
const LONGEST_OPEN = SETTINGS.mostOpenMs * 1.2;

/** A breaker with the calls that it has let through, checked at every step. */
function play(steps: readonly Step[]): void {
  let breaker = CLOSED;
  let now = NOW;
  const underWay: UnderWay[] = [];
  let shut: number | undefined;

  const call = (id: string) => {
    const { state, forced } = breaker;
    const { admission, breaker: next } = admit(breaker, id, now, SETTINGS);
    if (forced !== undefined) expect(admission.kind).toBe(forced.to === 'closed' ? 'go' : 'refused');
    else if (state.kind === 'closed') expect(admission.kind).toBe('go');
    else expect(admission.kind).not.toBe('go');
    if (forced === undefined && shut !== undefined && now < shut) expect(admission.kind).toBe('refused');
    if (admission.kind !== 'probe') expect(next).toBe(breaker);
    if (admission.kind === 'refused') {
      expect(admission.retryAfterMs).toBeGreaterThan(0);
      expect(admission.retryAfterMs).toBeLessThanOrEqual(LONGEST_OPEN);
      return;
    }
    if (admission.kind === 'probe') {
      const others = underWay.filter((one) => one.id !== id && one.until !== undefined && one.until > now);
      expect(others).toEqual([]);
    }
    breaker = next;
    underWay.push({ id, admittedAt: now, ...(admission.kind === 'probe' ? { until: now + SETTINGS.probeMs } : {}) });
  };

  const end = (nth: number, outcome: CallOutcome, chance: number) => {
    const [ended] = underWay.splice(nth % Math.max(1, underWay.length), 1);
    if (ended === undefined) return;
    const { state } = breaker;
    const next = record(breaker, ended.id, outcome, now, SETTINGS, { admittedAt: ended.admittedAt, chance });
    if (state.kind === 'open') expect(next).toBe(breaker);
    if (state.kind === 'half_open' && state.probe.id !== ended.id) expect(next).toBe(breaker);
    if (next.state.kind === 'open' && state.kind !== 'open') {
      expect(next.state.until - now).toBeLessThanOrEqual(LONGEST_OPEN);
      // A probe that found out nothing leaves it open for no time at all.
      if (outcome === 'failed') expect(next.state.until - now).toBeGreaterThanOrEqual(SETTINGS.openMs);
    }
    breaker = next;
  };

  for (const step of steps) {
    switch (step.do) {
      case 'wait':
        now += step.ms;
        break;
      case 'call':
        call(`c${step.id}`);
        break;
      case 'end':
        end(step.nth, step.outcome, step.chance);
        break;
      case 'force':
        breaker = force(breaker, step.to, 'because', 'ada');
    }
    shut = breaker.state.kind === 'open' ? breaker.state.until : undefined;
    const stored: unknown = JSON.parse(JSON.stringify(breaker));
    expect(stored).toStrictEqual(breaker);
  }
}

describe('in any order of events a breaker', () => {
  it('lets one probe at a time through, refuses while it is open, obeys a person, and survives as JSON', () => {
    fc.assert(fc.property(fc.array(STEP, { maxLength: 80 }), play), { numRuns: 500 });
  });
});

describe('what a failure says about the service', () => {
  const KINDS = Object.keys(FAILURES).filter(isFailureKind);

  it('counts where the service is not well', () => {
    expect(KINDS.filter(countsAgainstService)).toEqual([
      'network',
      'timeout',
      'rate_limit',
      'quota',
      'authentication',
      'upstream_degraded',
      'tool_error',
    ]);
  });

  it('is that it works where it answered, even with a no', () => {
    expect(outcomeShownBy(undefined)).toBe('succeeded');
    expect(KINDS.filter((kind) => outcomeShownBy(kind) === 'succeeded')).toEqual([
      'invalid_request',
      'invalid_tool_output',
      'refusal',
      'content_filter',
      'guardrail',
      'context_overflow',
      'output_cut_off',
      'tool_rejected',
    ]);
  });

  it.each(KINDS)('is one thing: %s', (kind) => {
    expect(countsAgainstService(kind)).toBe(outcomeShownBy(kind) === 'failed');
  });
});
