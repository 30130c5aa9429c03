/** What the plain conversation and its callers agree on. */
import { defineUpdate } from '@temporalio/workflow';

export const PLAIN = 'plainConversation';

/** One customer message; the result is the reply. */
export const messageUpdate = defineUpdate<string, [string]>('message');

/** A message as Chat Completions knows it, as far as the plain conversation uses it. */
export type PlainMessage =
  | { readonly role: 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string | null; readonly tool_calls?: readonly PlainToolCall[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string };

export interface PlainToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface PlainActivities {
  callModel(transcript: readonly PlainMessage[]): Promise<Extract<PlainMessage, { role: 'assistant' }>>;
  callTool(call: PlainToolCall): Promise<string>;
  remember(turn: number, said: string, replied: string): Promise<void>;
}
