/**
 * The one classifier: whatever is thrown becomes a typed failure, once, here. Nothing downstream looks at an exception again.
 */
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { ContentFilterFinishReasonError, LengthFinishReasonError } from 'openai/core/error';
import { z } from 'zod';
import { FAILURES, type Failure, FailureError, type FailureKind } from '../core/failure.ts';
import { parseFailure } from '../core/failure-json.ts';
import { retryAfterMs, safeMessage } from '../core/failure-message.ts';
import { databaseFailure } from './database-failure.ts';

/** Why we ourselves gave up on a call. The exception that follows an abort looks different in every library. */
export type Aborted = 'cancelled' | 'timeout';

/**
 * The failure behind anything thrown. Total: never throws.
 *
 * @param aborted set it when we aborted the call: it decides, whatever the exception looks like
 */
export function classify(error: unknown, aborted?: Aborted): Failure {
  if (aborted === 'timeout') return { kind: 'timeout', message: 'No answer within the time allowed.' };
  if (aborted === 'cancelled') return { kind: 'cancelled', message: 'The call was cancelled.' };
  if (error instanceof FailureError) return error.failure;
  if (error instanceof APIError) return apiFailure(error);
  if (error instanceof LengthFinishReasonError) {
    return { kind: 'output_cut_off', message: 'The reply hit the output token limit.' };
  }
  if (error instanceof ContentFilterFinishReasonError) {
    return { kind: 'content_filter', message: "The provider's content filter stopped the reply." };
  }
  if (error instanceof z.core.$ZodError) return { kind: 'invalid_model_output', message: zodMessage(error) };
  if (error instanceof CancelledFailure) return { kind: 'cancelled', message: 'The call was cancelled.' };
  if (error instanceof TimeoutFailure) return { kind: 'timeout', message: `Timed out (${error.timeoutType}).` };
  if (error instanceof ApplicationFailure) {
    return parseFailure(error.details?.[0]) ?? { kind: 'internal', message: plain(error) };
  }
  if (!(error instanceof Error)) return { kind: 'internal', message: `Something threw ${notAnError(error)}.` };
  return errorFailure(error);
}

/**
 * The same for what a tool threw. A tool's own bugs and its own database are the tool's (`tool_error`), not ours: ours
 * would page somebody and wait for the platform's database for ever.
 */
export function classifyToolError(error: unknown, aborted?: Aborted): Failure {
  const failure = classify(error, aborted);
  // The platform types wrong arguments itself, before anything runs; a schema that fails later is one of the tool's own.
  if (error instanceof z.core.$ZodError) return { ...failure, kind: 'tool_error' };
  const toolsOwn = failure.kind === 'internal' || failure.kind === 'database';
  return toolsOwn && !(error instanceof FailureError) ? { ...failure, kind: 'tool_error' } : failure;
}

/**
 * How a failure leaves an activity: `type` is the kind, `details[0]` the failure. No cause and no stack of the original
 * travels along, because both can hold customer text and history is kept.
 */
export function toApplicationFailure(
  failure: Failure,
  { nonRetryable }: { readonly nonRetryable: boolean },
): ApplicationFailure {
  const { attempts, pages } = FAILURES[failure.kind];
  const wait = failure.retryAfterMs ?? 0;
  return ApplicationFailure.create({
    type: failure.kind,
    message: failure.message,
    nonRetryable,
    details: [failure],
    // The server reads a delay of zero as "no opinion"; leaving it out says the same and keeps the policy's backoff.
    ...(wait > 0 && !nonRetryable ? { nextRetryDelay: wait } : {}),
    // What is neither worth a retry nor a page is part of business: no error log, no error metric.
    ...(attempts === 1 && !pages ? { category: ApplicationFailureCategory.BENIGN } : {}),
  });
}

function errorFailure(error: Error): Failure {
  if (error.name === 'AbortError') return { kind: 'cancelled', message: 'The call was cancelled.' };
  if (error.name === 'TimeoutError') return { kind: 'timeout', message: 'No answer within the time allowed.' };
  const database = databaseFailure(error);
  if (database !== undefined) return database;
  // The parser's message quotes what it could not parse, so only the fact is kept.
  if (error instanceof SyntaxError) return { kind: 'upstream_degraded', message: 'The answer is not valid JSON.' };
  return networkFailure(error) ?? { kind: 'internal', message: plain(error) };
}

