/** What changing flights or cabin has to be like; the last rule, that the traveller confirms it, is added by `policy.ts`. */
import type { Condition, Rule } from '../../core/policy/rule.ts';
import { FLIGHT, flightAt, NOW, OF_RESERVATION, offered, ownReservation, PAYS_WITH_OWN } from './policy-records.ts';

const sameFlight: Condition = {
  after: 'get_reservation_details',
  same: ['reservation_id'],
  shows: { at: 'flights[]', where: FLIGHT },
};
const sameFlights: Condition = {
  allOf: [
    { each: 'flights', all: [sameFlight] },
    { count: { argument: 'flights' }, is: { count: OF_RESERVATION('flights') } },
  ],
};
const upgrade: Condition = {
  anyOf: [
    {
      allOf: [
        { argument: 'cabin', oneOf: ['economy', 'business'] },
        { ...OF_RESERVATION('cabin'), is: 'basic_economy' },
      ],
    },
    {
      allOf: [
        { argument: 'cabin', is: 'business' },
        { ...OF_RESERVATION('cabin'), is: 'economy' },
      ],
    },
  ],
};

const roundTrip = OF_RESERVATION('flight_type');
const sameRoute: Condition = {
  allOf: [
    flightAt(0, 'origin', OF_RESERVATION('origin')),
    {
      anyOf: [
        {
          allOf: [{ ...roundTrip, is: 'round_trip' }, flightAt(-1, 'destination', OF_RESERVATION('origin'))],
        },
        {
          allOf: [
            { not: { ...roundTrip, is: 'round_trip' } },
            flightAt(-1, 'destination', OF_RESERVATION('destination')),
          ],
        },
      ],
    },
  ],
};

export const FLIGHT_CHANGE_RULES: readonly Rule[] = [
  ownReservation,
  PAYS_WITH_OWN,
  {
    id: 'unknown-details',
    decision: 'deny',
    when: [{ not: { fields: 'flights[]', only: ['flight_number', 'date'] } }],
    reason:
      'A flight is given by flight_number and date and nothing else: the airline stores whatever is written there.',
  },
  {
    id: 'begun',
    decision: 'deny',
    when: [{ not: { ...OF_RESERVATION('flights[].date'), atLeast: NOW.slice(0, 10) } }],
    reason: 'The trip has begun. Pass the traveller on to a person.',
  },
  {
    id: 'not-offered',
    decision: 'deny',
    when: [{ not: offered([sameFlight]) }],
    reason: 'Only flights of the reservation, or ones that a search has offered for that date, can be had.',
  },
  {
    id: 'another-route',
    decision: 'deny',
    when: [{ not: sameRoute }],
    reason: 'Origin, destination and kind of trip have to stay.',
  },
  {
    id: 'basic-economy',
    decision: 'deny',
    when: [
      { ...OF_RESERVATION('cabin'), is: 'basic_economy' },
      { argument: 'cabin', is: 'basic_economy' },
      { not: sameFlights },
    ],
    reason: 'Basic economy flights cannot be changed; the cabin can.',
  },
  {
    id: 'upgrade-before-profile',
    decision: 'deny',
    when: [upgrade, { not: { after: 'get_user_details' } }],
    reason: "An upgrade costs: look the traveller's profile up first and let them choose how to pay.",
  },
  {
    id: 'other-flights-in-business',
    decision: 'approve',
    when: [{ argument: 'cabin', is: 'business' }, upgrade, { not: sameFlights }],
    reason: 'Cabin and flights change one after the other; both at once, into business, is for an operator to look at.',
  },
];
