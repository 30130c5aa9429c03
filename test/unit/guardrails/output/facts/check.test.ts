// Pure: values and names of a reply against the evidence.
import { describe, expect, it } from 'vitest';
import { checkFacts } from '../../../../../guardrails/output/facts/check.ts';
import type { Evidence } from '../../../../../guardrails/output/facts/types.ts';
import { FLIGHTS, NOTHING, ORDER } from './evidence.ts';

const wrong = (reply: string, evidence: Partial<Evidence>) =>
  checkFacts(reply, { ...NOTHING, ...evidence }).map(({ type, start, end }) => `${type} ${reply.slice(start, end)}`);

describe('values that tools returned', () => {
  it('pass in any spelling', () => {
    const reply =
      'Hello Ines, your order LX-20814 of March 4, 2025 holds 2 teapots at $34.50 each and a tray at $58. It arrives on 11 March between 2 PM and 6 PM in Bergen.';
    expect(wrong(reply, { results: [ORDER] })).toEqual([]);
  });

  it.each([
    ['LX-20814 arrives on March 12.', 'date March 12'],
    ['LX-20814 arrives at 15:00.', 'time 15:00'],
    ['The tray costs $59.', 'amount $59'],
    ['Your order is LX-20841.', 'id LX-20841'],
    ['Your teapot TEAPOT1 is on its way.', 'id TEAPOT1'],
    ['It will be brought to you, Olga, next week.', 'name Olga'],
    ['The order of Ines Bergen is ready.', 'name Ines Bergen'],
    ['LX-20814 has 5 items.', 'number 5'],
    ['You can return it within 30 days.', 'number 30'],
  ])('are missed in "%s"', (reply, found) => {
    expect(wrong(reply, { results: [ORDER], instructions: ['Returns are free for 14 days.'] })).toEqual([found]);
  });

  it('say in the reason what is wrong, for the model', () => {
    const [found] = checkFacts('The tray costs $59.', { ...NOTHING, results: [ORDER] });
    expect(found?.reason).toBe('"$59" is in no tool result and does not follow from one.');
  });
});

describe('values of another object', () => {
  const listed = (seats: number, price: number, time: string) =>
    `I found:\n\n1. **Flight QX101**\n   - Departs: ${time}\n   - Economy price: $${price}\n   - Economy seats: ${seats}`;

  it('pass beside the id that they belong to', () => {
    expect(wrong(listed(9, 120, '6:40 AM'), { results: [FLIGHTS] })).toEqual([]);
  });

  it('are wrong beside another id', () => {
    expect(wrong(listed(9, 95, '6:40 AM'), { results: [FLIGHTS] })).toEqual(['amount $95']);
    expect(wrong(listed(9, 120, '7:05 PM'), { results: [FLIGHTS] })).toEqual(['time 7:05 PM']);
    expect(wrong(listed(7, 120, '6:40 AM'), { results: [FLIGHTS] })).toEqual(['number 7']);
  });

  it('are wrong under another label of the same object', () => {
    expect(wrong(listed(9, 480, '6:40 AM'), { results: [FLIGHTS] })).toEqual(['amount $480']);
  });

  it('pass where they were said of that id before', () => {
    const said = ['Flight QX101 was $95 last week.'];
    expect(wrong('Flight QX101 was $95.', { results: [FLIGHTS], said })).toEqual([]);
  });
});

describe('amounts that follow from others', () => {
  const group = JSON.stringify({
    trip: 'TR4410',
    travellers: [{ age: 30 }, { age: 31 }, { age: 4 }],
    legs: [{ price: 110 }, { price: 45 }],
  });

  it.each([
    'The legs are $110 and $45, in total $155.',
    'The total for TR4410 is $155.',
    'For all travellers the total is $465.',
    'The first leg is $110; for all three it costs $330.',
    'The legs are $110 and $45, a difference of $65.',
  ])('pass: %s', (reply) => {
    expect(wrong(reply, { results: [group] })).toEqual([]);
  });

  it.each(['$156', '$464', '$220.50', '$1,100'])('do not make %s follow', (amount) => {
    expect(wrong(`The total for TR4410 is ${amount}.`, { results: [group] })).toEqual([`amount ${amount}`]);
  });

  it('pass where a tool has computed them', () => {
    expect(wrong('You pay $1,625 now.', { results: ['1625.0'] })).toEqual([]);
  });
});

describe('names', () => {
  it('may be ordinary words in headings and labels', () => {
    const reply =
      '### Delivery Details\n- **Shipping Method:** Express\n- **Estimated Arrival:** Tuesday\n\nWould You Like To Proceed?';
    expect(wrong(reply, { results: [ORDER] })).toEqual([]);
  });

  it('of a city pass where its airport is known, and only beside its own code', () => {
    expect(wrong('It goes from Oslo (OSL) to London (LHR).', { results: [FLIGHTS] })).toEqual([]);
    expect(wrong('It goes from Oslo (OSL) to Paris (LHR).', { results: [FLIGHTS] })).toEqual(['name Paris']);
    expect(wrong('It goes from Oslo to Madrid.', { results: [FLIGHTS] })).toEqual(['name Madrid']);
  });

  it('of people stay with the object that holds them', () => {
    const results = [
      JSON.stringify({ booking: 'BK1001', guests: [{ first_name: 'Amina', last_name: 'Diallo' }] }),
      JSON.stringify({ booking: 'BK2002', guests: [{ first_name: 'Petra', last_name: 'Novak' }] }),
    ];
    expect(wrong('Booking BK1001 is for Amina Diallo.', { results })).toEqual([]);
    expect(wrong('Booking BK1001 is for Petra Novak.', { results })).toEqual(['name Petra Novak']);
  });

  it('are not looked for in other languages, values are', () => {
    const reply = 'Ihre Bestellung LX-20814 kommt am 12. März, der Preis für das Tablett ist 58 €.';
    expect(wrong(reply, { results: [ORDER] })).toEqual(['date 12. März']);
  });
});

it('a reply with thousands of values is refused', () => {
  expect(checkFacts('7 '.repeat(3_000), NOTHING)).toHaveLength(1);
});
