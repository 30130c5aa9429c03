/**
 * The airline's policy as permission rules: what its text asks of an agent and the tools do not check themselves. Where the
 * text and what the airline's own staff did disagree, the rule says so.
 *
 * Every change the policy permits is `confirm`: the text asks for the traveller's explicit yes to the exact action.
 */
import type { AgentRules } from '../../core/policy/line.ts';
import type { Condition, Operand, Rule } from '../../core/policy/rule.ts';
import { BOOKING_RULES } from './policy-booking.ts';
import { FLIGHT_CHANGE_RULES } from './policy-flights.ts';
import { CUSTOMER, NOW, OF_RESERVATION, ONE_DAY_AGO, ownReservation, PAYS_WITH_OWN } from './policy-records.ts';

const allow: readonly Rule[] = [{ id: 'always', decision: 'allow' }];
const confirmed = (id: string, when: readonly Condition[] = []): Rule => ({
  id,
  decision: 'confirm',
  when,
  // Flights, prices and ids can only come from the airline's own systems; who they belong to is what the rules check.
  anySource: true,
});

const boughtToday: Condition = {
  anyOf: [
    { ...OF_RESERVATION('created_at'), atLeast: ONE_DAY_AGO },
    // Staff treat a reservation that left basic economy a moment ago as bought a moment ago; records keep the old cabin.
    {
      allOf: [
        { ...OF_RESERVATION('cabin'), is: 'basic_economy' },
        { after: 'update_reservation_flights', same: ['reservation_id'], with: { cabin: 'economy' } },
      ],
    },
  ],
};
const notFlown: Condition = { ...OF_RESERVATION('flights[].date'), atLeast: NOW.slice(0, 10) };
// The text says that a flown trip cannot be cancelled. Staff did cancel a business trip that had ended the day before, so this
// leaves two days in which the traveller confirms and staff can see.
const longFlown: Condition = {
  ...OF_RESERVATION('flights[-1].date'),
  atMost: '2024-05-12',
};

const cancelling: readonly Rule[] = [
  ownReservation,
  {
    id: 'long-flown',
    decision: 'deny',
    when: [longFlown],
    reason: 'The trip has been flown. Pass the traveller on to a person.',
  },
  confirmed('business', [{ ...OF_RESERVATION('cabin'), is: 'business' }]),
  confirmed('insured', [{ ...OF_RESERVATION('insurance'), is: 'yes' }, notFlown]),
  confirmed('within-a-day', [boughtToday, notFlown]),
  {
    id: 'not-cancellable',
    decision: 'deny',
    reason:
      'Only business trips, insured trips and those booked within 24 hours can be cancelled, before they are flown.',
  },
];

const bags: readonly Rule[] = [
  ownReservation,
  PAYS_WITH_OWN,
  {
    id: 'takes-bags-away',
    decision: 'deny',
    when: [{ not: { argument: 'total_baggages', atLeast: OF_RESERVATION('total_baggages') } }],
    reason: 'Bags can be added, not removed.',
  },
  {
    id: 'less-than-none',
    decision: 'deny',
    when: [{ not: { argument: 'nonfree_baggages', atLeast: 0 } }],
  },
  // One free bag a passenger of economy, whoever books; more needs the profile and is the traveller's word and the agent's sum.
  confirmed('within-the-allowance-of-everybody', [
    { minus: [{ argument: 'total_baggages' }, { argument: 'nonfree_baggages' }], atMost: passengersOf('passengers') },
  ]),
  confirmed('within-the-allowance-of-members', [
    {
      minus: [{ argument: 'total_baggages' }, { argument: 'nonfree_baggages' }],
      atMost: { times: [passengersOf('passengers'), 3] },
    },
    { result: 'membership', of: 'get_user_details', oneOf: ['silver', 'gold'] },
  ]),
];

function passengersOf(path: string): Operand {
  return { count: OF_RESERVATION(path) };
}

const passengers: readonly Rule[] = [
  ownReservation,
  {
    id: 'another-number',
    decision: 'deny',
    when: [{ not: { count: { argument: 'passengers' }, is: { count: OF_RESERVATION('passengers') } } }],
    reason: 'The number of passengers cannot be changed.',
  },
  confirmed('same-number'),
];

const certificates: readonly Rule[] = [
  {
    id: 'to-somebody-else',
    decision: 'deny',
    when: [{ not: { argument: 'user_id', is: CUSTOMER } }],
    reason: 'A certificate goes to the traveller who is asking.',
  },
  {
    id: 'a-second-one',
    decision: 'approve',
    when: [{ not: { calls: 'conversation', atMost: 1 } }],
  },
  {
    id: 'odd-amount',
    decision: 'deny',
    when: [{ not: { argument: 'amount', oneOf: [50, 100, 150, 200, 250, 300, 400, 500] } }],
    reason: 'A gesture is 50 or 100 dollars a passenger, of whom there are at most five.',
  },
  confirmed('for-members', [
    { after: 'get_reservation_details', shows: { where: { user_id: CUSTOMER } } },
    { result: 'membership', of: 'get_user_details', oneOf: ['silver', 'gold'] },
  ]),
  {
    id: 'for-one-reservation',
    decision: 'approve',
    when: [
      {
        anyOf: [
          { after: 'get_reservation_details', shows: { where: { user_id: CUSTOMER, insurance: 'yes' } } },
          { after: 'get_reservation_details', shows: { where: { user_id: CUSTOMER, cabin: 'business' } } },
        ],
      },
    ],
    anySource: true,
    reason:
      'A regular member is entitled by one reservation: an operator has to see whether it is the one complained about.',
  },
  {
    id: 'not-entitled',
    decision: 'deny',
    reason:
      'Certificates are for silver and gold members, insured trips and business, after the reservation was looked up.',
  },
];

const lookUpReservation: readonly Rule[] = [
  {
    id: 'of-somebody-else',
    decision: 'deny',
    when: [
      { after: 'get_user_details' },
      {
        not: {
          anyOf: [
            { argument: 'reservation_id', in: { result: 'reservations[]', of: 'get_user_details' } },
            { after: 'book_reservation', shows: { where: { reservation_id: { argument: 'reservation_id' } } } },
          ],
        },
      },
    ],
    reason: "The reservation is not in the traveller's profile.",
  },
  // Before the profile is known, the tool itself has to look whose reservation it is.
  { id: 'any', decision: 'allow' },
];

export const AIRLINE_POLICY: AgentRules = {
  book_reservation: { sideEffect: true, rules: [...BOOKING_RULES, confirmed('as-asked')] },
  calculate: { sideEffect: false, rules: allow },
  cancel_reservation: { sideEffect: true, rules: cancelling },
  get_reservation_details: { sideEffect: false, rules: lookUpReservation },
  get_user_details: {
    sideEffect: false,
    rules: [
      {
        id: 'own-profile',
        decision: 'allow',
        when: [{ argument: 'user_id', is: CUSTOMER }],
        reason: 'Only the profile of the traveller who is asking is shown.',
      },
    ],
  },
  list_all_airports: { sideEffect: false, rules: allow },
  search_direct_flight: { sideEffect: false, rules: allow },
  search_onestop_flight: { sideEffect: false, rules: allow },
  send_certificate: { sideEffect: true, rules: certificates },
  think: { sideEffect: false, rules: allow },
  transfer_to_human_agents: { sideEffect: false, rules: allow },
  update_reservation_baggages: { sideEffect: true, rules: bags },
  update_reservation_flights: { sideEffect: true, rules: [...FLIGHT_CHANGE_RULES, confirmed('as-asked')] },
  update_reservation_passengers: { sideEffect: true, rules: passengers },
};
