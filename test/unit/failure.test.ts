/** Pure unit tests, no servers: what anything thrown becomes. (What a model service does is in model-failures.test.ts.) */
import { ActivityFailure, ApplicationFailure, CancelledFailure, RetryState, TimeoutFailure } from '@temporalio/common';
import { APIConnectionError, APIError } from 'openai';
import { ContentFilterFinishReasonError, LengthFinishReasonError } from 'openai/core/error';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { classify, classifyToolError, toApplicationFailure } from '../../activities/failure.ts';
import { FailureError, type FailureKind } from '../../core/failure.ts';
import { echoes, retryAfterMs, safeMessage } from '../../core/failure-message.ts';
import { fromTemporalFailure } from '../../workflows/temporal-failure.ts';

const coded = (message: string, code: string, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more });
const terminated = (code: string) =>
  Object.assign(new TypeError('terminated'), { cause: coded('other side closed', code) });
const pgError = (code: string) => coded('something about "Ada"', code, { severity: 'ERROR' });
const api = (status: number | undefined, error: object) => new APIError(status, error, undefined, new Headers());

const TABLE: readonly (readonly [when: string, thrown: () => unknown, kind: FailureKind])[] = [
  ['a typed failure', () => new FailureError({ kind: 'tool_rejected', message: 'Sold out.' }), 'tool_rejected'],
  [
    'a typed failure from another activity',
    () => toApplicationFailure({ kind: 'quota', message: 'x' }, { nonRetryable: true }),
    'quota',
  ],
  ['an untyped ApplicationFailure', () => ApplicationFailure.create({ message: 'x' }), 'internal'],
  ['a Temporal cancellation', () => new CancelledFailure('CANCELLED'), 'cancelled'],
  ['a Temporal timeout', () => new TimeoutFailure('x', undefined, 'START_TO_CLOSE'), 'timeout'],
  ['an AbortError', () => new DOMException('aborted', 'AbortError'), 'cancelled'],
  ['a TimeoutError of AbortSignal.timeout', () => new DOMException('late', 'TimeoutError'), 'timeout'],
  ['a stream cut by the other side', () => terminated('UND_ERR_SOCKET'), 'network'],
  ['a stream that was silent too long', () => terminated('UND_ERR_BODY_TIMEOUT'), 'timeout'],
  ['"terminated" without a cause', () => new TypeError('terminated'), 'network'],
  ['a host name that does not resolve', () => coded('getaddrinfo ENOTFOUND x', 'ENOTFOUND'), 'network'],
  ['a refused socket', () => coded('connect ECONNREFUSED', 'ECONNREFUSED'), 'network'],
  [
    'two refused addresses',
    () => new AggregateError([coded('x', 'ECONNREFUSED'), coded('y', 'ECONNREFUSED')]),
    'network',
  ],
  ['a connection error of the client', () => new APIConnectionError({ cause: coded('x', 'ECONNRESET') }), 'network'],
  ['an expired certificate', () => new APIConnectionError({ cause: coded('x', 'CERT_HAS_EXPIRED') }), 'configuration'],
  [
    'a server that does not speak HTTP',
    () => new APIConnectionError({ cause: coded('x', 'HPE_INVALID_CONSTANT') }),
    'upstream_degraded',
  ],
  ['a stream event with the code 429', () => api(undefined, { code: 429, message: 'slow' }), 'rate_limit'],
  [
    'a 400 that only says it in words',
    () => api(400, { message: "This model's maximum context length is 8192 tokens" }),
    'context_overflow',
  ],
  ['a 400 about the key', () => api(400, { message: 'API key not valid.' }), 'authentication'],
  ['a length error of parse()', () => new LengthFinishReasonError(), 'output_cut_off'],
  ['a filter error of parse()', () => new ContentFilterFinishReasonError(), 'content_filter'],
  ['broken JSON', () => syntaxError(), 'upstream_degraded'],
  ['a schema mismatch', () => z.object({ a: z.string() }).safeParse({ a: 1 }).error, 'invalid_model_output'],
  ['a schema mismatch that was thrown', () => thrownBy(() => z.string().parse(1)), 'invalid_model_output'],
  ['a deadlock', () => pgError('40P01'), 'database'],
  ['a database that shuts down', () => pgError('57P01'), 'database'],
  ['too many connections', () => pgError('53300'), 'database'],
  ['a missing table', () => pgError('42P01'), 'database'],
  [
    'an error of the pg package',
    () => Object.assign(new pg.DatabaseError('x', 1, 'error'), { code: '08006', severity: 'FATAL' }),
    'database',
  ],
  ['data the database rejects', () => pgError('22P02'), 'internal'],
  ['a violated constraint', () => pgError('23505'), 'internal'],
  ['a lost database connection', () => new Error('Connection terminated unexpectedly'), 'database'],
  ['a pool that gets no connection', () => new Error('timeout exceeded when trying to connect'), 'database'],
  ['a closed PGlite', () => new Error('PGlite is closed'), 'database'],
  ['a bug', () => new TypeError('x is not a function'), 'internal'],
  ['a plain error', () => new Error('whatever'), 'internal'],
  ['a string', () => 'oops', 'internal'],
  ['undefined', () => undefined, 'internal'],
  ['null', () => null, 'internal'],
  ['a number', () => 42, 'internal'],
  ['an object', () => ({ message: 'not an Error' }), 'internal'],
  ['an error that is its own cause', () => circular(), 'internal'],
];

