/**
 * The one model seam: OpenAI Chat Completions over HTTP, streamed. Without a key the same calls go to the stand-in server;
 * there is no second code path. No retries here: Temporal does every one of them.
 */
import { APIError, type OpenAI } from 'openai';
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { Stream } from 'openai/streaming';
import type { ConversationRef } from '../core/conversation.ts';
import { type Failure, FailureError } from '../core/failure.ts';
import { echoes } from '../core/failure-message.ts';
import type { ToolManifest } from '../core/manifest.ts';
import type { ChatMessage, RawUsage, RequestedToolCall } from '../core/prompt.ts';
import { watchCall } from './call-watch.ts';
import { classify } from './failure.ts';
import { type ModelSettings, modelClients } from './model-clients.ts';
import { draftReply, type ReplyDraft } from './model-reply.ts';

export interface ModelRequest {
  readonly model: string;
  /** Who serves it; `undefined`: the default provider. */
  readonly provider?: string | undefined;
  /** For the whole call, in milliseconds. */
  readonly timeoutMs: number;
  readonly temperature?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolManifest[];
  readonly conversation: ConversationRef;
  readonly turn: number;
  readonly step: number;
  readonly attempt?: number | undefined;
}

export interface ModelReply {
  /** Never empty: `null` where there is nothing but tool calls. */
  readonly text: string | null;
  readonly toolCalls: readonly RequestedToolCall[];
  readonly finishReason: string;
  readonly usage: RawUsage | null;
  /** The model that answered, as the service names it. */
  readonly model: string;
  readonly ms: number;
  readonly msToFirstChunk: number;
}

export interface ModelCallOptions {
  /** Ends the call, and its socket, at once. */
  readonly signal: AbortSignal;
  /** Every piece of text as it comes. Not yet checked by anything: nothing of it may reach a customer. */
  readonly onText?: ((delta: string) => void) | undefined;
  /** Every event of the stream, with or without text: a sign of life for heartbeats. */
  readonly onProgress?: (() => void) | undefined;
}

export interface Model {
  /** @throws ModelCallError, and nothing else */
  complete(request: ModelRequest, options: ModelCallOptions): Promise<ModelReply>;
  /** Whether it knows this provider. Without this method it knows the default one, which is `undefined`, and no other. */
  serves?(provider: string | undefined): boolean;
}

/** A failed model call. It may have cost money all the same: `usage` is what the service said about that. */
export class ModelCallError extends FailureError {
  readonly usage: RawUsage | null;
  constructor(failure: Failure, usage: RawUsage | null) {
    super(failure);
    this.usage = usage;
  }
}

const IDLE_TIMEOUT_MS = 60_000;
const WHOLE_ANSWER_LIMIT_BYTES = 8 * 1024 * 1024;

/** @example createModel({ baseURL: standIn.url, apiKey: 'none' }).complete(request, { signal }) */
export function createModel(settings: ModelSettings): Model {
  const clients = modelClients(settings);
  return {
    serves: (provider) => clients.has(provider),
    async complete(request, options) {
      const client = clients.get(request.provider);
      if (client !== undefined) return complete(client, settings, request, options);
      // Of a revision that other workers registered, or that this one had before its variables were taken away.
      const message = `this worker does not know the ${namedOf(request)}`;
      throw new ModelCallError({ kind: 'configuration', message }, null);
    },
  };
}

function namedOf({ provider }: ModelRequest): string {
  return provider === undefined ? 'default provider' : `provider ${provider}`;
}

async function complete(
  client: OpenAI,
  settings: ModelSettings,
  request: ModelRequest,
  { signal, onText, onProgress }: ModelCallOptions,
): Promise<ModelReply> {
  const watch = watchCall(signal, request.timeoutMs, settings.idleTimeoutMs ?? IDLE_TIMEOUT_MS);
  const draft = draftReply(`call_${request.turn}_${request.step}`, (delta) => onText?.(delta));
  const started = performance.now();
  let firstAt: number | undefined;
  const heard = () => {
    firstAt ??= performance.now();
    // A thinking model is silent for long after its first, empty event: only a reply that has begun has to keep coming.
    if (draft.speaking) watch.heard();
    onProgress?.();
  };
  let how: 'finished' | 'stop' = 'stop';
  try {
    const response = await client.chat.completions
      .create(bodyOf(request, client.baseURL), {
        headers: headersOf(request),
        signal: watch.signal,
        // Ours must be the timeout that fires: it also covers the reading of the reply.
        timeout: request.timeoutMs + 60_000,
      })
      .asResponse();
    await readInto(draft, response, client, heard);
    // The client ends an aborted stream as if it were finished.
    watch.signal.throwIfAborted();
    const reply = draft.finish();
    how = 'finished';
    const ended = performance.now();
    return {
      ...reply,
      model: reply.model ?? request.model,
      ms: Math.round(ended - started),
      msToFirstChunk: Math.round((firstAt ?? ended) - started),
    };
  } catch (error) {
    const failure = classify(error, watch.aborted);
    const kept = error instanceof APIError ? withoutEcho(failure, request.messages) : failure;
    throw new ModelCallError(withProvider(kept, request), draft.usage);
  } finally {
    watch.end(how);
  }
}

