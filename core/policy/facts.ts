/** What a decision is made from. All of it is JSON; whoever gathers it is not pure, what is done with it is. */
import type { Customer } from '../conversation.ts';
import type { ToolOutcome } from '../tool-result.ts';
import type { Json } from './json.ts';

type Arguments = { readonly [name: string]: Json };

/** A tool call that ended, in the order of the conversation. */
export interface PastCall {
  readonly turn: number;
  readonly tool: string;
  readonly arguments: Arguments;
  readonly result: Json;
  /** `unknown` counts against limits as `done` does, and proves nothing. */
  readonly outcome: ToolOutcome;
}

/** A call of the same step, with a lower index, that was not denied: it runs, or may yet. */
export interface PendingCall {
  readonly tool: string;
  readonly arguments: Arguments;
}

export interface Facts {
  readonly tool: string;
  readonly arguments: Arguments;
  readonly customer: Customer;
  readonly turn: number;
  readonly past: readonly PastCall[];
  readonly pending: readonly PendingCall[];
  /** Milliseconds since 1970 UTC; absent where nobody can say. */
  readonly now?: number;
  /** Minutes east of UTC, now, by IANA zone: the isolate of a workflow has no zone data that stays the same. */
  readonly utcOffsets?: { readonly [zone: string]: number };
  /** What this customer's calls took today, by `tool.argument`; without this step's calls. */
  readonly dayAmounts?: { readonly [toolAndArgument: string]: number };
  /** Everything the customer typed in this conversation. Absent: nobody can say, which is not the same as nothing. */
  readonly customerTexts?: readonly string[];
  readonly instructions?: string;
  readonly documents?: readonly string[];
  readonly memories?: readonly string[];
}
