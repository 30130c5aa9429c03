import { describe, expect, it } from 'vitest';
import { DefinitionError } from '../../../../agents/definition-error.ts';
import { guardrailsOf } from '../../../../agents/guardrails.ts';
import type { ScopeSettings } from '../../../../core/manifest.ts';

const wrong = (what: string, fix: string) => new DefinitionError('agent shop', what, fix, 'shop.ts:1');
const given = (scope: ScopeSettings) => () => guardrailsOf({ scope }, wrong);

describe("an agent's scope", () => {
  it('is taken with examples, and with a description alone', () => {
    expect(given({ examples: [{ text: 'where is my order', label: 'order' }], threshold: 0.6 })()).toBeDefined();
    expect(given({ examples: [], description: 'orders' })()).toBeDefined();
  });

  it.each<[string, ScopeSettings]>([
    ['without examples', { examples: [] }],
    ['empty text', { examples: [{ text: ' ' }] }],
    ['threshold 0', { examples: [{ text: 'a' }], threshold: 0 }],
    ['threshold 2', { examples: [{ text: 'a' }], threshold: 2 }],
    ['empty guardrails.scope.decline', { examples: [{ text: 'a' }], decline: '' }],
  ])('with %s is refused when the agent is defined', (named, scope) => {
    expect(given(scope)).toThrow(named);
  });
});
