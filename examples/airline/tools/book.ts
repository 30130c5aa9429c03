/** Booking a reservation. */
import {
  type Cabin,
  type Passenger,
  type Payment,
  type Reservation,
  type ReservedFlight,
  rejected,
  type ToolEffect,
  type User,
  type World,
} from '../world.ts';
import { type FlightRequest, paymentMethod, priceFlight, withBalanceReduced, withoutMethod } from './money.ts';

export interface Booking {
  readonly user_id: string;
  readonly origin: string;
  readonly destination: string;
  readonly flight_type: string;
  readonly cabin: Cabin;
  readonly flights: readonly FlightRequest[];
  readonly passengers: readonly Passenger[];
  readonly payment_methods: readonly Payment[];
  readonly total_baggages: number;
  readonly nonfree_baggages: number;
  readonly insurance: string;
}

const INSURANCE_DOLLARS = 30;
const BAG_DOLLARS = 50;
/** The ids the airline gives out in this world, in this order. */
const NEW_IDS = ['HATHAT', 'HATHAU', 'HATHAV'];
/** It is always 3 p.m. here. */
const NOW = '2024-05-15T15:00:00';

export function book(world: World, booking: Booking): ToolEffect {
  const user = world.user(booking.user_id);
  if (user === undefined) return rejected('user not found');
  const seats = booking.passengers.length;
  const flights: ReservedFlight[] = [];
  let total = 0;
  for (const request of booking.flights) {
    const priced = priceFlight(world, request, booking.cabin, seats);
    if ('problem' in priced) return rejected(priced.problem);
    flights.push(priced.reserved);
    total += priced.reserved.price * seats;
  }
  if (booking.insurance === 'yes') total += INSURANCE_DOLLARS * seats;
  total += BAG_DOLLARS * booking.nonfree_baggages;
  const problem = whyNotPaid(user, booking.payment_methods, total);
  if (problem !== undefined) return rejected(problem);
  const id = NEW_IDS.find((candidate) => world.reservation(candidate) === undefined);
  if (id === undefined) return rejected('no reservation id is left');
  const reservation = reservationOf(id, booking, flights);
  const payer = booking.payment_methods.reduce(afterPayment, user);
  return {
    result: reservation,
    changes: [
      { kind: 'user', id: booking.user_id, record: { ...payer, reservations: [...payer.reservations, id] } },
      { kind: 'reservation', id, record: reservation },
    ],
  };
}

function whyNotPaid(user: User, payments: readonly Payment[], total: number): string | undefined {
  let paid = 0;
  for (const { payment_id: id, amount } of payments) {
    const method = paymentMethod(user, id);
    if (method === undefined) return `payment method ${id} not found`;
    if (method.source !== 'credit_card' && method.amount < amount) return `not enough balance in payment method ${id}`;
    paid += amount;
  }
  return paid === total ? undefined : `payment amount does not add up, total price is ${total}, but paid ${paid}`;
}

/** Certificates are used up whole; gift cards keep what is left. */
function afterPayment(user: User, { payment_id: id, amount }: Payment): User {
  const method = paymentMethod(user, id);
  return method?.source === 'certificate' ? withoutMethod(user, id) : withBalanceReduced(user, id, amount);
}

function reservationOf(id: string, booking: Booking, flights: readonly ReservedFlight[]): Reservation {
  return {
    reservation_id: id,
    user_id: booking.user_id,
    origin: booking.origin,
    destination: booking.destination,
    flight_type: booking.flight_type,
    cabin: booking.cabin,
    flights,
    passengers: booking.passengers,
    payment_history: booking.payment_methods,
    created_at: NOW,
    total_baggages: booking.total_baggages,
    nonfree_baggages: booking.nonfree_baggages,
    insurance: booking.insurance,
  };
}
