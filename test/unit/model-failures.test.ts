/** Loopback HTTP only: what a model service can do wrong, one row each, through the real client over a real socket. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ModelCallError } from '../../activities/model.ts';
import { type FailureKind, mayRetry } from '../../core/failure.ts';
import { ANSWERING_FAULTS, FAULTS, type FaultName } from '../../stand-in/faults.ts';
import { type StandIn, startStandIn } from '../../stand-in/server.ts';
import { callTools, fault } from '../../stand-in/steps.ts';
import { ask, CUSTOMER_SAID } from '../support/model-call.ts';

interface Row {
  readonly when: string;
  readonly fault: FaultName;
  readonly kind: FailureKind;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  /** Of the call; short where the service never comes to an end. */
  readonly timeoutMs?: number;
}

const again = { retryable: true } as const;
const final = { retryable: false } as const;

const ROWS: readonly Row[] = [
  { when: 'a connection reset before the headers', fault: 'connection_reset', kind: 'network', ...again },
  { when: 'no answer in the time allowed', fault: 'no_answer', kind: 'timeout', ...again, timeoutMs: 60 },
  { when: 'a socket that dies in mid-stream', fault: 'socket_dies_mid_stream', kind: 'network', ...again },
  { when: 'a stream that ends early without an error', fault: 'stream_ends_early', kind: 'network', ...again },
  { when: 'a stream that says DONE before the reply ended', fault: 'stream_done_early', kind: 'network', ...again },
  { when: 'a stream that stalls', fault: 'stream_stalls', kind: 'timeout', ...again, timeoutMs: 80 },
  { when: 'a stream that drips for ever', fault: 'slow_drip', kind: 'timeout', ...again, timeoutMs: 80 },
  { when: 'an error event in a stream', fault: 'stream_error_event', kind: 'upstream_degraded', ...again },
  { when: 'a rate limit event in a stream', fault: 'stream_rate_limit_event', kind: 'rate_limit', ...again },
  { when: 'a stream event that is broken JSON', fault: 'stream_broken_json', kind: 'upstream_degraded', ...again },
  { when: 'a stream without any choice', fault: 'stream_without_choices', kind: 'upstream_degraded', ...again },
  { when: 'a reply that is over 256 KiB long', fault: 'endless_text', kind: 'upstream_degraded', ...again },
  { when: 'HTML with status 200', fault: 'html_200', kind: 'upstream_degraded', ...again },
  { when: 'an empty body with status 200', fault: 'empty_200', kind: 'upstream_degraded', ...again },
  { when: 'an empty stream with status 200', fault: 'empty_stream_200', kind: 'upstream_degraded', ...again },
  { when: 'broken JSON with status 200', fault: 'broken_json_200', kind: 'upstream_degraded', ...again },
  { when: 'empty choices with status 200', fault: 'empty_choices', kind: 'upstream_degraded', ...again },
  { when: 'an error body that says 429, with status 200', fault: 'error_body_200', kind: 'rate_limit', ...again },
  { when: 'HTTP 401', fault: 'authentication_401', kind: 'authentication', ...final },
  { when: 'HTTP 403', fault: 'forbidden_403', kind: 'authentication', ...final },
  { when: 'HTTP 402', fault: 'quota_402', kind: 'quota', ...final },
  { when: 'HTTP 404 model_not_found', fault: 'model_not_found_404', kind: 'configuration', ...final },
  { when: 'HTTP 400', fault: 'invalid_request_400', kind: 'invalid_request', ...final },
  { when: 'HTTP 400 context_length_exceeded', fault: 'context_length_400', kind: 'context_overflow', ...final },
  { when: 'HTTP 400 content_filter', fault: 'content_filter_400', kind: 'content_filter', ...final },
  { when: 'HTTP 408', fault: 'timeout_408', kind: 'timeout', ...again },
  { when: 'HTTP 409', fault: 'conflict_409', kind: 'upstream_degraded', ...again },
  { when: 'HTTP 413', fault: 'too_large_413', kind: 'context_overflow', ...final },
  { when: 'HTTP 422', fault: 'unprocessable_422', kind: 'invalid_request', ...final },
  { when: 'HTTP 429 with retry-after 7', fault: 'rate_limit_429', kind: 'rate_limit', ...again, retryAfterMs: 7_000 },
  {
    when: 'HTTP 429 with retry-after-ms 250',
    fault: 'rate_limit_429_ms',
    kind: 'rate_limit',
    ...again,
    retryAfterMs: 250,
  },
  { when: 'HTTP 429 without a hint', fault: 'rate_limit_429_bare', kind: 'rate_limit', ...again },
  { when: 'HTTP 429 insufficient_quota', fault: 'quota_429', kind: 'quota', ...final, retryAfterMs: 7_000 },
  { when: 'HTTP 500', fault: 'server_error_500', kind: 'upstream_degraded', ...again },
  { when: 'HTTP 502 with HTML', fault: 'bad_gateway_502_html', kind: 'upstream_degraded', ...again },
  {
    when: 'HTTP 503 with retry-after 3',
    fault: 'unavailable_503',
    kind: 'upstream_degraded',
    ...again,
    retryAfterMs: 3_000,
  },
  { when: 'HTTP 504 with HTML', fault: 'gateway_timeout_504', kind: 'upstream_degraded', ...again },
  { when: 'HTTP 529', fault: 'overloaded_529', kind: 'upstream_degraded', ...again },
  { when: 'finish_reason length', fault: 'finish_length', kind: 'output_cut_off', ...final },
  { when: 'finish_reason content_filter', fault: 'finish_content_filter', kind: 'content_filter', ...final },
  { when: 'a refusal', fault: 'refusal', kind: 'refusal', ...final },
  { when: 'a reply with neither text nor tool calls', fault: 'empty_reply', kind: 'upstream_degraded', ...again },
];

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

