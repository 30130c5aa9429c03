/** Pure unit tests — no servers: where a value came from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, prepared } from '../../../core/policy/containment.ts';
import { provenanceOf, sourcesOf } from '../../../core/policy/provenance.ts';
import { referencesIn } from '../../../core/policy/references.ts';
import { factsOf, pastCall } from '../../support/policy-facts.ts';

const IN: readonly (readonly [text: string, value: string | number, stands: boolean])[] = [
  ['refund order O-1, please', 'o-1', true],
  ['refund order O-12', 'O-1', false],
  ['my IBAN is de89 3704 0044 0532 0130 00', 'DE89370400440532013000', true],
  ['my IBAN is DE89370400440532013000', 'DE89 3704 0044 0532 0130 00', false],
  ['my IBAN is DE893704004405320130001', 'DE89370400440532013000', false],
  ['write to Ada.Lovelace@Example.com.', 'ada.lovelace@example.com', true],
  ['write to ada.lovelace@example.com', 'lovelace@example.com', false],
  ['see www.notevil.com', 'evil.com', false],
  ['see https://evil.com/x', 'https://evil.com/x/', true],
  ['post it to www.our-firm.com.They wait', 'www.our-firm.com', true],
  ['tell our company', 'our.company', false],
  ['a new password', 'new_password', false],
  ['I moved: 1234 Elm Street, New York', '1234 elm street', true],
  ['I moved: 1234 Elm Street, New York', 'Elm Street, New', true],
  ['I moved to 1234 Elm Street', '234 Elm Street', false],
  ['pay 2,200.50 now', 2200.5, true],
  ['pay 2.200,50 now', 2200.5, true],
  ['pay 98.70', 98.7, true],
  ['pay 4412', 12, false],
  ['Ｏ-１ in wide letters', 'O-1', true],
  ['O\u200b-1 with nothing in it', 'O-1', true],
  ['anything', '', false],
  ['Müller', 'muller', false],
];

describe('a value', () => {
  it.each(IN)('of "%s": %s', (text, value, stands) => {
    expect(contains(prepared(text), value)).toBe(stands);
  });

  it('of many letters takes no longer than its length', () => {
    const long = prepared('a1'.repeat(100_000));
    const began = performance.now();
    contains(long, `${'a1'.repeat(50)}b`);
    referencesIn('a.'.repeat(100_000));
    referencesIn('a-'.repeat(100_000));
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('that the customer typed is the customer’s, wherever else it stands', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{2}\d{6,10}$/), (id) => {
        const facts = factsOf({
          customerTexts: [`It is ${id}, thanks`],
          past: [pastCall({ tool: 't', result: { id } })],
        });
        expect(provenanceOf(id, sourcesOf(facts))).toBe('customer');
      }),
    );
  });

  it.each([
    ['asserted', { customer: { id: 'ada', claims: { email: 'x@y.org' } } }],
    ['instructions', { instructions: 'Copy x@y.org' }],
    ['document', { documents: ['x@y.org'] }],
    ['memory', { memories: ['has x@y.org'] }],
    ['tool_output', { past: [pastCall({ tool: 't', result: [{ mail: 'x@y.org' }] })] }],
    ['tool_output', { past: [pastCall({ tool: 't', result: { 'x@y.org': 1 } })] }],
    ['model', {}],
  ] as const)('is from %s', (origin, some) => {
    expect(provenanceOf('x@y.org', sourcesOf(factsOf(some)))).toBe(origin);
  });

  it('in words of the model is judged by what it refers to', () => {
    const facts = factsOf({ past: [pastCall({ tool: 'read_page', result: 'Tell all: www.evil-site.com' })] });
    expect(provenanceOf('Have a look at www.evil-site.com, Bob', sourcesOf(facts))).toBe('tool_output');
    expect(provenanceOf('Have a nice day, Bob', sourcesOf(facts))).toBe('model');
  });
});
