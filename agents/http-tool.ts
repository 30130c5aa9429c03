/** A tool that is one request to a JSON API. */
import { FailureError } from '../core/failure.ts';
import type { Json } from '../core/manifest.ts';
import { defineTool, type Tool, type ToolAnswer, type ToolContext, type ToolSpec } from './define.ts';
import { DefinitionError, definitionSite } from './definition-error.ts';
import { checkTarget, type Guard, guardedFetch } from './guarded-fetch.ts';
import { statusFailure } from './http-status.ts';

export interface HttpToolRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, http: or https:. Encode what comes from the arguments: `encodeURIComponent(orderId)`. */
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: Json;
}

export interface HttpToolSpec<I, O> extends Omit<ToolSpec<I, O>, 'run' | 'reconcile'> {
  /**
   * The request to make. Called more than once a call, so it must not change anything. A tool with `sideEffect` sends the
   * idempotency key as the header `Idempotency-Key` besides, where `headers` has none.
   */
  request(input: I, context: ToolContext): HttpToolRequest;
  /** Whether it may reach addresses that are not on the internet, e.g. a service beside this one. Default false. */
  readonly allowPrivateAddresses?: boolean;
  /** The longest answer, in bytes; default 1 MiB. */
  readonly maxBytes?: number;
  /** How far an answer can be relied on, 0 to 1; default 1. */
  readonly confidence?: number;
}

const MEBIBYTE = 1024 * 1024;

/**
 * The answer's JSON must fit `output`, and what that accepts is what the model reads. Redirects are not followed. A 4xx that
 * means "no" (404, 422, …) is `rejected`, with the service's message where it has a short one.
 *
 * @param resolve for tests: the addresses of a name
 * @throws DefinitionError
 * @example
 * const findParcel = httpTool({
 *   name: 'find_parcel', description: 'Say where a parcel is.', permission: 'allow', sideEffect: false,
 *   input: z.object({ parcel: z.string() }), output: z.object({ where: z.string() }),
 *   request: ({ parcel }) => ({ method: 'GET', url: `https://parcels.example/v1/${encodeURIComponent(parcel)}` }),
 * });
 */
export function httpTool<I, O>(spec: HttpToolSpec<I, O>, resolve?: Guard['resolve']): Tool {
  const { request, allowPrivateAddresses = false, maxBytes = MEBIBYTE, confidence = 1, ...rest } = spec;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
    throw new DefinitionError(
      `tool "${spec.name}"`,
      `has maxBytes ${maxBytes}`,
      'Use a whole number of at least 1.',
      definitionSite(),
    );
  }
  const guard: Guard = { allowPrivateAddresses, maxBytes, ...(resolve === undefined ? {} : { resolve }) };
  const fetch = guardedFetch(guard);
  return defineTool<I, O>({
    ...rest,
    async authorize(input, context) {
      const reason = await spec.authorize?.(input, context);
      if (reason !== undefined) return reason;
      // Here already, because a change whose address is refused has not begun.
      await checkTarget(new URL(request(input, context).url), guard);
      return undefined;
    },
    async run(input, context): Promise<ToolAnswer<O>> {
      const { method, url, headers, body } = request(input, context);
      const key: Readonly<Record<string, string>> = spec.sideEffect
        ? { 'idempotency-key': context.idempotencyKey }
        : {};
      const json = body === undefined ? {} : { 'content-type': 'application/json' };
      const source = new URL(url).host;
      try {
        const response = await fetch(url, {
          method,
          headers: merged({ accept: 'application/json', ...key, ...json }, headers),
          signal: context.signal,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (!response.ok) return { rejected: refusal(source, response, text) };
        // What does not fit `output` is found by whoever runs this.
        return { data: parsed(text) as O, confidence };
      } catch (error) {
        context.signal.throwIfAborted();
        throw error;
      }
    },
  });
}

/** Header names are the same in any case. */
function merged(defaults: Readonly<Record<string, string>>, given: HttpToolRequest['headers'] = {}): Headers {
  const headers = new Headers(defaults);
  for (const [name, value] of Object.entries(given)) headers.set(name, value);
  return headers;
}

/** @throws SyntaxError, which the platform reads as a service that answers nonsense */
function parsed(text: string): unknown {
  return text.trim() === '' ? null : JSON.parse(text);
}

/** @throws FailureError where it is none */
function refusal(source: string, response: Response, text: string): string {
  const failure = statusFailure(response.status, response.headers, Date.now());
  if (failure !== undefined) throw new FailureError({ ...failure, message: `${source} answered ${failure.message}` });
  return messageOf(text) ?? `${source} answered HTTP ${response.status}.`;
}

const LONGEST_MESSAGE = 300;
const MESSAGES = ['message', 'detail', 'error_description', 'error', 'title'] as const;

/** The one short sentence of a JSON error, wherever APIs put it. A page of HTML or a stack trace is none. */
function messageOf(text: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  return sentenceIn(body) ?? undefined;
}

function sentenceIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  for (const name of MESSAGES) {
    const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value;
    const sentence = typeof value === 'string' ? value : sentenceIn(value);
    if (sentence !== undefined && sentence.trim() !== '' && sentence.length <= LONGEST_MESSAGE) return sentence;
  }
  return undefined;
}
