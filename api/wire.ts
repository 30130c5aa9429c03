/** From rows to what goes over the wire, and from zod's complaints to a problem document. */
import type { z } from '@hono/zod-openapi';
import type { Entry } from '../db/read-transcript.ts';
import { Problem } from './problems.ts';
import type { Wire } from './schemas.ts';

export function wireEntry(entry: Entry): Wire['entry'] {
  const at = entry.at.toISOString();
  switch (entry.kind) {
    case 'turn':
      // What broke is for engineers; everybody else learns its kind.
      return { ...entry, at, failure: entry.failure?.kind ?? null };
    case 'step':
      return { ...entry, at, toolCalls: [...entry.toolCalls] };
    case 'tool':
    case 'message':
      return { ...entry, at };
  }
}

/** Names the fields; never their values, which are what a customer said. */
export function invalid(error: z.ZodError): Problem {
  const errors = error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  const first = errors[0];
  const detail = first === undefined ? undefined : `${first.path === '' ? 'The body' : first.path}: ${first.message}`;
  return new Problem('validation_failed', { ...(detail === undefined ? {} : { detail }), members: { errors } });
}
