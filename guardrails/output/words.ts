/** What a reply says and how: everything that is found in its words, and what follows. */
import type { GuardrailSettings } from '../../core/manifest.ts';
import { canaryOf, findLeaks } from './canary.ts';
import type { Finding } from './finding.ts';
import { findLanguage } from './language.ts';
import { findPhrases } from './phrases.ts';
import { findPromises } from './promises.ts';

/** In the order in which they are told. */
export const WORD_CHECKS = ['canary', 'phrases', 'promises', 'language'] as const;
export type WordCheck = (typeof WORD_CHECKS)[number];

export interface WordsFinding extends Finding {
  readonly check: WordCheck;
}

export interface WordsScreening {
  readonly findings: readonly WordsFinding[];
  /** A reply with a finding is not sent. Which finding it was says what is done instead. */
  readonly verdict: 'pass' | 'block';
}

export interface WordsContext {
  /** What the agent's author wrote, without the marker. */
  readonly instructions: string;
  readonly revision: string;
  readonly settings: GuardrailSettings | undefined;
}

/**
 * Screens a whole reply. Pure; time is linear in it.
 * @param customerText what the customer said; of several messages the newest first, as short ones tell no language
 */
export function screenWords(
  reply: string,
  context: WordsContext & { readonly customerText: string | readonly string[] },
): WordsScreening {
  const { instructions, revision, settings, customerText } = context;
  const customerTexts = typeof customerText === 'string' ? [customerText] : customerText;
  const found: Readonly<Record<WordCheck, readonly Finding[]>> = {
    canary: findLeaks(reply, { canary: canaryOf(revision), instructions }),
    phrases: findPhrases(reply, settings?.phrases),
    promises: findPromises(reply, settings?.promises),
    language: findLanguage(reply, customerTexts, settings?.language),
  };
  const findings = WORD_CHECKS.flatMap((check) => found[check].map((finding) => ({ ...finding, check })));
  return { findings, verdict: findings.length === 0 ? 'pass' : 'block' };
}
