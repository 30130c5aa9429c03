/** The cascade's third stage: the few things that nobody writes by accident. Each expression runs in linear time. */
import type { View } from './normalise.ts';

export interface Rule {
  readonly name: string;
  /** What was found, for the ledger and for the person who asks why. */
  readonly reason: string;
  readonly pattern: RegExp;
  /** Which readings it looks at. What may be said openly is not hidden by customers; no customer writes in tags. */
  readonly in: 'all' | 'hidden' | 'tags';
}

/** Texts come in lower case, without accents and with single spaces. Every repetition is bounded or cannot overlap. */
export const RULES: readonly Rule[] = [
  {
    name: 'chat_markers',
    reason: 'forges the markers that separate roles in a model’s prompt',
    pattern:
      /<\|(?:im_start|im_end|im_sep|system|start_header_id|eot_id|endoftext|begin_of_text)\|>|\[\/inst\]|<<\/?sys>>/,
    in: 'all',
  },
  {
    name: 'set_aside_instructions',
    reason: 'orders the agent to set its instructions aside',
    pattern:
      /(?:^|[.!?;:>] ?)(?:please |now |just )?(?:ignore|disregard|forget|override|bypass) (?:(?:all|any|every|of|the|your) ){0,3}(?:(?:previous|prior|above|earlier|preceding|original|initial|system|safety) ){1,2}(?:instructions?|prompts?|directives?|guidelines?|rules|programming)\b/,
    in: 'all',
  },
  {
    name: 'unbound_persona',
    reason: 'tells the agent that it is now a model without rules',
    pattern:
      /\byou (?:are|will be|will act as) (?:now )?(?:going to (?:be|act as) )?(?:dan|stan|dude|aim|jailbroken)\b/,
    in: 'all',
  },
  {
    name: 'hidden_order',
    reason: 'hides an order about the agent’s instructions in an encoding',
    pattern:
      /\b(?:ignore|disregard|forget|bypass|override|reveal|disclose|print|repeat)\b.{0,60}\b(?:instructions?|rules|guidelines|prompt|restrictions?|safety|configuration)\b/,
    in: 'hidden',
  },
  {
    name: 'asks_for_the_prompt',
    reason: 'asks for the agent’s own prompt',
    pattern:
      /\b(?:print|reveal|show|output|repeat|display|disclose|leak|dump|tell|give|what is|what's|what are)(?: me| us)? your (?:(?:full|entire|exact|complete|original) )?(?:system|hidden|secret|initial) (?:prompt|instructions?|message)\b/,
    in: 'all',
  },
  {
    name: 'invisible_text',
    reason: 'holds text in characters that people cannot see',
    // What was written in invisible tags is a reading of its own; that it has words is enough.
    pattern: /[a-z]{3}/,
    in: 'tags',
  },
];

/** @returns the first rule that one of the readings breaks */
export function brokenRule(views: readonly View[]): Rule | undefined {
  return RULES.find((rule) => views.some((view, index) => looksAt(rule, view, index) && rule.pattern.test(view.text)));
}

/** The first reading is what the text says openly. */
function looksAt(rule: Rule, view: View, index: number): boolean {
  switch (rule.in) {
    case 'all':
      return true;
    case 'hidden':
      return index > 0;
    case 'tags':
      return index > 0 && view.disguises.includes('tags');
  }
}
