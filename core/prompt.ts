/**
 * What is said to a model and what comes back, as plain JSON of our own: rows and workflow history hold these, never a
 * client library's types. `activities/model.ts` translates them to the wire.
 */
import type { Json } from './manifest.ts';

/** One tool call as the model asked for it. */
export interface RequestedToolCall {
  /** Distinct within its reply. */
  readonly id: string;
  readonly name: string;
  /** As the model wrote it: usually JSON, possibly broken. Whoever runs the call parses it. */
  readonly arguments: string;
}

export type ChatMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      /** `null` where the model only asked for tools. */
      readonly content: string | null;
      readonly toolCalls?: readonly RequestedToolCall[];
    }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string };

/** The provider's own usage object, unchanged, so that cached and reasoning tokens can still be priced later. */
export type RawUsage = { readonly [key: string]: Json };
