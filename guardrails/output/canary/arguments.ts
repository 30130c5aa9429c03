/** Whether the arguments of a tool call give away the agent's instructions: read as whoever gets them reads them. */
import { jsonPartsOf } from '../../json-parts.ts';
import { findLeaks, type Secrets } from '../canary.ts';
import type { Finding } from '../finding.ts';

/**
 * Looks at the text as it is written, at every string and name in it, and at all strings and all names in a row: what was cut
 * into several arguments is one thing to who puts it together. Time is linear in the text.
 *
 * @param argumentsText JSON; anything else is looked at as it is written
 * @returns at most one finding of each type; it speaks of the arguments as a whole
 */
export function findLeaksInArguments(argumentsText: string, secrets: Secrets): readonly Finding[] {
  const texts = [argumentsText, ...textsIn(argumentsText)];
  const found = new Map<string, Finding>();
  for (const text of new Set(texts)) {
    for (const { type, reason } of findLeaks(text, secrets)) {
      if (!found.has(type)) found.set(type, { type, start: 0, end: argumentsText.length, reason });
    }
  }
  return [...found.values()];
}

/** Nothing shorter gives anything away by itself. A great many short strings are looked at in a row only. */
const SHORTEST = 16;

function textsIn(argumentsText: string): readonly string[] {
  const parts = jsonPartsOf(argumentsText);
  if (parts === undefined) return [];
  const { names, values, all } = parts;
  const alone = all.filter((text) => text.length >= SHORTEST);
  // With a blank the words of two strings stay two; without one, what was encoded before it was cut is one again.
  return [...alone, ...[names, values, all].flatMap((texts) => [texts.join(' '), texts.join('')])];
}
