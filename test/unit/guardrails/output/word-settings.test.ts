// Pure: what an author may set of the words of replies.
import { describe, expect, it } from 'vitest';
import { defineAgent } from '../../../../agents/define.ts';
import type { GuardrailSettings } from '../../../../core/manifest.ts';

const define = (guardrails: GuardrailSettings) =>
  defineAgent({ id: 'shop', model: 'gpt-4o', instructions: 'Help.', tools: [], guardrails });

describe('settings of the words of replies', () => {
  it('are taken where they can be kept', () => {
    const settings: GuardrailSettings = {
      phrases: { banned: ['no refunds'] },
      promises: { forbidden: ['refund'], allowed: ['price', 'we guarantee our work'] },
      language: ['en', 'de'],
    };
    expect(() => define(settings)).not.toThrow();
    expect(() => define({ promises: 'off', language: 'off' })).not.toThrow();
    expect(() => define({ language: 'customer' })).not.toThrow();
  });

  it.each([
    [{ phrases: { banned: ['!!'] } }, 'phrases.banned "!!", which has no words'],
    [{ phrases: { banned: ['Sorry. No.'] } }, 'more than one sentence'],
    [{ promises: { forbidden: ['refunds'] } }, 'promises.forbidden "refunds"'],
    [{ promises: { allowed: ['prices'] } }, 'promises.allowed "prices"'],
    [{ language: ['english'] }, 'language "english"'],
    [{ language: [] }, 'guardrails.language'],
  ] satisfies (readonly [GuardrailSettings, string])[])('%j is refused', (settings, problem) => {
    expect(() => define(settings)).toThrow(problem);
  });
});
