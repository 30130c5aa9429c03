/** Good answers in the words of Chat Completions: as events of a stream, or whole. */
import type { CallToolsStep, ReplyStep, StandInRequest } from './answers.ts';

export const FINGERPRINT = 'handback-stand-in';

/** What a request's answer has in common in all its events. */
export interface Frame {
  readonly id: string;
  readonly model: string;
  readonly created: number;
  readonly promptTokens: number;
}

export type Answer = ReplyStep | CallToolsStep;

interface WireToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export function sse(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export const DONE = 'data: [DONE]\n\n';

/** One event; `delta` and `finish` are those of the only choice. */
export function chunk(frame: Frame, delta: object, finish: string | null = null): string {
  return sse({ ...head(frame, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] });
}

/** The events of an answer, in order, without `[DONE]`. */
export function answerEvents(frame: Frame, answer: Answer, request: StandInRequest): string[] {
  const calls = wireCalls(answer, request);
  const text = answer.text ?? '';
  const pieces = pieceUp(text, answer.chunks, (answer.chunkDelayMs ?? 0) > 0 ? 1 : 24);
  const events = [chunk(frame, { role: 'assistant', content: pieces[0] ?? null })];
  for (const piece of pieces.slice(1)) events.push(chunk(frame, { content: piece }));
  calls.forEach((call, index) => {
    // In two pieces, as real services send them, so that whoever reads them has to put them together.
    const whole = call.function.arguments;
    const half = whole.length >> 1;
    const first = { ...call, index, function: { ...call.function, arguments: whole.slice(0, half) } };
    events.push(chunk(frame, { tool_calls: [first] }));
    events.push(chunk(frame, { tool_calls: [{ index, function: { arguments: whole.slice(half) } }] }));
  });
  events.push(chunk(frame, {}, calls.length > 0 ? 'tool_calls' : 'stop'));
  events.push(usageEvent(frame, lengthOf(text, calls)));
  return events;
}

export function usageEvent(frame: Frame, characters: number): string {
  return sse({ ...head(frame, 'chat.completion.chunk'), choices: [], usage: usage(frame, characters) });
}

export function wholeAnswer(frame: Frame, answer: Answer, request: StandInRequest): object {
  const calls = wireCalls(answer, request);
  const message = { role: 'assistant', content: answer.text, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
  return {
    ...head(frame, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' }],
    usage: usage(frame, lengthOf(answer.text ?? '', calls)),
  };
}

function head({ id, created, model }: Frame, object: string) {
  return { id, object, created, model, system_fingerprint: FINGERPRINT };
}

/** About four characters a token: good enough to see cost grow, and free to compute. */
function usage({ promptTokens }: Frame, characters: number) {
  const completion = Math.ceil(characters / 4);
  return { prompt_tokens: promptTokens, completion_tokens: completion, total_tokens: promptTokens + completion };
}

function lengthOf(text: string, calls: readonly WireToolCall[]): number {
  return calls.reduce((sum, call) => sum + call.function.name.length + call.function.arguments.length, text.length);
}

function wireCalls(answer: Answer, { turn, step }: StandInRequest): WireToolCall[] {
  if (answer.kind === 'reply') return [];
  return answer.calls.map((call, index) => ({
    // Not random: the same request answered twice has to get the same ids.
    id: call.id ?? `call_${turn}_${step}_${index}`,
    type: 'function',
    function: {
      name: call.name,
      arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
    },
  }));
}

/** Words stay whole; a piece has at least `least` characters, or there are exactly `count` pieces. */
function pieceUp(text: string, count: number | undefined, least: number): string[] {
  if (text === '') return [];
  if (count !== undefined) {
    const letters = Array.from(text);
    const size = Math.max(1, Math.ceil(letters.length / count));
    return Array.from({ length: Math.ceil(letters.length / size) }, (_, at) =>
      letters.slice(at * size, (at + 1) * size).join(''),
    );
  }
  const pieces: string[] = [];
  let piece = '';
  for (const word of text.match(/\s*\S+\s*/g) ?? [text]) {
    piece += word;
    if (piece.length >= least) {
      pieces.push(piece);
      piece = '';
    }
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}
