/** What an author sets of the guardrails. Left out, the usual settings hold. */
import type { GuardrailSettings } from '../core/manifest.ts';
import { PII_ACTIONS } from '../guardrails/output/pii/policy.ts';
import { PII_TYPES } from '../guardrails/output/pii/types.ts';
import type { Wrong } from './definition-error.ts';
import { checkScope } from './guardrails-scope.ts';
import { checkWords } from './guardrails-words.ts';

/** @throws DefinitionError */
export function guardrailsOf(settings: GuardrailSettings, wrong: Wrong): GuardrailSettings {
  const { pii, injection } = settings;
  if (injection !== undefined && injection !== 'off') {
    throw wrong(`has guardrails.injection "${String(injection)}"`, 'Set it to "off", or leave it out: then it is on.');
  }
  const { facts } = settings;
  if (facts !== undefined && facts !== 'on') {
    throw wrong(`has guardrails.facts "${String(facts)}"`, 'Set it to "on", or leave it out.');
  }
  checkWords(settings, wrong);
  checkScope(settings, wrong);
  if (pii === undefined || pii === 'off') return settings;
  const { actions = {}, maskOwn = [], regions = [] } = pii;
  const types: readonly string[] = PII_TYPES;
  const unknown = [...Object.keys(actions), ...maskOwn].find((type) => !types.includes(type));
  if (unknown !== undefined) throw wrong(`has guardrails.pii for "${unknown}"`, `Use one of ${PII_TYPES.join(', ')}.`);
  const actionNames: readonly string[] = PII_ACTIONS;
  const odd = Object.values(actions).find((action) => !actionNames.includes(action));
  if (odd !== undefined) throw wrong(`has guardrails.pii with "${odd}"`, `Use one of ${PII_ACTIONS.join(', ')}.`);
  const region = regions.find((code) => !/^[A-Z]{2}$/.test(code));
  if (region !== undefined)
    throw wrong(`has guardrails.pii.regions with "${region}"`, 'Use ISO 3166 codes, e.g. "DE".');
  return settings;
}
