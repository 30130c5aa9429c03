/** Short digests of arguments and results, to tell whether two are alike. */
import { createHash } from 'node:crypto';

/** Of JSON text: alike however it is spaced and in whatever order its members stand. Text that is no JSON counts as it is. */
export function digestOf(text: string): string {
  return createHash('sha256').update(canonical(text)).digest('hex').slice(0, 16);
}

function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), sorted);
  } catch {
    return text;
  }
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
