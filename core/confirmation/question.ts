/** The question a customer is asked before calls are made that need their yes. */
import { CONFIRMATION_WORDS, isConfirmationLanguage } from './words.ts';

/**
 * @param actions in plain words, at least one
 * @param language of the customer, ISO 639-1; where it is not known or has no words here, English
 */
export function questionOf(actions: readonly string[], language: string | undefined): string {
  const code = language !== undefined && isConfirmationLanguage(language) ? language : 'en';
  const { before, after } = CONFIRMATION_WORDS[code];
  const list = actions.length === 1 ? actions : actions.map((action, index) => `${index + 1}. ${action}`);
  return [before, '', ...list, '', after].join('\n');
}
