/** The guardrails on replies, by themselves: what a line of text comes with, and what is said about it. */
import { z } from 'zod';
import { TOOL_OUTCOMES } from '../core/tool-result.ts';
import { CHANNELS } from '../guardrails/input/thresholds.ts';
import { checkFacts } from '../guardrails/output/facts/check.ts';
import { screenPii } from '../guardrails/output/pii/screen.ts';
import { screenWords } from '../guardrails/output/words.ts';

/** Tools return objects as well as text. */
const oneText = z.json().transform((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
const texts = z.union([z.array(oneText), oneText.transform((text) => [text])]).default([]);

export const GuardLine = z.looseObject({
  id: z.union([z.string(), z.number()]),
  text: z.string(),
  channel: z.enum(CHANNELS).default('customer'),
  /** The agent's instructions. */
  system: z.string().default(''),
  /** For facts: what tools returned and were asked, what the customer said, what the agent said before. */
  results: texts,
  asked: texts,
  customer: texts,
  said: texts,
  changes: z
    .array(
      z.object({
        tool: z.string(),
        // A call that waits for somebody's yes did not run either.
        outcome: z
          .enum(TOOL_OUTCOMES)
          .transform((outcome) => (outcome === 'unconfirmed' || outcome === 'unapproved' ? 'denied' : outcome))
          .default('done'),
        arguments: z.string().default(''),
        result: z.string().default(''),
      }),
    )
    .default([]),
});
export type GuardLine = z.infer<typeof GuardLine>;

export const LINE_SHAPE = `{"id": …, "text": "…"}. Besides it may have "channel" (${CHANNELS.join(', ')}), "system" and, for facts, lists of texts "results", "asked", "customer" and "said", and "changes" of {"tool", "outcome"}.`;

/** What is written for each text. Offsets count UTF-16 units. */
export interface Guarded {
  readonly verdict: string;
  readonly score: number;
  readonly stage: string;
  readonly spans?: readonly { readonly start: number; readonly end: number; readonly type: string }[];
}

/** Personal values and words, together: the graver one is the verdict. */
export function guardOutput({ text, system, customer }: GuardLine): Guarded {
  const pii = screenPii(text);
  const { findings } = screenWords(text, {
    ...{ instructions: system, revision: '', settings: undefined },
    customerText: customer,
  });
  const words = findings.map(({ start, end, check, type }) => ({ start, end, type: `${check}:${type}` }));
  const spans = [...pii.spans.map(({ start, end, type }) => ({ start, end, type })), ...words];
  if (words.length > 0) return { verdict: 'block', score: 1, stage: 'words', spans };
  return {
    verdict: pii.verdict,
    score: pii.spans.reduce((most, { score }) => Math.max(most, score), 0),
    stage: 'pii',
    spans,
  };
}

export function guardFacts({ text, system, results, asked, customer, said, changes }: GuardLine): Guarded {
  const found = checkFacts(text, { results, asked, customer, said, changes, instructions: [system] });
  const spans = found.map(({ start, end, type }) => ({ start, end, type }));
  return { verdict: spans.length === 0 ? 'pass' : 'block', score: spans.length === 0 ? 0 : 1, stage: 'facts', spans };
}
