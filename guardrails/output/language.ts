/** Whether a reply is in the customer's language. */
import type { GuardrailSettings } from '../../core/manifest.ts';
import { languageOf } from '../language.ts';
import type { Finding } from './finding.ts';
import { foldWords } from './fold-words.ts';

/** Told apart only in long texts; a customer of one reads the other. */
const KIN: readonly (readonly string[])[] = [
  ['da', 'no', 'nb', 'nn'],
  ['bs', 'hr', 'sl', 'sr'],
  ['cs', 'sk'],
  ['id', 'ms'],
  ['es', 'gl', 'pt'],
  ['bg', 'mk'],
];

/**
 * A reply in another language than it should be: one finding over all of it. Only where both languages are sure, and not
 * where the customer names the reply's language, as who asks for it does.
 * @param customerTexts what the customer said, the newest first
 */
export function findLanguage(
  reply: string,
  customerTexts: readonly string[],
  setting: GuardrailSettings['language'] = 'customer',
): readonly Finding[] {
  if (setting === 'off') return [];
  const language = languageOf(reply);
  if (language === undefined) return [];
  const wanted = setting === 'customer' ? wantedBy(customerTexts) : setting;
  if (wanted.length === 0 || wanted.some((one) => isKin(one, language))) return [];
  if (setting === 'customer' && customerTexts.some((text) => names(text, language, wanted))) return [];
  return [
    { type: language, start: 0, end: reply.length, reason: `is in "${language}", not in "${wanted.join('" or "')}"` },
  ];
}

/** The language of the newest message that tells it. */
function wantedBy(customerTexts: readonly string[]): readonly string[] {
  for (const text of customerTexts) {
    const language = languageOf(text);
    if (language !== undefined) return [language];
  }
  return [];
}

function isKin(one: string, other: string): boolean {
  return one === other || KIN.some((kin) => kin.includes(one) && kin.includes(other));
}

/** "Könnten Sie auf Englisch antworten?": by the language's name in English, in itself and in the customer's language. */
function names(text: string, language: string, spoken: readonly string[]): boolean {
  const said = new Set(foldWords(text).map((word) => word.text));
  return ['en', language, ...spoken].some((reader) => {
    const name = new Intl.DisplayNames([reader], { type: 'language' }).of(language) ?? language;
    return foldWords(name).every((word) => said.has(word.text));
  });
}
