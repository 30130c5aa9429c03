/**
 * Recorded conversations, cut into turns and steps: turn n is the n-th user message, step k of a turn the k-th assistant
 * message after it. Two things in recordings have no answer of their own: a conversation may end with a user message
 * (the customer says goodbye), and it may end with a tool result (the customer was transferred). There the stand-in says
 * `CLOSING_REPLY`, which is sent like any other reply and compared with nothing.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { AirlineDataError, parseJson, readText } from './data.ts';

export interface RecordedCall {
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
  /** Text, as the tool answered. */
  readonly result: string;
}

export type RecordedStep =
  | { readonly kind: 'calls'; readonly said: string; readonly calls: readonly RecordedCall[] }
  | { readonly kind: 'reply'; readonly text: string };

export interface RecordedTurn {
  readonly customer: string;
  readonly steps: readonly RecordedStep[];
}

interface ExpectedAction {
  readonly name: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
}

export interface RecordedConversation {
  readonly id: string;
  readonly customerId: string;
  readonly turns: readonly RecordedTurn[];
  /** What a perfect agent would have done. */
  readonly expectedActions: readonly ExpectedAction[];
  /** Whether the recorded agent left the database as the expected actions would have. */
  readonly finalStateMatchesExpected: boolean;
}

export const CLOSING_REPLY = 'Thank you for calling. Goodbye.';

const call = z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) });
const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.string() }),
  z.object({ role: z.literal('assistant'), content: z.string().nullish(), tool_calls: z.array(call).nullish() }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);
const line = z.object({
  id: z.string(),
  user_id: z.string(),
  expected_actions: z.array(z.object({ name: z.string(), kwargs: z.record(z.string(), z.unknown()) })),
  final_state_matches_expected: z.boolean(),
  messages: z.array(message),
});
type Message = z.output<typeof message>;

/** Reads `conversations.jsonl`. @throws AirlineDataError naming the line */
export function readRecordings(directory: string): readonly RecordedConversation[] {
  const path = join(directory, 'conversations.jsonl');
  const lines = readText(directory, 'conversations.jsonl').split('\n');
  return lines.flatMap((text, index) => (text.trim() === '' ? [] : [recordingOf(text, `${path}:${index + 1}`)]));
}

/** One line of `conversations.jsonl`. @throws AirlineDataError */
export function recordingOf(text: string, where: string): RecordedConversation {
  const parsed = line.safeParse(parseJson(text, where));
  if (!parsed.success) throw new AirlineDataError(`${where} is not a conversation. ${z.prettifyError(parsed.error)}`);
  const { id, user_id, expected_actions, final_state_matches_expected, messages } = parsed.data;
  return {
    id,
    customerId: user_id,
    turns: turnsOf(messages, where),
    expectedActions: expected_actions,
    finalStateMatchesExpected: final_state_matches_expected,
  };
}

function turnsOf(messages: readonly Message[], where: string): readonly RecordedTurn[] {
  const turns: { customer: string; steps: RecordedStep[] }[] = [];
  for (const [index, entry] of messages.entries()) {
    if (entry.role === 'user') turns.push({ customer: entry.content, steps: [] });
    if (entry.role !== 'assistant') continue;
    const turn = turns.at(-1);
    if (turn === undefined) throw new AirlineDataError(`${where}: the assistant speaks before the customer does.`);
    turn.steps.push(stepOf(entry, messages.slice(index + 1), where));
  }
  return turns;
}

/** A step's results are the tool messages right after it: recordings use some call ids more than once. */
function stepOf(
  entry: Extract<Message, { role: 'assistant' }>,
  later: readonly Message[],
  where: string,
): RecordedStep {
  const said = entry.content ?? '';
  const calls = entry.tool_calls ?? [];
  if (calls.length === 0) return { kind: 'reply', text: said };
  return {
    kind: 'calls',
    said,
    calls: calls.map(({ id, function: { name, arguments: args } }, position) => {
      const answer = later.slice(0, calls.length)[position];
      if (answer?.role !== 'tool' || answer.tool_call_id !== id) {
        throw new AirlineDataError(`${where}: no result directly follows the call ${id} of ${name}.`);
      }
      return { name, arguments: args, result: answer.content };
    }),
  };
}

/** What the model said in a step of a recorded turn (both counted from 0); past the recording, `CLOSING_REPLY`. */
export function stepAt(conversation: RecordedConversation, turn: number, step: number): RecordedStep {
  return conversation.turns[turn]?.steps[step] ?? { kind: 'reply', text: CLOSING_REPLY };
}

/** Every recorded call in order. */
export function callsOf(conversation: RecordedConversation): readonly RecordedCall[] {
  return conversation.turns.flatMap(callsOfTurn);
}

export function callsOfTurn(turn: RecordedTurn): readonly RecordedCall[] {
  return turn.steps.flatMap((step) => (step.kind === 'calls' ? step.calls : []));
}

/** The recorded reply of a turn, where there is one. */
export function replyOfTurn(turn: RecordedTurn): string | undefined {
  const last = turn.steps.at(-1);
  return last?.kind === 'reply' ? last.text : undefined;
}