async function failureOf(call: Promise<unknown>): Promise<ModelCallError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof ModelCallError) return thrown;
  throw new Error(`Expected a ModelCallError, got ${String(thrown)}`);
}

for (const row of ROWS) {
  const wait = row.retryAfterMs === undefined ? '' : `, retry in ${row.retryAfterMs} ms`;
  const next = wait !== '' && row.retryable ? wait : row.retryable ? ', retry' : ', no retry';
  it(`${row.when} -> ${row.kind}${next}`, async () => {
    standIn.script(`shop/${row.fault}`, [fault(row.fault)]);
    const error = await failureOf(
      ask(standIn.url, { conversation: { tenant: 'shop', id: row.fault }, timeoutMs: row.timeoutMs ?? 5_000 }),
    );
    expect(error.failure).toMatchObject({ kind: row.kind });
    expect(error.failure.retryAfterMs).toBe(row.retryAfterMs);
    expect(mayRetry(error.failure.kind, 1)).toBe(row.retryable);
    expect(error.failure.message.length).toBeGreaterThan(0);
    expect(error.failure.message.length).toBeLessThan(400);
    expect(error.failure.message).not.toContain('<');
    expect(error.failure.message).not.toContain(CUSTOMER_SAID.slice(0, 12));
    // One request and no more: the client retries nothing by itself.
    expect(standIn.calls.count(`shop/${row.fault}`)).toBe(1);
    standIn.assertFinished(`shop/${row.fault}`);
  });
}

it('a refused connection -> network, retry', async () => {
  const port = await closedPort();
  const { failure } = await failureOf(ask(`http://127.0.0.1:${port}/v1`));
  expect(failure).toEqual({ kind: 'network', message: 'The connection failed (ECONNREFUSED).' });
});

it('a cancelled call -> cancelled, no retry', async () => {
  standIn.script('shop/cancelled', [fault('no_answer')]);
  const { failure } = await failureOf(
    ask(standIn.url, { conversation: { tenant: 'shop', id: 'cancelled' } }, { signal: AbortSignal.abort() }),
  );
  expect(failure.kind).toBe('cancelled');
});

it('broken tool JSON is no failure of the call: the tool call carries the string', async () => {
  standIn.script('shop/broken', [fault('broken_tool_json')]);
  const reply = await ask(standIn.url, { conversation: { tenant: 'shop', id: 'broken' } });
  expect(reply.toolCalls).toEqual([{ id: 'call_same', name: 'lookup_order', arguments: '{"orderId": "O-10' }]);
});

it('tool calls that share an id get distinct ones', async () => {
  standIn.script('shop/same', [fault('duplicate_call_ids')]);
  const reply = await ask(standIn.url, { conversation: { tenant: 'shop', id: 'same' } });
  expect(reply.toolCalls.map(({ id, name }) => [id, name])).toEqual([
    ['call_same', 'first'],
    ['call_same_1', 'second'],
  ]);
});

it.each([
  ['asks for 65 tools at once', Array.from({ length: 65 }, () => ({ name: 'a', arguments: {} })), 'more than 64'],
  ['has arguments of over 1 MiB', [{ name: 'a', arguments: { of: 'ü'.repeat(600_000) } }], 'over 1 MiB'],
  ['has a name of over 1 MiB', [{ name: 'a'.repeat(1_100_000), arguments: {} }], 'over 1 MiB'],
])('a reply that %s -> upstream_degraded, retry', async (what, calls, says) => {
  const id = what.replaceAll(' ', '-');
  for (const pace of [{}, { plainJson: true }]) {
    standIn.script(`shop/${id}`, [callTools(calls, undefined, pace)]);
    const { failure } = await failureOf(ask(standIn.url, { conversation: { tenant: 'shop', id } }));
    expect(failure).toMatchObject({ kind: 'upstream_degraded', message: expect.stringContaining(says) });
  }
});

it('64 tool calls are a reply', async () => {
  const calls = Array.from({ length: 64 }, () => ({ name: 'a', arguments: {} }));
  standIn.script('shop/many', [callTools(calls)]);
  const reply = await ask(standIn.url, { conversation: { tenant: 'shop', id: 'many' } });
  expect(reply.toolCalls).toHaveLength(64);
});

it('a failed reply still says what it cost', async () => {
  standIn.script('shop/cost', [fault('finish_length')]);
  const error = await failureOf(ask(standIn.url, { conversation: { tenant: 'shop', id: 'cost' } }));
  expect(error.usage).toMatchObject({ completion_tokens: 25 });
});

it('every fault the stand-in can play has its row', () => {
  const rows = new Set(ROWS.map((row) => row.fault));
  expect(FAULTS.filter((name) => !rows.has(name) && !ANSWERING_FAULTS.has(name))).toEqual([]);
});

/** A port that was free a moment ago. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 1));
    });
  });
}
