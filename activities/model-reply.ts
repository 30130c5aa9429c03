/**
 * Puts a reply together from what the service sent, and tells the silent failures: answers that look successful to an HTTP
 * client and are not. Everything read here comes from outside, so nothing about its shape is believed.
 */
import { type Failure, FailureError, type FailureKind } from '../core/failure.ts';
import { MOST } from '../core/manifest.ts';
import type { RawUsage, RequestedToolCall } from '../core/prompt.ts';

/** A reply longer than this is a service gone wrong, not an answer to a customer. */
const TEXT_LIMIT_BYTES = 256 * 1024;
const CALLS_LIMIT_BYTES = 1024 * 1024;

export interface FinishedReply {
  readonly text: string | null;
  readonly toolCalls: readonly RequestedToolCall[];
  readonly finishReason: string;
  readonly usage: RawUsage | null;
  /** The model the service says it used. */
  readonly model: string | null;
}

export interface ReplyDraft {
  /** Takes one event of a stream. @throws FailureError when the reply cannot become a good one any more */
  add(chunk: unknown): void;
  /** Takes a whole answer, as servers send that do not stream. @throws FailureError */
  addWhole(answer: unknown): void;
  /** @throws FailureError when what came is not a reply */
  finish(): FinishedReply;
  /** Text or a tool call has begun to arrive. */
  readonly speaking: boolean;
  /** What is known about the cost, also of a reply that failed. */
  readonly usage: RawUsage | null;
}

interface CallDraft {
  id: string;
  name: string;
  arguments: string;
}

/** @param idPrefix of the ids given to tool calls that came without one */
export function draftReply(idPrefix: string, onText: (delta: string) => void): ReplyDraft {
  let text = '';
  let textBytes = 0;
  let callBytes = 0;
  let refused = false;
  let finishReason: string | null = null;
  let usage: RawUsage | null = null;
  let model: string | null = null;
  let events = 0;
  let choices = 0;
  const calls: CallDraft[] = [];
  const callAt = new Map<number, CallDraft>();

  function addToolCall(part: unknown, position: number): void {
    if (!isRecord(part)) return;
    const fn = isRecord(part['function']) ? part['function'] : {};
    const id = stringOf(part['id']);
    const name = stringOf(fn['name']);
    const index = typeof part['index'] === 'number' ? part['index'] : undefined;
    const current = callAt.get(index ?? position);
    // Some servers give every parallel call index 0, or none: a name under another id then begins a new call.
    const another = name !== '' && current?.name !== '' && (id === '' ? index === undefined : id !== current?.id);
    let call = current;
    if (call === undefined || another) {
      if (calls.length === MOST.toolCallsPerStep) {
        throw failed('upstream_degraded', `The reply asks for more than ${MOST.toolCallsPerStep} tool calls.`);
      }
      call = { id: '', name: '', arguments: '' };
      calls.push(call);
      callAt.set(index ?? position, call);
    }
    call.id ||= id;
    call.name ||= name;
    const more = fn['arguments'];
    const piece = isRecord(more) ? JSON.stringify(more) : stringOf(more);
    call.arguments += piece;
    callBytes += Buffer.byteLength(piece) + Buffer.byteLength(name) + Buffer.byteLength(id);
    if (callBytes > CALLS_LIMIT_BYTES) throw failed('upstream_degraded', 'The tool calls are over 1 MiB long.');
  }

  function addDelta(delta: Readonly<Record<string, unknown>>): void {
    const piece = contentOf(delta['content']);
    if (piece !== '') {
      textBytes += Buffer.byteLength(piece);
      if (textBytes > TEXT_LIMIT_BYTES) throw failed('upstream_degraded', 'The reply is over 256 KiB long.');
      text += piece;
      onText(piece);
    }
    if (stringOf(delta['refusal']) !== '') refused = true;
    if (Array.isArray(delta['tool_calls'])) delta['tool_calls'].forEach(addToolCall);
  }

  function add(chunk: unknown): void {
    if (!isRecord(chunk)) throw failed('upstream_degraded', 'The answer is JSON, but not an object.');
    events++;
    if (isUsage(chunk['usage'])) usage = chunk['usage'];
    if (typeof chunk['model'] === 'string' && chunk['model'] !== '') model = chunk['model'];
    const all: unknown = chunk['choices'];
    const choice: unknown = Array.isArray(all) ? all[0] : undefined;
    if (!isRecord(choice)) return;
    choices++;
    if (typeof choice['finish_reason'] === 'string') finishReason = choice['finish_reason'];
    if (isRecord(choice['delta'])) addDelta(choice['delta']);
  }

  function addWhole(answer: unknown): void {
    const choice: unknown = isRecord(answer) && Array.isArray(answer['choices']) ? answer['choices'][0] : undefined;
    if (!isRecord(answer) || !isRecord(choice)) return add(answer);
    // A whole answer is complete by being whole, whether or not the server says why it stopped.
    const reason = choice['finish_reason'] ?? 'stop';
    add({ ...answer, choices: [{ delta: choice['message'], finish_reason: reason }] });
  }

  function finish(): FinishedReply {
    if (events === 0) throw failed('upstream_degraded', 'The answer is empty.');
    if (choices === 0) throw failed('upstream_degraded', 'The answer has no choices.');
    if (refused) throw failed('refusal', 'The model refused.');
    if (finishReason === null) throw failed('network', 'The stream ended before the reply did.');
    if (finishReason === 'content_filter')
      throw failed('content_filter', "The provider's content filter stopped the reply.");
    if (finishReason === 'length') throw failed('output_cut_off', 'The reply hit the output token limit.');
    if (finishReason === 'error') throw failed('upstream_degraded', 'The service ended the reply with an error.');
    const said = clean(text);
    // Sampling accidents happen: another attempt usually answers, and a customer must never get an empty message.
    if (said.trim() === '' && calls.length === 0) {
      throw failed('upstream_degraded', 'The reply has neither text nor tool calls.');
    }
    return { text: said.trim() === '' ? null : said, toolCalls: distinct(calls, idPrefix), finishReason, usage, model };
  }

  return {
    add,
    addWhole,
    finish,
    get speaking() {
      return text !== '' || calls.length > 0;
    },
    get usage() {
      return usage;
    },
  };
}

/** Tool results refer to a call by its id, so within one reply no two calls may share one and none may lack one. */
function distinct(calls: readonly CallDraft[], idPrefix: string): RequestedToolCall[] {
  const taken = new Set<string>();
  return calls.map((call, index) => {
    let id = clean(call.id) || `${idPrefix}_${index}`;
    while (taken.has(id)) id = `${id}_${index}`;
    taken.add(id);
    // An empty string is how many models call a tool that takes nothing.
    return { id, name: clean(call.name), arguments: clean(call.arguments).trim() || '{}' };
  });
}

/** PostgreSQL takes no NUL and no half of a surrogate pair; such text would fail every attempt to store it. */
function clean(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}

function failed(kind: FailureKind, message: string): FailureError {
  const failure: Failure = { kind, message };
  return new FailureError(failure);
}

/** Text, or the text parts of a list of parts. */
function contentOf(content: unknown): string {
  if (!Array.isArray(content)) return stringOf(content);
  return content.map((part) => (isRecord(part) && part['type'] === 'text' ? stringOf(part['text']) : '')).join('');
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `JSON.parse` made is JSON, so an object of it is a `RawUsage`. */
function isUsage(value: unknown): value is RawUsage {
  return isRecord(value);
}
