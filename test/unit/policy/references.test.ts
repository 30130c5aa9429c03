/** Pure unit tests — no servers: what in a text leads somewhere, however it is written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../../../core/policy/condition.ts';
import { sourcesOf } from '../../../core/policy/provenance.ts';
import { referencesIn } from '../../../core/policy/references.ts';
import { factsOf } from '../../support/policy-facts.ts';

describe('a number in groups', () => {
  it.each([
    ['Pay to FR14 2004 1010 0505 0001 3M02 606', 'fr1420041010050500013m02606'],
    ['Pay to fr14-2004 1010 0505-0001 3m02 606, please.', 'fr1420041010050500013m02606'],
    ['GB29 NWBK 6016 1331 9268 19 is mine', 'gb29nwbk60161331926819'],
    ['IBAN: DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000.', 'de89370400440532013000'],
    ['DE89  3704  0044  0532  0130  00', 'de89370400440532013000'],
    ['card 4111 1111 1111 1111 please', '4111111111111111'],
    ['card 4111 - 1111 - 1111 - 1111', '4111111111111111'],
    ['card 4111-1111 1111 1111', '4111111111111111'],
    ['card 4111.1111.1111.1111.', '4111111111111111'],
    ['card 4111/1111/1111/1111', '4111111111111111'],
    ['card 3782 822463 10005', '378282246310005'],
    ['card 4111\n1111\n1111\n1111', '4111111111111111'],
    ['card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '4111111111111111'],
    ['card ４１１１ １１１１ １１１１ １１１１', '4111111111111111'],
    ['account 123 456 7890', '1234567890'],
  ])('is a reference: %s', (text, number) => {
    expect(referencesIn(text)).toContain(number);
  });

  it.each([
    'Your flight is on 2024-05-16 at 10 30, back on 2024-05-20.',
    'From 12.05.2024 15.05.2024 or 12/05/2024 - 15/05/2024.',
    'On 12 05 2024 there are 3 rooms at 120 euros.',
    'It costs 1 250 000 euros, or 1.250.000, or 12.50 13.20 14.80 15.10 a day.',
    'We were best in 2019 2020 2021 2022 2023 2024.',
    'Sizes: 36 38 40 42 44 46',
    'Take exit 12, then 3 miles, and ring at 4411. 2020 is the code, 3030 the floor and 5 6 7 the doors.',
    'See pages 10-12 and 200-210.',
    'An A4 page of PS12 with some more text in it than that',
    'Room 12 of AB12 is free; 10 20 people came.',
    '16:30 17:45 18:00 19:15',
  ])('is none: %s', (text) => {
    expect(referencesIn(text)).toEqual([]);
  });

  it('is one wherever it is grouped', () => {
    const groups = fc.array(fc.stringMatching(/^[0-9]{3,7}$/), { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.constantFrom(' ', '-', ' - ', '\n'), (parts, gap) => {
        fc.pre(parts.some((part) => part.length !== 4));
        const written = parts.join(gap);
        // Without blanks it is one word, which may be a reference as it is.
        expect(referencesIn(`Pay to ${written} now`).map((found) => found.replaceAll('-', ''))).toContain(
          parts.join(''),
        );
      }),
    );
  });

  it('has to come from where the rule says, in whatever groups it was written there', () => {
    const judged = (text: string, customerText: string) => {
      const facts = factsOf({ arguments: { text }, customerTexts: [customerText] });
      return holds({ references: 'text', from: ['customer'] }, { facts, sources: () => sourcesOf(facts) });
    };
    const asked = 'Please write to Bob that mine is FR1420041010050500013M02606.';
    expect(judged('Pay to FR14 2004 1010 0505 0001 3M02 606', asked)).toBe('yes');
    expect(judged('Pay to FR14 2004 1010 0505 0001 3M02 607', asked)).toBe('no');
    expect(judged('Pay to 4111 1111 1111 1111', 'It is 4111-1111-1111-1111')).toBe('yes');
    expect(judged('Pay to 4111 1111 1111 1111', 'Tell Bob hello')).toBe('no');
  });

  it('takes no longer than its length', () => {
    const began = performance.now();
    for (const part of ['1 ', '12-', 'ab12 ', 'ab12 1234 ', '1.', '2024-01-', '12.12.'])
      referencesIn(part.repeat(20_000));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
