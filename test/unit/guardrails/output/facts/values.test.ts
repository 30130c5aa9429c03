// Pure: how values are read from a text.
import { describe, expect, it } from 'vitest';
import { valuesIn } from '../../../../../guardrails/output/facts/values.ts';

const read = (text: string) => valuesIn(text).map(({ kind, keys }) => `${kind} ${keys.join('|')}`);

describe('values in a text', () => {
  it.each([
    '2024-05-20',
    'May 20, 2024',
    'May 20th, 2024',
    '20 May 2024',
    '20. Mai 2024',
    '20 de mayo de 2024',
    '2024/05/20',
  ])('reads %s as one day', (written) => {
    expect(read(`on ${written} there`)).toEqual(['date 2024-05-20']);
  });

  it('reads both days of a range, and a day without a year', () => {
    expect(read('from May 20-22')).toEqual(['date 05-20', 'date 05-22']);
    expect(read('the 3rd of June')).toEqual(['date 06-03']);
  });

  it('leaves both readings of a date in figures', () => {
    expect(read('03/04/2024')).toEqual(['date 2024-03-04|2024-04-03']);
  });

  it('reads times of either clock', () => {
    expect(read('19:05, 7:05 PM, 7 pm, 12 a.m.')).toEqual(['time 1145', 'time 1145', 'time 1140', 'time 0']);
  });

  it('reads amounts with their currency, however grouped', () => {
    expect(read('$1,625.50 or 1.625,50 € or 30 dollars')).toEqual(['amount 1625.5', 'amount 1625.5', 'amount 30']);
    expect(read('1.625 €')).toEqual(['amount 1.625|1625']);
  });

  it('takes codes for ids, and ordinals and units for none', () => {
    expect(read('HAT069, LX-20814, mia_li_3668, a.b@c.example')).toEqual([
      'id hat069',
      'id lx-20814',
      'id mia_li_3668',
      'id a.b@c.example',
    ]);
    expect(read('a 24-hour wait, the 1st')).toEqual(['number 24', 'number 1']);
  });
});
