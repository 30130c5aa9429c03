/** Whatever is thrown while a request is handled becomes a problem document here, and nowhere else. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { isDatabaseUnavailable } from '../db/unavailable.ts';
import { EngineUnavailable } from '../engine/conversations.ts';
import type { ApiLog } from './deps.ts';
import { PROBLEMS, Problem, problemDocument } from './problems.ts';

/** How soon it is worth asking again when something we need is down. */
export const RETRY_SECONDS = 2;

export function problemOf(error: unknown, log: ApiLog): Problem {
  if (error instanceof Problem) return error;
  // What the library's own validators throw before they get to a schema.
  if (error instanceof HTTPException && error.status === 415) return new Problem('unsupported_media_type');
  if (error instanceof HTTPException && error.status < 500) {
    return new Problem('validation_failed', { detail: 'The body is not valid JSON.' });
  }
  if (error instanceof EngineUnavailable) {
    log.warn({ err: error }, 'Temporal cannot be reached');
    return new Problem('engine_unavailable', { retryAfterSeconds: RETRY_SECONDS });
  }
  if (isDatabaseUnavailable(error)) {
    log.warn({ err: error }, 'the database cannot be reached');
    return new Problem('database_unavailable', { retryAfterSeconds: RETRY_SECONDS });
  }
  const requestId = randomUUID();
  log.error({ err: error, requestId }, 'a request failed');
  return new Problem('internal', { members: { requestId } });
}

export function answerWith(problem: Problem, c: Context): Response {
  const { retryAfterSeconds, headers } = problem.options;
  return c.body(JSON.stringify(problemDocument(problem)), PROBLEMS[problem.code].status, {
    'content-type': 'application/problem+json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...headers,
  });
}