function apiFailure(error: APIError): Failure {
  if (error instanceof APIUserAbortError) return { kind: 'cancelled', message: 'The call was cancelled.' };
  if (error instanceof APIConnectionTimeoutError)
    return { kind: 'timeout', message: 'No answer within the time allowed.' };
  if (error instanceof APIConnectionError) {
    return networkFailure(error.cause) ?? { kind: 'network', message: 'The connection failed.' };
  }
  const body: unknown = error.error;
  const said = typeof body === 'object' && body !== null && 'message' in body ? body.message : body;
  const sentence = typeof said === 'string' && !said.includes('<') ? said : '';
  // Gateways put the HTTP status of whoever is behind them into `code`, also in events of a stream.
  const code = word(error.code) ?? word(error.type);
  const status = error.status ?? (Number.isInteger(Number(code)) ? Number(code) : undefined);
  const wait = retryAfterMs(error.headers, Date.now());
  const parts = [
    status === undefined ? 'An error event' : `HTTP ${status}`,
    code,
    word(error.param),
    safeMessage(sentence),
  ];
  return {
    kind: kindOf(status, code ?? '', word(error.type) ?? '', sentence),
    message: parts.filter((part) => part !== undefined && part !== '').join(' · '),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(status === undefined ? {} : { status }),
  };
}

const OVERFLOW = /context.?(length|window)|maximum context|too many tokens|prompt is too long|too large for model/i;
const OUT_OF_MONEY = /insufficient_quota|billing|credit|payment/i;
const FILTERED = /content_filter|content_policy|responsibleai/i;

/** What the service says about itself in `code` and `type` counts first; the status decides what is left. */
function kindOf(status: number | undefined, code: string, type: string, sentence: string): FailureKind {
  const names = `${code} ${type}`;
  if (/context_length|context_window|string_above_max/i.test(names)) return 'context_overflow';
  if (FILTERED.test(names)) return 'content_filter';
  if (OUT_OF_MONEY.test(names) || status === 402) return 'quota';
  if (/invalid_api_key|authentication/i.test(names)) return 'authentication';
  if (/model_not_found/i.test(names)) return 'configuration';
  if (status === undefined) return /rate_limit/i.test(names) ? 'rate_limit' : 'upstream_degraded';
  if (status === 401 || status === 403) return 'authentication';
  if (status === 404 || status === 405) return 'configuration';
  if (status === 408) return 'timeout';
  // A conflict is about the service's state, not about what we sent: the same call may work the next time.
  if (status === 409) return 'upstream_degraded';
  // Too large a body is too long a prompt, and a shorter one is the cure.
  if (status === 413) return 'context_overflow';
  if (status === 429) return 'rate_limit';
  if (status >= 500) return 'upstream_degraded';
  if (status === 400 && OVERFLOW.test(sentence)) return 'context_overflow';
  if (status === 400 && /api key/i.test(sentence)) return 'authentication';
  return 'invalid_request';
}

const TIMEOUTS = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const NETWORK = /^(E(CONN|HOST|NET|PIPE|ADDR|AI_)|ENOTFOUND|UND_ERR_)/;
const CERTIFICATE = /CERT|UNABLE_TO_(VERIFY|GET)|^ERR_(TLS|SSL|INVALID_URL)/;

/** Looks down the causes: `fetch` says only "fetch failed" or "terminated" and keeps the reason inside. */
function networkFailure(error: unknown, depth = 0): Failure | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (TIMEOUTS.has(code)) return { kind: 'timeout', message: `No connection or no answer in time (${code}).` };
  if (CERTIFICATE.test(code))
    return { kind: 'configuration', message: `The address or its certificate is wrong (${code}).` };
  if (code.startsWith('HPE_')) return { kind: 'upstream_degraded', message: `The answer is not HTTP (${code}).` };
  if (NETWORK.test(code)) return { kind: 'network', message: `The connection failed (${code}).` };
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  const deeper = networkFailure(inner, depth + 1);
  if (deeper !== undefined) return deeper;
  const fetchSaysSo = error instanceof TypeError && /^(terminated|fetch failed)$/.test(error.message);
  return fetchSaysSo ? { kind: 'network', message: 'The connection was cut.' } : undefined;
}

/** Paths and codes only: a schema's message may repeat the value it rejects. */
function zodMessage(error: z.core.$ZodError): string {
  const issues = error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.') || 'value'}: ${issue.code}`);
  return safeMessage(`Does not fit the schema: ${issues.join(', ')}`);
}

function plain(error: Error): string {
  return safeMessage(`${error.name}: ${error.message}`);
}

function notAnError(thrown: unknown): string {
  return typeof thrown === 'string' ? `a string: ${safeMessage(thrown)}` : thrown === null ? 'null' : typeof thrown;
}

/** A machine-readable word of the service. Anything else in its place could be a sentence and is dropped. */
function word(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[\w.[\]-]{1,64}$/.test(text) ? text : undefined;
}
