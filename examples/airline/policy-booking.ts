/** What a booking has to be like; the last rule, that the traveller confirms it, is added by `policy.ts`. */
import type { Condition, Rule } from '../../core/policy/rule.ts';
import { CUSTOMER, FLIGHT, flightAt, offered } from './policy-records.ts';

const profile = (path: string) => ({ result: path, of: 'get_user_details' as const });

/** Payment ids begin with what they are. */
const methods = (kind: string, most: number): Condition => ({
  count: { argument: 'payment_methods' },
  where: { payment_id: { startsWith: kind } },
  atMost: most,
});

/** Free bags a passenger, by cabin. */
const FREE_BAGS = {
  regular: { basic_economy: 0, economy: 1, business: 2 },
  silver: { basic_economy: 1, economy: 2, business: 3 },
  gold: { basic_economy: 2, economy: 3, business: 3 },
};

const rightBags: Condition = {
  anyOf: Object.entries(FREE_BAGS).flatMap(([membership, cabins]) =>
    Object.entries(cabins).map(([cabin, free]): Condition => {
      const beyond = {
        minus: [{ argument: 'total_baggages' }, { times: [{ count: { argument: 'passengers' } }, free] }],
      } as const;
      const rightPrice: Condition = {
        anyOf: [
          { argument: 'nonfree_baggages', is: beyond },
          {
            allOf: [
              { argument: 'nonfree_baggages', is: 0 },
              { ...beyond, atMost: 0 },
            ],
          },
        ],
      };
      return { allOf: [{ ...profile('membership'), is: membership }, { argument: 'cabin', is: cabin }, rightPrice] };
    }),
  ),
};

const rightRoute: Condition = {
  allOf: [
    flightAt(0, 'origin', { argument: 'origin' }),
    {
      anyOf: [
        {
          allOf: [{ argument: 'flight_type', is: 'one_way' }, flightAt(-1, 'destination', { argument: 'destination' })],
        },
        {
          allOf: [{ argument: 'flight_type', is: 'round_trip' }, flightAt(-1, 'destination', { argument: 'origin' })],
        },
      ],
    },
  ],
};

const unless = (id: string, condition: Condition, reason: string): Rule => ({
  id,
  decision: 'deny',
  when: [{ not: condition }],
  reason,
});

export const BOOKING_RULES: readonly Rule[] = [
  unless('for-somebody-else', { argument: 'user_id', is: CUSTOMER }, 'Only the traveller who is asking can book.'),
  unless(
    'profile-unread',
    { after: 'get_user_details', same: ['user_id'] },
    "Look the traveller's profile up first: payment methods and bags depend on it.",
  ),
  unless(
    'odd-party',
    { count: { argument: 'passengers' }, atLeast: 1, atMost: 5 },
    'A reservation has one to five passengers.',
  ),
  unless(
    'not-their-payment',
    { argument: 'payment_methods[].payment_id', in: profile('payment_methods{}') },
    "All payment methods have to be in the traveller's profile.",
  ),
  unless(
    'too-many-methods',
    { allOf: [methods('certificate', 1), methods('credit_card', 1), methods('gift_card', 3)] },
    'At most one certificate, one credit card and three gift cards pay for a reservation.',
  ),
  unless(
    'wrong-bags',
    rightBags,
    'The bags that are paid for have to be those beyond the free ones, no more and no fewer.',
  ),
  unless(
    'not-offered',
    offered([{ after: 'get_reservation_details', shows: { at: 'flights[]', where: FLIGHT } }]),
    'Only flights that a search or a reservation shows for that date can be booked.',
  ),
  unless(
    'wrong-route',
    rightRoute,
    'The flights have to begin and end where the trip does; a round trip ends where it began.',
  ),
];
