/** Changing what is booked: cancel, other flights, bags, passengers; and the certificate given as a gesture. */
import {
  type Cabin,
  type Change,
  type Passenger,
  type Payment,
  type Reservation,
  type ReservedFlight,
  rejected,
  type ToolEffect,
  type User,
  type World,
} from '../world.ts';
import { type FlightRequest, paymentMethod, priceFlight, reserve, whyNotPayable, withBalanceReduced } from './money.ts';

const BAG_DOLLARS = 50;
const NEW_CERTIFICATES = ['certificate_3221322', 'certificate_3221323', 'certificate_3221324'];

export function cancel(world: World, { reservation_id: id }: { reservation_id: string }): ToolEffect {
  const reservation = world.reservation(id);
  if (reservation === undefined) return rejected('reservation not found');
  const refunds = reservation.payment_history.map((payment) => ({
    payment_id: payment.payment_id,
    amount: 0 - payment.amount,
  }));
  const cancelled = {
    ...reservation,
    payment_history: [...reservation.payment_history, ...refunds],
    status: 'cancelled',
  };
  return { result: cancelled, changes: [{ kind: 'reservation', id, record: cancelled }] };
}

export interface FlightChange {
  readonly reservation_id: string;
  readonly cabin: Cabin;
  readonly flights: readonly FlightRequest[];
  readonly payment_id: string;
}

export function updateFlights(world: World, change: FlightChange): ToolEffect {
  const { reservation_id: id, cabin, payment_id } = change;
  const reservation = world.reservation(id);
  if (reservation === undefined) return rejected('reservation not found');
  const seats = reservation.passengers.length;
  const flights: ReservedFlight[] = [];
  for (const request of change.flights) {
    const kept = cabin === reservation.cabin ? sameFlight(reservation, request) : undefined;
    const priced =
      kept === undefined ? priceFlight(world, request, cabin, seats) : { reserved: reserve(request, kept.price, kept) };
    if ('problem' in priced) return rejected(priced.problem);
    flights.push(priced.reserved);
  }
  const difference = (sumOfPrices(flights) - sumOfPrices(reservation.flights)) * seats;
  return paidChange(world, reservation, { payment_id, amount: difference }, { flights });
}

export interface BagChange {
  readonly reservation_id: string;
  readonly total_baggages: number;
  readonly nonfree_baggages: number;
  readonly payment_id: string;
}

export function updateBaggages(world: World, change: BagChange): ToolEffect {
  const { reservation_id, payment_id, total_baggages, nonfree_baggages } = change;
  const reservation = world.reservation(reservation_id);
  if (reservation === undefined) return rejected('reservation not found');
  const amount = BAG_DOLLARS * Math.max(0, nonfree_baggages - reservation.nonfree_baggages);
  return paidChange(world, reservation, { payment_id, amount }, { total_baggages, nonfree_baggages });
}

export function updatePassengers(
  world: World,
  { reservation_id: id, passengers }: { reservation_id: string; passengers: readonly Passenger[] },
): ToolEffect {
  const reservation = world.reservation(id);
  if (reservation === undefined) return rejected('reservation not found');
  if (passengers.length !== reservation.passengers.length) return rejected('number of passengers does not match');
  const updated = { ...reservation, passengers };
  return { result: updated, changes: [{ kind: 'reservation', id, record: updated }] };
}

export function sendCertificate(world: World, { user_id, amount }: { user_id: string; amount: number }): ToolEffect {
  const user = world.user(user_id);
  if (user === undefined) return rejected('user not found');
  const id = NEW_CERTIFICATES.find((candidate) => paymentMethod(user, candidate) === undefined);
  if (id === undefined) return rejected('no certificate id is left');
  const record: User = {
    ...user,
    payment_methods: { ...user.payment_methods, [id]: { source: 'certificate', amount, id } },
  };
  return {
    result: `Certificate ${id} added to user ${user_id} with amount ${amount}.`,
    changes: [{ kind: 'user', id: user_id, record }],
  };
}

/** Pays for a change with one of the traveller's methods and applies it. Less than 0 dollars go back to a gift card. */
function paidChange(world: World, before: Reservation, payment: Payment, fields: Partial<Reservation>): ToolEffect {
  const user = world.user(before.user_id);
  if (user === undefined) return rejected('user not found');
  const method = paymentMethod(user, payment.payment_id);
  const problem = whyNotPayable(method, payment.amount);
  if (problem !== undefined) return rejected(problem);
  const payments = payment.amount === 0 ? before.payment_history : [...before.payment_history, payment];
  const record: Reservation = { ...before, ...fields, payment_history: payments };
  const changes: Change[] = [{ kind: 'reservation', id: before.reservation_id, record }];
  if (method?.source === 'gift_card') {
    const payer = withBalanceReduced(user, payment.payment_id, payment.amount);
    changes.push({ kind: 'user', id: before.user_id, record: payer });
  }
  return { result: record, changes };
}

function sameFlight(reservation: Reservation, { flight_number, date }: FlightRequest): ReservedFlight | undefined {
  return reservation.flights.find((flight) => flight.flight_number === flight_number && flight.date === date);
}

function sumOfPrices(flights: readonly ReservedFlight[]): number {
  return flights.reduce((sum, flight) => sum + flight.price, 0);
}