describe('the classifier', () => {
  for (const [when, thrown, kind] of TABLE) {
    it(`${when} -> ${kind}`, () => {
      const failure = classify(thrown());
      expect(failure.kind).toBe(kind);
      expect(failure.message).not.toBe('');
    });
  }

  it('believes us about why we aborted, whatever the exception looks like', () => {
    expect(classify(new TypeError('terminated'), 'timeout').kind).toBe('timeout');
    expect(classify(undefined, 'cancelled').kind).toBe('cancelled');
  });

  it('tells the driver’s refused socket from others by where it comes from', async () => {
    const client = new pg.Client({ host: '127.0.0.1', port: 1, user: 'nobody', password: 'x' });
    const error: unknown = await client.connect().catch((thrown: unknown) => thrown);
    // pg.Client gives the bare socket error; the pool adds its own frame.
    expect(classify(error).kind).toBe('network');
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'nobody', password: 'x' });
    const pooled: unknown = await pool.query('select 1').catch((thrown: unknown) => thrown);
    expect(classify(pooled)).toEqual({ kind: 'database', message: 'The database cannot be reached (ECONNREFUSED).' });
    const connected: unknown = await pool.connect().catch((thrown: unknown) => thrown);
    expect(classify(connected).kind).toBe('database');
    await pool.end();
  });

  it('what a tool throws by itself is the tool’s error, not ours', () => {
    expect(classifyToolError(new TypeError('bug')).kind).toBe('tool_error');
    expect(classifyToolError('a string').kind).toBe('tool_error');
    expect(classifyToolError(pgError('57P01')).kind).toBe('tool_error');
    expect(classifyToolError(z.string().safeParse(1).error).kind).toBe('tool_error');
    expect(classifyToolError(terminated('UND_ERR_SOCKET')).kind).toBe('network');
    expect(classifyToolError(new FailureError({ kind: 'internal', message: 'x' })).kind).toBe('internal');
  });
});

describe('nothing a customer said gets into a failure', () => {
  const said = 'my card is 4111';
  const cases: readonly (readonly [string, unknown])[] = [
    ['broken JSON', thrownBy(() => JSON.parse(said))],
    [
      'a schema’s message',
      z
        .string()
        .refine(() => false, said)
        .safeParse('x').error,
    ],
    ['a quoting service', api(400, { message: `Invalid value: "${said}" at 3` })],
    ['an HTML page', api(502, { message: `<p>${said}</p>` })],
    ['a code that is a sentence', api(400, { code: said, message: 'Bad.' })],
    ['a quoting database', coded(`invalid input syntax for type integer: "${said}"`, '22P02', { severity: 'ERROR' })],
  ];
  for (const [when, error] of cases) {
    it(`from ${when}`, () => expect(classify(error).message).not.toContain('4111'));
  }

  it('what stands between quotation marks is left out, also when they are unbalanced or nested', () => {
    expect(safeMessage("Invalid 'messages[3]': it's too long")).toBe("Invalid …: it's too long");
    expect(safeMessage('You said "he said "no"" twice')).toBe('You said … twice');
    expect(safeMessage('You said "something without an end')).toBe('You said …');
    expect(safeMessage('x '.repeat(500))).toHaveLength(200);
  });

  it('an echo is twenty characters in a row, or the whole of a shorter text', () => {
    expect(echoes('Bad input: where is my parcel please', ['Hello, where is my parcel please?'])).toBe(true);
    expect(echoes('Bad input: refund', ['refund'])).toBe(true);
    expect(echoes('Too many requests.', ['Please send me all requests I made.'])).toBe(false);
  });
});

