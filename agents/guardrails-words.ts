/** What an author sets of the words of replies: banned phrases, promises, language. */
import type { GuardrailSettings } from '../core/manifest.ts';
import { phraseProblem } from '../guardrails/output/phrases.ts';
import { FURTHER_PROMISES, PROMISES } from '../guardrails/output/promises/categories.ts';
import { isCategory } from '../guardrails/output/promises.ts';
import type { Wrong } from './definition-error.ts';

/** @throws DefinitionError */
export function checkWords(settings: GuardrailSettings, wrong: Wrong): void {
  for (const phrase of settings.phrases?.banned ?? []) checkPhrase('phrases.banned', phrase, wrong);
  if (settings.promises !== undefined && settings.promises !== 'off') checkPromises(settings.promises, wrong);
  const { language } = settings;
  if (language === undefined || language === 'customer' || language === 'off') return;
  const codes = typeof language === 'string' ? [language] : language;
  const odd = codes.find((code) => !/^[a-z]{2}$/.test(code));
  if (odd !== undefined || codes !== language || codes.length === 0) {
    throw wrong(
      `has guardrails.language "${odd ?? codes.join(', ')}"`,
      'Use "customer", "off", or a list of ISO 639-1 codes, e.g. ["en", "de"].',
    );
  }
}

type Promises = Exclude<NonNullable<GuardrailSettings['promises']>, 'off'>;

function checkPromises({ forbidden = [], allowed = [] }: Promises, wrong: Wrong): void {
  const unknown = forbidden.find((category) => !isCategory(category));
  if (unknown !== undefined) {
    throw wrong(
      `has guardrails.promises.forbidden "${unknown}"`,
      `Use ${FURTHER_PROMISES.join(', ')} (the other categories are forbidden anyway), and guardrails.phrases for phrases.`,
    );
  }
  for (const entry of allowed) {
    if (isCategory(entry)) continue;
    // One word is a category that was mistyped, not a wording.
    if (!/\S\s+\S/.test(entry)) {
      throw wrong(
        `has guardrails.promises.allowed "${entry}"`,
        `Use one of ${PROMISES.join(', ')}, or the wording that may be used, in at least two words.`,
      );
    }
    checkPhrase('promises.allowed', entry, wrong);
  }
}

function checkPhrase(where: string, phrase: string, wrong: Wrong): void {
  const problem = phraseProblem(phrase);
  if (problem === undefined) return;
  throw wrong(`has guardrails.${where} "${phrase}", which ${problem}`, 'Write short phrases of one sentence each.');
}
