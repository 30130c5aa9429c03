/** What workflow and activities say to each other: ids and small facts only, because all of it is kept in history. */
import type { Exceeded } from './budget.ts';
import type { TurnOutcome } from './conversation.ts';
import type { Failure } from './failure.ts';
import type { PinnedManifest } from './manifest.ts';
import type { ToolOutcome } from './tool-result.ts';

/** One call: step `step` of turn `turn`; `call` 0 is the model call, n its n-th tool call. */
export interface CallKey {
  readonly turn: number;
  readonly step: number;
  readonly call: number;
  /** 0 or absent: the call as it was asked for; n: its n-th fallback, which is attempted anew. */
  readonly rung?: number;
}

/** A quick attempt's answer when the call takes longer: go on with the same activity as a regular one. */
export const PENDING = 'pending';
export type Pending = typeof PENDING;

export interface LoadedAgent {
  /** `null` where no such conversation exists: a nudge that means nothing. */
  readonly pinned: PinnedManifest | null;
  /** The last finished turn; a turn that was begun and not finished is begun again and finds what it already did. */
  readonly turn: number;
}

/** Whether another message waits is told whenever a turn ends, so that the loop need not ask. */
export interface TurnClosed {
  readonly outcome: TurnOutcome;
  readonly more: boolean;
}

export interface ModelCallInput extends CallKey {
  readonly agent: string;
  readonly revision: string;
  /** Which of the agent's models, 0 or absent: the first. */
  readonly model?: number;
  /** Only the newest part of the transcript: the whole window did not fit. */
  readonly shrunk?: true;
}

/** A tool call as far as a decision about it needs it. */
export interface AskedTool {
  readonly name: string;
  /** Digest of the arguments, which are in the journal row. */
  readonly arguments: string;
}

/** So many tool calls may still be made until a limit is reached. */
export interface ToolCallsLeft {
  readonly calls: number;
  readonly limit: Exceeded;
}

export type ModelCallResult =
  /** There was no message to take. */
  | { readonly kind: 'nothing' }
  /** The model asks for tools, in this order; the arguments are in the journal row. */
  | { readonly kind: 'tools'; readonly tools: readonly AskedTool[]; readonly left?: ToolCallsLeft }
  /** The reply was not sent, and the model is to write another one. */
  | { readonly kind: 'again' }
  /** The model answered and the turn is closed. */
  | ({ readonly kind: 'closed' } & TurnClosed);

export interface ToolCallInput extends CallKey {
  readonly agent: string;
  readonly revision: string;
  /** Set where the workflow decided that the call must not run: the reason, for the model. */
  readonly denied?: string;
  /** How to go on after a failure; absent: make the call as it was asked for. */
  readonly recovery?: ToolRecovery;
  /** There are fallbacks: a failure is not kept but told, see `ToolCallResult`. */
  readonly open?: true;
}

export type ToolRecovery =
  | { readonly kind: 'cached_result' }
  | { readonly kind: 'alternative_tool'; readonly tool: string }
  /** Nothing more is tried: the failure is kept and told to the model. */
  | { readonly kind: 'stop'; readonly failure: Failure; readonly attempts: number; readonly asked?: string };

export interface ToolCallResult {
  readonly outcome: ToolOutcome;
  /** Of what the model reads; two results that are alike have the same. */
  readonly digest?: string;
  /** Where it failed: why. */
  readonly failure?: Failure;
  /** It failed after so many attempts, nothing is kept, and something else may be tried. */
  readonly open?: { readonly attempts: number };
}

export type CloseTurnInput =
  | {
      readonly turn: number;
      readonly outcome: TurnOutcome;
      readonly failure: Failure;
      /** What the customer hears; absent: the sentence of the failure's kind. */
      readonly say?: string;
      readonly confirm?: undefined;
    }
  /** The customer is asked whether the calls that the turn held may run. */
  | {
      readonly turn: number;
      readonly outcome: 'asked';
      readonly confirm: { readonly agent: string; readonly revision: string };
    };

/** A signal of an operator, as it came. */
export interface OperatorSignal {
  readonly kind: 'claim' | 'hand_back';
  readonly request: unknown;
}

/** Every activity a conversation uses. Any of them may run as a local or as a regular one. */
export interface ConversationActivities {
  loadAgent(): Promise<LoadedAgent | Pending>;
  receiveMessage(message: unknown): Promise<{ readonly accepted: boolean } | Pending>;
  receiveFromOperator(
    sent: OperatorSignal,
  ): Promise<{ readonly accepted: boolean; readonly closed: boolean } | Pending>;
  callModel(input: ModelCallInput): Promise<ModelCallResult | Pending>;
  callTool(input: ToolCallInput): Promise<ToolCallResult | Pending>;
  closeTurn(input: CloseTurnInput): Promise<TurnClosed | Pending>;
  closeConversation(reason: string): Promise<{ readonly closed: boolean } | Pending>;
}