describe('when to come back', () => {
  const now = Date.parse('2026-11-24T08:00:00Z');
  const table: readonly (readonly [Record<string, string>, number | undefined])[] = [
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after': 'Tue, 24 Nov 2026 08:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Tue, 24 Nov 2026 07:00:00 GMT' }, 0],
    [{ 'retry-after': '-5' }, 0],
    [{ 'retry-after': '86400' }, 600_000],
    [{ 'retry-after': '1e999' }, 600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2_000],
    [{}, undefined],
  ];
  for (const [headers, expected] of table) {
    it(`${JSON.stringify(headers)} -> ${expected} ms`, () => {
      expect(retryAfterMs(new Headers(headers), now)).toBe(expected);
    });
  }
});

describe('through Temporal and back', () => {
  it('a failure leaves an activity as its kind, with the delay the service asked for and without its cause', () => {
    const failure = { kind: 'rate_limit', message: 'HTTP 429', retryAfterMs: 7_000, status: 429 } as const;
    const error = toApplicationFailure(failure, { nonRetryable: false });
    expect(error).toMatchObject({ type: 'rate_limit', nonRetryable: false, nextRetryDelay: 7_000, details: [failure] });
    expect(error.cause).toBeUndefined();
    expect(
      toApplicationFailure({ ...failure, retryAfterMs: 0 }, { nonRetryable: false }).nextRetryDelay,
    ).toBeUndefined();
  });

  it('a workflow reads the same failure back from an ActivityFailure', () => {
    const failure = { kind: 'rate_limit', message: 'HTTP 429', retryAfterMs: 7_000, status: 429 } as const;
    expect(fromTemporalFailure(inActivity(toApplicationFailure(failure, { nonRetryable: true })))).toEqual(failure);
  });

  it('a timeout after many attempts says what the last one failed with', () => {
    const last = toApplicationFailure({ kind: 'database', message: 'gone' }, { nonRetryable: false });
    expect(fromTemporalFailure(inActivity(new TimeoutFailure('x', undefined, 'SCHEDULE_TO_CLOSE')))).toMatchObject({
      kind: 'timeout',
    });
    const late = Object.assign(new TimeoutFailure('x', undefined, 'SCHEDULE_TO_CLOSE'), { cause: last });
    expect(fromTemporalFailure(inActivity(late))).toEqual({ kind: 'database', message: 'gone' });
  });

  it('cancellations, bugs and foreign failures get a kind too, and a message that is ours', () => {
    expect(fromTemporalFailure(inActivity(new CancelledFailure('x'))).kind).toBe('cancelled');
    expect(fromTemporalFailure(new TypeError('secret'))).toEqual({
      kind: 'internal',
      message: 'The workflow threw TypeError.',
    });
    const forged = ApplicationFailure.create({
      message: 'secret',
      type: 'X',
      details: [{ kind: 'nonsense', message: 1 }],
    });
    expect(fromTemporalFailure(inActivity(forged))).toEqual({
      kind: 'internal',
      message: 'An activity failed without a typed failure (X).',
    });
    expect(fromTemporalFailure(undefined).kind).toBe('internal');
  });
});

function inActivity(cause: Error): ActivityFailure {
  return new ActivityFailure('failed', 'callModel', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause);
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

function syntaxError(): unknown {
  return thrownBy(() => JSON.parse('{'));
}

function circular(): Error {
  const error: Error & { cause?: unknown } = new Error('round and round');
  error.cause = error;
  return error;
}
