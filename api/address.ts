/** What stands behind the question mark must be text that PostgreSQL can hold; libraries decode what is not as they like. */
import type { MiddlewareHandler } from 'hono';
import { Problem } from './problems.ts';

/** @throws Problem `invalid_encoding`. Ids are checked with their own pattern. */
export const checkAddress: MiddlewareHandler = async (c, next) => {
  const { url } = c.req;
  const query = url.slice(url.indexOf('?') + 1);
  if (query.includes('%') && query !== url && !decodes(query)) {
    throw new Problem('invalid_encoding', { detail: 'The query of the address is not valid UTF-8, or has a NUL.' });
  }
  await next();
};

function decodes(query: string): boolean {
  try {
    return !decodeURIComponent(query).includes('\0');
  } catch {
    return false;
  }
}
