/** The idempotency key of a change: what its author says it is, or the call. */
import { createHash } from 'node:crypto';
import type { Customer } from '../core/conversation.ts';

/** What may make a change another one besides its arguments. */
export interface EffectContext {
  readonly tenant: string;
  readonly conversationId: string;
  readonly customer: Customer;
}

/**
 * @param parts the author's words for it; they may be anything, so only their digest goes into the key
 * @returns `tenant/conversation/tool/digest`: one part fewer than a call's key, so neither is ever the other
 * @throws TypeError when they do not tell one change from another
 */
export function effectKeyOf(
  tool: string,
  { tenant, conversationId }: EffectContext,
  parts: string | readonly string[],
): string {
  const words: readonly unknown[] = typeof parts === 'string' ? [parts] : parts;
  if (!Array.isArray(words) || words.length === 0 || !words.every((word) => typeof word === 'string' && word !== '')) {
    throw new TypeError(`effectKey of ${tool} returned no words. Return a string, or strings, none of them empty.`);
  }
  const digest = createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 32);
  return `${tenant}/${conversationId}/${tool}/${digest}`;
}