async function readInto(draft: ReplyDraft, response: Response, client: OpenAI, heard: () => void): Promise<void> {
  if (response.body === null) return;
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/event-stream' || type === '') {
    for await (const chunk of Stream.fromSSEResponse<unknown>(response, new AbortController(), client)) {
      draft.add(chunk);
      heard();
    }
  } else if (type === 'application/json' || type.endsWith('+json')) {
    // A server that knows no streaming answers in one piece, and that is a good answer too.
    const text = await boundedText(response.body);
    if (text.trim() === '') return;
    const answer: unknown = JSON.parse(text);
    throwIfError(answer, response.headers);
    draft.addWhole(answer);
    heard();
  } else {
    throw new FailureError({
      kind: 'upstream_degraded',
      message: `HTTP ${response.status} with a body that is not an answer (content type ${/^[\w.+/-]{1,60}$/.test(type) ? type : 'unreadable'}).`,
      status: response.status,
    });
  }
}

/** Gateways report errors of what is behind them with status 200 and an `error` in the body. */
function throwIfError(answer: unknown, headers: Headers): void {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return;
  const { error } = answer;
  if (typeof error === 'object' && error !== null) throw new APIError(undefined, error, undefined, headers);
}

async function boundedText(body: NonNullable<Response['body']>): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > WHOLE_ANSWER_LIMIT_BYTES) {
      throw new FailureError({ kind: 'upstream_degraded', message: 'The answer is over 8 MiB long.' });
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function bodyOf(request: ModelRequest, baseURL: string): ChatCompletionCreateParamsStreaming {
  const { maxOutputTokens: limit, temperature, tools } = request;
  // OpenAI's reasoning models reject the old name; most other servers do not know the new one.
  const openai = /^https:\/\/[^/]*\.openai\.(azure\.)?com\//.test(`${baseURL}/`);
  return {
    model: request.model,
    messages: request.messages.map(toOpenAI),
    stream: true,
    stream_options: { include_usage: true },
    ...(temperature === undefined ? {} : { temperature }),
    ...(limit === undefined ? {} : openai ? { max_completion_tokens: limit } : { max_tokens: limit }),
    // An empty list is rejected.
    ...(tools.length === 0 ? {} : { tools: tools.map(toolToOpenAI) }),
  };
}

function toolToOpenAI({ name, description, input }: ToolManifest) {
  return { type: 'function' as const, function: { name, description, parameters: { ...input } } };
}

/**
 * Our message in the words of Chat Completions. What a model once got wrong must not make every later request invalid: names
 * that services reject are respelled, and arguments that are no JSON object are wrapped in one.
 */
export function toOpenAI(message: ChatMessage): ChatCompletionMessageParam {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: message.content };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    case 'assistant': {
      const calls = message.toolCalls ?? [];
      if (calls.length === 0) return { role: 'assistant', content: message.content ?? '' };
      return {
        role: 'assistant',
        content: message.content,
        tool_calls: calls.map((call) => ({
          id: call.id,
          type: 'function',
          function: { name: acceptableName(call.name), arguments: acceptableArguments(call.arguments) },
        })),
      };
    }
  }
}

function acceptableName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

function acceptableArguments(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch {
    // Falls through to the wrapper.
  }
  return JSON.stringify({ not_a_json_object: text });
}

/** The idempotency key is the same for every attempt, so that a gateway that knows it can answer a repeated call. */
function headersOf({ conversation: { tenant, id }, turn, step, attempt }: ModelRequest): Record<string, string> {
  return {
    'X-Handback-Conversation': `${tenant}/${id}`,
    'X-Handback-Turn': String(turn),
    'X-Handback-Step': String(step),
    'Idempotency-Key': `${tenant}/${id}/${turn}/${step}`,
    ...(attempt === undefined ? {} : { 'X-Handback-Attempt': String(attempt) }),
  };
}

/** Whoever reads of a wrong key has to know whose key it is. */
function withProvider(failure: Failure, request: ModelRequest): Failure {
  if (request.provider === undefined) return failure;
  return { ...failure, message: `${namedOf(request)}: ${failure.message}` };
}

/** Services explain errors by repeating what they were sent; failures are logged and kept, so that part has to go. */
function withoutEcho(failure: Failure, messages: readonly ChatMessage[]): Failure {
  const texts = messages.flatMap((message) => message.content ?? []);
  if (!echoes(failure.message, texts)) return failure;
  const status = failure.status === undefined ? '' : `HTTP ${failure.status} · `;
  return { ...failure, message: `${status}(the message repeats the prompt and is left out)` };
}
