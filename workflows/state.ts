/** What a conversation's workflow remembers, and what of it survives continue-as-new. Everything else is in Postgres. */
import type { PinnedManifest } from '../core/manifest.ts';

export interface ConversationState {
  /** The last finished turn. */
  turn: number;
  /** Turns of this run, for continue-as-new. */
  turnsThisRun: number;
  /** Pinned by the run's first activity; `undefined` until a conversation exists in Postgres. */
  pinned: PinnedManifest | undefined;
  /** Something may wait in Postgres. */
  nudged: boolean;
  /** Messages that came as signals and are not in Postgres yet. */
  readonly door: unknown[];
  /** Why the conversation is to end, once what waits is answered. */
  closing: string | undefined;
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
  readonly door: readonly unknown[];
  readonly closing?: string;
}

export function begin(carried: Carried | undefined, now: number): ConversationState {
  return {
    turn: 0,
    turnsThisRun: 0,
    pinned: undefined,
    // A first run looks once without being nudged: the start itself may be all that arrived.
    nudged: carried?.nudged ?? true,
    door: [...(carried?.door ?? [])],
    closing: carried?.closing,
    lastActive: now,
    idle: false,
    working: false,
  };
}

export function carry(state: ConversationState): Carried {
  return {
    nudged: state.nudged,
    door: state.door,
    ...(state.closing === undefined ? {} : { closing: state.closing }),
  };
}
