/**
 * What can go wrong between us and a model service, by name: one entry each for what the classifier has to know, played over
 * a real socket. (A refused connection needs no server: use a port where nobody listens.)
 */
import type { ServerResponse } from 'node:http';
import { chunk, DONE, type Frame, sse, usageEvent } from './wire.ts';

/** Plays one fault. The response is untouched, the request read to its end. */
type Play = (response: ServerResponse, frame: Frame) => void;

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
const HTML = '<!doctype html><html><head><title>Oops</title></head><body><h1>Something went wrong</h1></body></html>';

/** An error as OpenAI words it. The customer's text is in none of them. */
function refuse(status: number, type: string, code: string | null, message: string, headers: object = {}): Play {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message, type, param: null, code } }));
  };
}

function body(status: number, contentType: string, text: string): Play {
  return (response) => {
    response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };
}

/** A stream of these events, closed in the ordinary way. */
function stream(events: (frame: Frame) => readonly string[]): Play {
  return (response, frame) => {
    response.writeHead(200, EVENT_STREAM);
    response.end(events(frame).join(''));
  };
}

const begin = (frame: Frame) => chunk(frame, { role: 'assistant', content: 'Let me have a look at ' });

const PLAYS = {
  connection_reset: (response) => response.socket?.resetAndDestroy(),
  no_answer: () => {},
  socket_dies_mid_stream: (response, frame) => {
    response.writeHead(200, EVENT_STREAM);
    response.write(begin(frame), () => response.socket?.resetAndDestroy());
  },
  stream_ends_early: stream((frame) => [begin(frame)]),
  stream_done_early: stream((frame) => [begin(frame), DONE]),
  stream_stalls: (response, frame) => {
    response.writeHead(200, EVENT_STREAM);
    response.write(begin(frame));
  },
  slow_drip: (response, frame) => {
    response.writeHead(200, EVENT_STREAM);
    const drip = () => response.write(chunk(frame, { content: 'and ' }));
    drip();
    const timer = setInterval(drip, 10);
    response.on('close', () => clearInterval(timer));
  },
  stream_error_event: stream((frame) => [
    begin(frame),
    sse({
      error: { message: 'The server had an error while processing your request.', type: 'server_error', code: null },
    }),
  ]),
  stream_rate_limit_event: stream((frame) => [
    begin(frame),
    sse({ error: { message: 'Slow down.', type: 'requests', code: 'rate_limit_exceeded' } }),
  ]),
  stream_broken_json: stream((frame) => [begin(frame), 'data: {"id":"chatcmpl-1","choices":[{"del\n\n', DONE]),
  stream_without_choices: stream((frame) => [usageEvent(frame, 0), DONE]),
  endless_text: (response, frame) => {
    response.writeHead(200, EVENT_STREAM);
    const flood = () => {
      while (!response.destroyed && response.write(chunk(frame, { content: 'la '.repeat(3_000) }))) {
        // Until the socket is full; `drain` comes back here.
      }
    };
    response.on('drain', flood);
    flood();
  },
  html_200: body(200, 'text/html; charset=utf-8', HTML),
  empty_200: body(200, 'application/json', ''),
  empty_stream_200: body(200, 'text/event-stream', ''),
  broken_json_200: body(200, 'application/json', '{"id":"chatcmpl-1","choices":[{"mess'),
  empty_choices: (response, { id, model, created }) =>
    body(
      200,
      'application/json',
      JSON.stringify({ id, object: 'chat.completion', created, model, choices: [] }),
    )(response, { id, model, created, promptTokens: 0 }),
  error_body_200: body(200, 'application/json', '{"error":{"message":"Provider returned error","code":429}}'),
  authentication_401: refuse(401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'),
  forbidden_403: refuse(403, 'invalid_request_error', 'unsupported_country', 'You may not use this.'),
  quota_402: refuse(402, 'invalid_request_error', null, 'Payment is required.'),
  model_not_found_404: refuse(404, 'invalid_request_error', 'model_not_found', 'The model does not exist.'),
  invalid_request_400: refuse(400, 'invalid_request_error', null, 'Missing a required parameter.'),
  context_length_400: refuse(400, 'invalid_request_error', 'context_length_exceeded', 'The prompt is too long.'),
  content_filter_400: refuse(400, 'invalid_request_error', 'content_filter', 'The prompt was filtered.'),
  timeout_408: refuse(408, 'server_error', null, 'The request took too long.'),
  conflict_409: refuse(409, 'server_error', null, 'The resource is locked.'),
  too_large_413: body(413, 'text/html', HTML),
  unprocessable_422: refuse(422, 'invalid_request_error', null, 'The request cannot be processed.'),
  rate_limit_429: refuse(429, 'requests', 'rate_limit_exceeded', 'Too many requests.', { 'retry-after': '7' }),
  rate_limit_429_ms: refuse(429, 'requests', 'rate_limit_exceeded', 'Too many requests.', { 'retry-after-ms': '250' }),
  rate_limit_429_bare: refuse(429, 'requests', 'rate_limit_exceeded', 'Too many requests.'),
  quota_429: refuse(429, 'insufficient_quota', 'insufficient_quota', 'You ran out of money.', { 'retry-after': '7' }),
  server_error_500: refuse(500, 'server_error', null, 'The server had an error.'),
  bad_gateway_502_html: body(502, 'text/html', HTML),
  unavailable_503: refuse(503, 'server_error', null, 'Unavailable.', { 'retry-after': '3' }),
  gateway_timeout_504: body(504, 'text/html', HTML),
  overloaded_529: refuse(529, 'overloaded_error', null, 'Overloaded.'),
  finish_length: stream((frame) => [begin(frame), chunk(frame, {}, 'length'), usageEvent(frame, 100), DONE]),
  finish_content_filter: stream((frame) => [
    begin(frame),
    chunk(frame, {}, 'content_filter'),
    usageEvent(frame, 20),
    DONE,
  ]),
  refusal: stream((frame) => [
    chunk(frame, { role: 'assistant', refusal: 'I cannot ' }),
    chunk(frame, { refusal: 'help with that.' }),
    chunk(frame, {}, 'stop'),
    usageEvent(frame, 30),
    DONE,
  ]),
  empty_reply: stream((frame) => [chunk(frame, { role: 'assistant', content: ' ' }), chunk(frame, {}, 'stop'), DONE]),
  broken_tool_json: stream((frame) => [
    chunk(frame, { role: 'assistant', content: null, tool_calls: [brokenCall('lookup_order', '{"orderId": "O-10')] }),
    chunk(frame, {}, 'tool_calls'),
    usageEvent(frame, 30),
    DONE,
  ]),
  duplicate_call_ids: stream((frame) => [
    chunk(frame, { role: 'assistant', content: null, tool_calls: [brokenCall('first', '{}', 0)] }),
    chunk(frame, { tool_calls: [brokenCall('second', '{}', 1)] }),
    chunk(frame, {}, 'tool_calls'),
    DONE,
  ]),
} satisfies Record<string, Play>;

function brokenCall(name: string, text: string, index = 0) {
  return { index, id: 'call_same', type: 'function', function: { name, arguments: text } };
}

export type FaultName = keyof typeof PLAYS;

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(PLAYS, name);
}

/** Every fault, by name. */
export const FAULTS: readonly FaultName[] = Object.keys(PLAYS).filter(isFaultName);

/**
 * Faults that a client takes for an ordinary answer (the harm shows later, when the tool call is parsed). A request repeated
 * after a crash gets the same one again, as with any answer.
 */
export const ANSWERING_FAULTS: ReadonlySet<FaultName> = new Set<FaultName>(['broken_tool_json', 'duplicate_call_ids']);

export function playFault(name: FaultName, response: ServerResponse, frame: Frame): void {
  PLAYS[name](response, frame);
}
