/** What an author says of an agent's scope. */
import type { GuardrailSettings } from '../core/manifest.ts';
import type { Wrong } from './definition-error.ts';

/** @throws DefinitionError */
export function checkScope({ scope }: GuardrailSettings, wrong: Wrong): void {
  if (scope === undefined) return;
  const { examples, description, threshold, decline } = scope;
  if (examples.length === 0 && !description?.trim()) {
    throw wrong('has guardrails.scope without examples', 'Give about ten an intent, or at least a description.');
  }
  if (examples.some(({ text }) => text.trim() === '')) {
    throw wrong('has an empty text in guardrails.scope.examples', 'Leave it out.');
  }
  if (threshold !== undefined && !(threshold > 0 && threshold <= 1)) {
    throw wrong(
      `has guardrails.scope.threshold ${threshold}`,
      'Use a number above 0 and up to 1, or leave it out: then it comes from the examples.',
    );
  }
  if (decline?.trim() === '')
    throw wrong('has an empty guardrails.scope.decline', 'Leave it out for the usual sentence.');
}
