/** What a conversation's workflow remembers, and what of it survives continue-as-new. Everything else is in Postgres. */
import type { Breaker } from '../core/breaker.ts';
import type { PinnedManifest } from '../core/manifest.ts';

/** Something that came as a signal and has not been attended to. */
export type Arrival =
  /** Something may wait in Postgres. */
  | { readonly kind: 'nudge' }
  /** A customer message that is not in Postgres yet, as it was sent: nobody has checked it. */
  | { readonly kind: 'message'; readonly message: unknown }
  /** What an operator sent as a signal; nobody has checked it. */
  | { readonly kind: 'claim' | 'hand_back'; readonly request: unknown }
  | { readonly kind: 'close'; readonly reason: string };

export interface ConversationState {
  /** The last finished turn. */
  turn: number;
  /** Turns of this run, for continue-as-new. */
  turnsThisRun: number;
  /** Pinned by the run's first activity; `undefined` until a conversation exists in Postgres. */
  pinned: PinnedManifest | undefined;
  /**
   * In the order of arrival, attended to one by one. Nothing is ever decided by what else has arrived: a worker that
   * stalled sees a signal later than a replay does, and the two must decide alike.
   */
  readonly arrived: Arrival[];
  /** Closed: the run ends when nothing is left to be attended to. */
  closed: boolean;
  /** The server suggests to go on in a new run. */
  outgrown: boolean;
  /** Of tools that failed in this conversation. */
  readonly breakers: Record<string, Breaker>;
  /** When something last happened, in milliseconds of workflow time. */
  lastActive: number;
  /** Nothing happened for so long that the run may end. */
  idle: boolean;
  /** Whether a turn is under way: a cancelled turn is closed, so that the customer hears something. */
  working: boolean;
}

/** What the next run starts with. Only a run that the server says continues another one may be given it. */
export interface Carried {
  readonly nudged: boolean;
  readonly closed: boolean;
  readonly breakers?: Readonly<Record<string, Breaker>>;
}

export function begin(carried: Carried | undefined, now: number): ConversationState {
  return {
    turn: 0,
    turnsThisRun: 0,
    pinned: undefined,
    arrived: carried?.nudged === true ? [{ kind: 'nudge' }] : [],
    closed: carried?.closed === true,
    outgrown: false,
    breakers: { ...carried?.breakers },
    lastActive: now,
    idle: false,
    working: false,
  };
}
