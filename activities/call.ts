/** One attempt at one tool call: what is called, for whom, and how far an earlier attempt came. */
import type { Tool } from '../agents/define.ts';
import type { ToolCallInput } from '../core/activities.ts';
import type { Customer } from '../core/conversation.ts';
import type { Manifest } from '../core/manifest.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { Attempt } from './attempt.ts';
import type { Change } from './begun-changes.ts';

export interface Call {
  readonly input: ToolCallInput;
  readonly attempt: Attempt;
  /** As it is pinned. */
  readonly manifest: Manifest;
  /** `undefined` where this process's code does not have it. */
  readonly tool: Tool | undefined;
  readonly request: RequestedToolCall;
  readonly customer: Customer;
  /** Of the call; the change it makes may have another one, derived from the arguments. */
  readonly idempotencyKey: string;
  /** How long it may take: as long as the tool says, or as the turn has left. */
  readonly timeoutMs: number;
  /** What has begun of it. */
  readonly change: Change;
}
