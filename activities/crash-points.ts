/**
 * The places in a turn where a process can die between two of its writes, by name. Tests let a worker die at them
 * (`CRASH_AT`, see config.ts); in production nobody sets `crash`, and each place costs a look at `undefined`.
 */
import type { ConversationRef } from '../core/conversation.ts';

export const CRASH_POINTS = [
  /** The message is taken, the model has not been asked. */
  'after_claim',
  /** The model has answered, nothing of it is kept. */
  'after_model_answer',
  /** The model's request for tools is kept, no tool has begun. */
  'after_model_row',
  /** That a change is about to be made is kept, the tool has not begun. */
  'after_intent_row',
  /** The tool has answered, nothing of it is kept. */
  'after_tool_answer',
  /** The tool's answer is kept, nobody was told. */
  'after_tool_row',
  /** The turn is closed, nobody was told. */
  'after_reply_row',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Returns, or ends the process on the spot. */
export type Crash = (point: CrashPoint, conversation: ConversationRef, turn: number) => void;
