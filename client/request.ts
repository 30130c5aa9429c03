/** One request, made again where that may help. Every call of the API is safe to repeat, so all of them are. */
import type { Wire } from '../api/schemas.ts';
import { ApiError } from './errors.ts';

/** What is needed of `fetch`. */
export interface SendOptions {
  readonly signal?: AbortSignal;
  readonly retries?: number;
}

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export interface Connection {
  readonly baseUrl: string;
  readonly key: string;
  readonly fetch: Fetch;
  /** How often a request is made again before the failure is thrown. */
  readonly retries: number;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly retries?: number | undefined;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const WORTH_REPEATING = new Set([429, 502, 503, 504]);

/** @throws ApiError, the signal's reason, or `fetch`'s error when no attempt reached the API */
export async function request(connection: Connection, call: Call): Promise<Response> {
  const retries = call.retries ?? connection.retries;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await once(connection, call);
    if (outcome.kind === 'answer') return outcome.response;
    if (attempt >= retries || !outcome.repeat) throw outcome.error;
    await connection.sleep(pause(attempt, outcome.retryAfterMs), call.signal);
  }
}

type Outcome =
  | { readonly kind: 'answer'; readonly response: Response }
  | { readonly kind: 'failure'; readonly error: unknown; readonly repeat: boolean; readonly retryAfterMs: number };

async function once(connection: Connection, { method, path, body, headers, signal }: Call): Promise<Outcome> {
  let response: Response;
  try {
    response = await connection.fetch(connection.baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${connection.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    return { kind: 'failure', error, repeat: signal?.aborted !== true, retryAfterMs: 0 };
  }
  if (response.ok) return { kind: 'answer', response };
  return {
    kind: 'failure',
    error: new ApiError(await problemIn(response)),
    repeat: WORTH_REPEATING.has(response.status),
    retryAfterMs: retryAfterOf(response),
  };
}

/** Twice as long each time, a random part of it so that many clients do not come back together; never before Retry-After. */
function pause(attempt: number, retryAfterMs: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  return retryAfterMs + Math.round(longest * (0.5 + Math.random() / 2));
}

function retryAfterOf({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}

async function problemIn(response: Response): Promise<Wire['problem']> {
  const text = await response.text().catch(() => '');
  if (response.headers.get('content-type')?.startsWith('application/problem+json') === true) {
    try {
      return JSON.parse(text) as Wire['problem'];
    } catch {
      // cut off on the way: what is known is the status
    }
  }
  return {
    type: 'about:blank',
    title: `The answer was ${response.status} ${response.statusText}, and not from the Handback API.`,
    status: response.status,
    code: 'unknown',
    fix: 'Check the base URL and what is between.',
  };
}

/** Sleeps, unless the signal ends it. @throws the signal's reason */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
