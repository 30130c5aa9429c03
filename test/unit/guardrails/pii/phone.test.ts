// Pure: telephone numbers of many countries, with and without a word for them.
import { describe, expect, it } from 'vitest';
import { findPii } from '../../../../guardrails/output/pii/find.ts';

const phones = (text: string, regions: readonly string[] = []) =>
  findPii(text, { regions })
    .filter(({ type }) => type === 'phone_number')
    .map(({ start, end }) => text.slice(start, end));

describe('a number that says where it is from needs no label', () => {
  it.each([
    '+1 415 555 0132',
    '+14155550132',
    '+44 20 7946 0018',
    '+41 (0)71 526 99 04',
    '+33 1 84 17 61 18',
    '+91 98765 43210',
    '+55 (11) 91234-5678',
    '+86 138 1234 5678',
    '+972-54-123-4567',
    '0041 71 526 99 04',
    '011 44 20 7946 0018',
    '(415) 555-0132',
    '415-555-0132',
    '415.555.0132',
    '1-800-555-0199',
    '345-899-3560x4587',
    '(415) 555-0132 ext. 12',
    '020 7946 0018',
    '07700 900123',
    '030 901820-0'.slice(0, 10),
    '01 84 17 61 18',
    '0412 345 678',
    '０２０ ７９４６ ００１８',
    '020\u00a07946\u20110018',
  ])('%s', (number) => {
    expect(phones(`We noted ${number} for you.`)).toEqual([number]);
  });
});

describe('a number as its neighbours dial it', () => {
  it.each([
    ['Please call me at 4155550132 tonight', '4155550132'],
    ['Her mobile is 612345678.', '612345678'],
    ['Telefon: 60 56 85 91', '60 56 85 91'],
    ['Ruf mich unter 5551234 an, mein Handy: 1512345678', '1512345678'],
    ['Téléphone : 184176118', '184176118'],
    ['You can reach him on 9472 7916.', '9472 7916'],
    ['电话：13812345678。', '13812345678'],
    ["Here is Ann's number: 467 3395", '467 3395'],
    ['555 0132 (mobile)', '555 0132'],
  ])('is found by the word for it: %s', (text, number) => {
    expect(phones(text)).toContain(number);
  });

  it('is found without one in its own country', () => {
    expect(phones('Noted: 612 34 56 78 for later.')).toEqual(['612 34 56 78']);
    expect(phones('My order and 3212 3456 for later.')).toEqual([]);
    expect(phones('My order and 3212 3456 for later.', ['DK'])).toEqual(['3212 3456']);
  });

  it('belongs to the nearest word', () => {
    expect(phones('Call us about order 12345678.')).toEqual([]);
    expect(phones('About your order, please call 12345678.')).toEqual(['12345678']);
  });

  it('is several in a list', () => {
    expect(phones('Call 415-555-0132, 415-555-0133 or 415-555-0134')).toHaveLength(3);
  });
});

describe('no number to call', () => {
  it.each([
    'Call before 2024-05-17 14:30 or on 17.05.2024.',
    'Call us 24/7, 365 days a year, since 1998-2004.',
    'We will call you back within 3-5 days about the $12,500,000.',
    'Dial in at 09:00-17:30; phones cost 1 299 000 KRW.',
    'The letter went to 975 3968 Bay Street.',
    'Phone support has case 00112233 open.',
    'Call center ticket 4155550132',
  ])('%s', (text) => {
    expect(phones(text)).toEqual([]);
  });
});
