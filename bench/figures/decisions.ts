/** What the pure decisions cost: a breaker's check and the choice of a recovery. No service takes part. */
import { admit, type Breaker, type BreakerSettings, CLOSED, record } from '../../core/breaker.ts';
import { FAILURES, isFailureKind } from '../../core/failure.ts';
import { recover, type Situation } from '../../core/recovery.ts';
import type { Figure } from '../row.ts';

const SETTINGS: BreakerSettings = { threshold: 8, openMs: 10_000, mostOpenMs: 300_000, probeMs: 150_000 };
const ROUNDS = 200_000;

export async function decisions(): Promise<Figure> {
  return {
    name: 'decisions',
    title: 'Decisions, each',
    rows: [
      {
        what: 'breaker: may the call go, and how it ended',
        unit: 'µs',
        handback: checks(),
        bound: { kind: 'at_most', value: 50 },
      },
      {
        what: 'recovery: what to do about a failure',
        unit: 'µs',
        handback: recoveries(),
        bound: { kind: 'at_most', value: 50 },
      },
    ],
  };
}

/** Every third call fails, and a service that failed is looked at through an open breaker too. */
function checks(): number {
  let breaker: Breaker = CLOSED;
  return microseconds((n) => {
    const admitted = admit(breaker, `call-${n}`, n, SETTINGS);
    breaker = record(admitted.breaker, `call-${n}`, n % 3 === 0 ? 'failed' : 'succeeded', n, SETTINGS, {
      admittedAt: n,
    });
  });
}

function recoveries(): number {
  const kinds = Object.keys(FAILURES).filter(isFailureKind);
  const situations = kinds.map(
    (kind): Situation => ({
      failure: { kind, message: 'as it is' },
      call: { of: 'tool', effect: 'none' },
      tried: ['cached_result'],
      offers: { models: 2, cached: true, alternative: 'other', ask: 'Which one?', escalate: false },
      breaker: 'closed',
      left: { ms: 60_000, attempts: 1 },
      fedBack: 0,
    }),
  );
  return microseconds((n) => {
    const situation = situations[n % situations.length];
    if (situation !== undefined) recover(situation);
  });
}

function microseconds(once: (n: number) => void): number {
  for (let n = 0; n < ROUNDS / 10; n++) once(n);
  const began = performance.now();
  for (let n = 0; n < ROUNDS; n++) once(n);
  return ((performance.now() - began) * 1_000) / ROUNDS;
}
