/**
 * A circuit breaker: a service that keeps failing is left alone, and one call at a time finds out whether it is back.
 *
 * One reducer for two scales: a tool within one conversation (in workflow state) and a tool or a model across all
 * conversations and workers (in Postgres). The state is JSON, the clock is an argument. A function that changes nothing
 * returns the very breaker it was given, so that a caller sees by `===` whether there is anything to keep.
 */
import { FAILURES, type FailureKind } from './failure.ts';

export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly threshold: number;
  /**
   * How long it stays open the first time, in milliseconds; doubled with each failed probe up to `mostOpenMs`. What chance
   * adds comes on top of both, see `Seen`.
   */
  readonly openMs: number;
  readonly mostOpenMs: number;
  /** A probe that has not come back after this many milliseconds is given up: longer than a call may take. */
  readonly probeMs: number;
}

/** `trips` counts the openings since it was last closed. Points in time are milliseconds since the epoch. */
export type BreakerState =
  /** `since`: when a probe closed it; absent where it never opened. */
  | { readonly kind: 'closed'; readonly failures: number; readonly since?: number }
  | { readonly kind: 'open'; readonly until: number; readonly trips: number }
  | {
      readonly kind: 'half_open';
      readonly probe: { readonly id: string; readonly until: number };
      readonly trips: number;
    };

export interface Breaker {
  readonly state: BreakerState;
  /** A person's word, which wins over the state. The state is kept up all the same, for when it is taken back. */
  readonly forced?: { readonly to: 'open' | 'closed'; readonly reason: string; readonly by: string };
}

export const CLOSED: Breaker = { state: { kind: 'closed', failures: 0 } };

export type Admission =
  | { readonly kind: 'go' }
  /** This call finds out for everybody; its result must be recorded, even if it is `nothing`. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'refused'; readonly retryAfterMs: number };

/** What a call said about the service. `nothing`: it never came that far, or was cancelled. */
export type CallOutcome = 'succeeded' | 'failed' | 'nothing';

/**
 * May this call be made? Asked again by the call that is the probe, the answer is again `probe`: activities may run twice.
 *
 * @param callId unique among all calls that this breaker sees
 * @param now milliseconds since the epoch
 * @returns the breaker to keep, and the answer
 */
export function admit(
  breaker: Breaker,
  callId: string,
  now: number,
  settings: BreakerSettings,
): { readonly breaker: Breaker; readonly admission: Admission } {
  const { state, forced } = breaker;
  if (forced?.to === 'closed') return { breaker, admission: { kind: 'go' } };
  // Nobody knows when it will be taken back, so this is as late as one can say.
  if (forced?.to === 'open') return { breaker, admission: { kind: 'refused', retryAfterMs: settings.mostOpenMs } };
  switch (state.kind) {
    case 'closed':
      return { breaker, admission: { kind: 'go' } };
    case 'open':
      return now < state.until ? refused(breaker, state.until - now) : probing(breaker, state.trips);
    case 'half_open':
      // Given up, or its process died: whoever asks next is the probe.
      if (now >= state.probe.until) return probing(breaker, state.trips);
      if (state.probe.id === callId) return { breaker, admission: { kind: 'probe' } };
      return refused(breaker, state.probe.until - now);
  }

  function probing(from: Breaker, trips: number) {
    const probe = { id: callId, until: now + settings.probeMs };
    return { breaker: { ...from, state: { kind: 'half_open', probe, trips } }, admission: { kind: 'probe' } } as const;
  }
}

function refused(breaker: Breaker, retryAfterMs: number) {
  return { breaker, admission: { kind: 'refused', retryAfterMs } } as const;
}

/** What `record` may be told about a call besides how it ended. */
export interface Seen {
  /**
   * When `admit` let the call through. Without it, calls that hung since before the breaker opened count against a service
   * whose probe has meanwhile succeeded.
   */
  readonly admittedAt?: number;
  /**
   * At random, from 0 to 1; absent: 0. Should the breaker open now, it stays open for up to a fifth longer. Services that
   * went down together, and whoever reads when they are tried again, then do not all come back at the same time.
   */
  readonly chance?: number;
}

/** The part of its time by which chance may lengthen an opening. */
const MOST_ADDED = 0.2;

/**
 * Takes in how an admitted call ended. What does not speak of the service as it is now is ignored: while it is open,
 * everything (those calls went out before); while it is half open, everything but the probe's own result.
 *
 * @param now milliseconds since the epoch
 */
export function record(
  breaker: Breaker,
  callId: string,
  outcome: CallOutcome,
  now: number,
  settings: BreakerSettings,
  { admittedAt, chance = 0 }: Seen = {},
): Breaker {
  const { state } = breaker;
  switch (state.kind) {
    case 'open':
      return breaker;
    case 'closed': {
      if (state.since !== undefined && admittedAt !== undefined && admittedAt < state.since) return breaker;
      if (outcome === 'nothing' || (outcome === 'succeeded' && state.failures === 0)) return breaker;
      const failures = outcome === 'failed' ? state.failures + 1 : 0;
      if (failures >= settings.threshold) return open(breaker, now, settings, 1, chance);
      return { ...breaker, state: { ...state, failures } };
    }
    case 'half_open':
      if (state.probe.id !== callId) return breaker;
      if (outcome === 'succeeded') return { ...breaker, state: { kind: 'closed', failures: 0, since: now } };
      if (outcome === 'failed') return open(breaker, now, settings, state.trips + 1, chance);
      // The probe learned nothing, so the next call may be one.
      return { ...breaker, state: { kind: 'open', until: now, trips: state.trips } };
  }
}

function open(
  breaker: Breaker,
  now: number,
  { openMs, mostOpenMs }: BreakerSettings,
  trips: number,
  chance: number,
): Breaker {
  const ms = Math.min(openMs * 2 ** (trips - 1), mostOpenMs);
  return { ...breaker, state: { kind: 'open', until: now + Math.round(ms * (1 + MOST_ADDED * chance)), trips } };
}

/** Whether a failure says that the service is not well: only such failures open a breaker. */
export function countsAgainstService(kind: FailureKind): boolean {
  return FAILURES[kind].service === 'failing';
}

/**
 * What a call's end says about the service, for `record`. A service that rejects or refuses is up.
 *
 * @param kind the failure, or `undefined` where there was none
 */
export function outcomeShownBy(kind: FailureKind | undefined): CallOutcome {
  if (kind === undefined) return 'succeeded';
  const { service } = FAILURES[kind];
  return service === 'failing' ? 'failed' : service === 'answers' ? 'succeeded' : 'nothing';
}

/**
 * A person decides.
 *
 * @param to `undefined` takes the word back; the breaker goes on from the state that it has
 */
export function force(breaker: Breaker, to: 'open' | 'closed' | undefined, reason: string, by: string): Breaker {
  const { state } = breaker;
  return to === undefined ? { state } : { state, forced: { to, reason, by } };
}
