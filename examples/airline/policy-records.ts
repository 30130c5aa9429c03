/** What the airline's rules share: the customer, the reservation that was looked up, payment, the time. */
import type { Condition, Operand, Rule } from '../../core/policy/rule.ts';

/** This airline's world stands still. */
export const NOW = '2024-05-15T15:00:00';
export const ONE_DAY_AGO = '2024-05-14T15:00:00';

export const CUSTOMER: Operand = { customer: 'id' };

/** A value of the reservation, as it was looked up last. Unknown before that, so nothing is permitted before that. */
export const OF_RESERVATION = (path: string) => ({
  result: path,
  of: 'get_reservation_details',
  same: ['reservation_id'],
});

export const ownReservation: Rule = {
  id: 'of-somebody-else',
  decision: 'deny',
  when: [{ not: { ...OF_RESERVATION('user_id'), is: CUSTOMER } }],
  reason: 'Look the reservation up first. Only reservations of the traveller who is asking can be changed.',
};

const inProfile = (argument: string): Condition => ({
  argument,
  in: { result: 'payment_methods{}', of: 'get_user_details' },
});

/** A change is paid with a card or gift card that the profile has, or that already paid for this reservation. */
export const PAYS_WITH_OWN: Rule = {
  id: 'not-their-payment',
  decision: 'deny',
  when: [
    {
      not: {
        allOf: [
          {
            anyOf: [
              inProfile('payment_id'),
              { argument: 'payment_id', in: OF_RESERVATION('payment_history[].payment_id') },
            ],
          },
          { not: { argument: 'payment_id', startsWith: 'certificate' } },
        ],
      },
    },
  ],
  reason: "Use a card or gift card of the traveller's profile; look the profile up first.",
};

/** Inside `each: 'flights'`: the same flight on the same day. */
export const FLIGHT = { flight_number: { item: 'flight_number' }, date: { item: 'date' } };

/** Every flight was offered by a search for that day, or is `known` otherwise. */
export function offered(known: readonly Condition[]): Condition {
  const { date, ...where } = FLIGHT;
  return {
    each: 'flights',
    all: [
      {
        anyOf: [
          { after: 'search_direct_flight', with: { date }, shows: { at: '[]', where } },
          { after: 'search_onestop_flight', shows: { at: '[]', where: FLIGHT } },
          ...known,
        ],
      },
    ],
  };
}

/** The flight at one end of the trip, as a search or a reservation shows it, begins or ends where it should. */
export function flightAt(at: 0 | -1, field: 'origin' | 'destination', place: Operand): Condition {
  const where = { flight_number: { argument: `flights[${at}].flight_number` }, [field]: place };
  return {
    anyOf: [
      { after: ['search_direct_flight', 'search_onestop_flight'], shows: { at: '[]', where } },
      { after: 'get_reservation_details', shows: { at: 'flights[]', where } },
    ],
  };
}
