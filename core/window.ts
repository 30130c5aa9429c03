/** The working memory: which rows of the transcript a prompt carries, and as what. */
import type { Customer } from './conversation.ts';
import { type HandBack, handBacksForModel } from './hand-back.ts';
import type { Limits } from './manifest.ts';
import type { ChatMessage, RequestedToolCall } from './prompt.ts';
import { markedAsData, WHAT_IS_TOOL_DATA, withoutMarks } from './tool-data.ts';
import type { ToolOutcome } from './tool-result.ts';

/** A transcript row as far as a prompt needs it. `text` is at most `limits.toolResultCharacters` characters. */
export type PromptRow = {
  readonly turn: number;
  readonly step: number;
  readonly call: number;
  readonly text: string;
} & (
  | { readonly role: 'customer' }
  /** What a person of the house said, to the customer or to the model. */
  | { readonly role: 'operator' }
  | {
      readonly role: 'agent';
      readonly toolCalls: readonly RequestedToolCall[];
      /** The customer never got it; `text` says why, to the model. */
      readonly notSent?: true;
    }
  | {
      readonly role: 'tool';
      /** The tool that answered, which is the alternative where one stood in. A model's own word where there is no such tool. */
      readonly tool: string;
      readonly toolCallId: string;
      readonly outcome: ToolOutcome;
      readonly cutOff: boolean;
      /** When its data is of, where that is not when it was called; ISO 8601. */
      readonly asOf?: string;
    }
);

/** English prose and JSON have about four characters a token; a prompt's exact count is the provider's to make. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Whole turns only, the newest first until the limits are reached: a tool result without the call it answers is refused by
 * every provider. The current turn is always carried whole, and so is each row's order.
 */
export function windowOf(rows: readonly PromptRow[], limits: Limits): readonly PromptRow[] {
  const ordered = [...rows].sort((a, b) => a.turn - b.turn || a.step - b.step || a.call - b.call);
  let left = limits.windowTokens * CHARACTERS_PER_TOKEN;
  let from = ordered.length;
  let count = 0;
  for (let end = ordered.length; end > 0; ) {
    const turn = ordered[end - 1]?.turn;
    let start = end;
    let size = 0;
    while (start > 0 && ordered[start - 1]?.turn === turn) {
      start -= 1;
      size += sizeOf(ordered[start]);
    }
    const isCurrent = end === ordered.length;
    const begins = ordered[start]?.role;
    const isWhole = begins === 'customer' || begins === 'operator';
    if (!isCurrent && (!isWhole || size > left || count + end - start > limits.windowRows)) break;
    left -= size;
    count += end - start;
    from = start;
    end = start;
  }
  return ordered.slice(from);
}

function sizeOf(row: PromptRow | undefined): number {
  if (row === undefined) return 0;
  const calls = row.role === 'agent' ? row.toolCalls.reduce((sum, call) => sum + call.arguments.length, 0) : 0;
  return row.text.length + calls;
}

/**
 * @param instructions as the model gets them
 * @param handBacks what people handed the conversation back with
 */
export function promptOf(
  instructions: string,
  customer: Customer,
  rows: readonly PromptRow[],
  handBacks: readonly HandBack[] = [],
): ChatMessage[] {
  const before = `${instructions}\n\n${WHAT_IS_TOOL_DATA}\n\nThe service that runs this conversation says who the customer is: ${JSON.stringify(customer)}`;
  const system = handBacks.length === 0 ? before : `${before}\n\n${handBacksForModel(handBacks)}`;
  return [{ role: 'system', content: system }, ...rows.map(messageOf)];
}

function messageOf(row: PromptRow): ChatMessage {
  switch (row.role) {
    case 'customer':
      return { role: 'user', content: withoutMarks(row.text) };
    case 'operator':
      return { role: 'system', content: row.text };
    case 'agent':
      if (row.notSent === true) return { role: 'system', content: row.text };
      return row.toolCalls.length === 0
        ? { role: 'assistant', content: row.text }
        : { role: 'assistant', content: row.text === '' ? null : row.text, toolCalls: row.toolCalls };
    case 'tool':
      return { role: 'tool', toolCallId: row.toolCallId, content: markedAsData(row.tool, row.text, row.cutOff) };
  }
}
