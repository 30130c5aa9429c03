/**
 * The airline's records and a view of them. Base data is shared in memory by every conversation and never changed; what a
 * conversation changed lies over it. Records are replaced, never edited, and keep the order of their keys.
 */
import type { Json } from '../../core/manifest.ts';

type CardMethod = {
  readonly source: 'credit_card';
  readonly brand: string;
  readonly last_four: string;
  readonly id: string;
};
/** Something with a balance, in whole dollars. */
type BalanceMethod = {
  readonly source: 'gift_card' | 'certificate';
  readonly amount: number;
  readonly id: string;
};
export type PaymentMethod = CardMethod | BalanceMethod;

export type User = {
  readonly name: Json;
  readonly payment_methods: { readonly [id: string]: PaymentMethod };
  readonly reservations: readonly string[];
};

export type Passenger = { readonly first_name: string; readonly last_name: string; readonly dob: string };
export type Payment = { readonly payment_id: string; readonly amount: number };
export type Cabin = 'basic_economy' | 'economy' | 'business';

export type ReservedFlight = {
  readonly flight_number: string;
  readonly date: string;
  readonly price: number;
  readonly origin: string;
  readonly destination: string;
};

export type Reservation = {
  readonly reservation_id: string;
  readonly user_id: string;
  readonly origin: string;
  readonly destination: string;
  readonly flight_type: string;
  readonly cabin: string;
  readonly flights: readonly ReservedFlight[];
  readonly passengers: readonly Passenger[];
  readonly payment_history: readonly Payment[];
  readonly created_at: string;
  readonly total_baggages: number;
  readonly nonfree_baggages: number;
  readonly insurance: string;
};

export type OpenDay = {
  readonly status: 'available';
  readonly available_seats: { readonly [cabin in Cabin]: number };
  readonly prices: { readonly [cabin in Cabin]: number };
};
/** Landed, cancelled, delayed and so on: not for sale. */
type OtherDay = { readonly status: string };
export type FlightDay = OpenDay | OtherDay;

export type Flight = {
  readonly flight_number: string;
  readonly origin: string;
  readonly destination: string;
  readonly scheduled_departure_time_est: string;
  readonly scheduled_arrival_time_est: string;
  readonly dates: { readonly [date: string]: FlightDay };
};

/** What tools see. */
export interface World {
  user(id: string): User | undefined;
  reservation(id: string): Reservation | undefined;
  flight(number: string): Flight | undefined;
  /** In file order. */
  flights(): Iterable<Flight>;
}

/** The records as read from the data directory. */
export interface BaseData {
  readonly users: ReadonlyMap<string, User>;
  readonly reservations: ReadonlyMap<string, Reservation>;
  readonly flights: ReadonlyMap<string, Flight>;
}

/** One record that a tool replaced or added. */
export type Change =
  | { readonly kind: 'user'; readonly id: string; readonly record: User }
  | { readonly kind: 'reservation'; readonly id: string; readonly record: Reservation };

/** What a tool says and what it changed, or the text with which it says no (changing nothing). */
export type ToolEffect = { readonly result: Json; readonly changes: readonly Change[] } | { readonly rejected: string };

/** A refusal in the airline's wording. */
export function rejected(why: string): ToolEffect {
  return { rejected: `Error: ${why}` };
}

/** The base data with some records replaced or added; later changes win. */
export function worldOver(base: BaseData, changes: readonly Change[]): World {
  const users = new Map<string, User>();
  const reservations = new Map<string, Reservation>();
  for (const change of changes) {
    if (change.kind === 'user') users.set(change.id, change.record);
    else reservations.set(change.id, change.record);
  }
  return {
    user: (id) => users.get(id) ?? base.users.get(id),
    reservation: (id) => reservations.get(id) ?? base.reservations.get(id),
    flight: (number) => base.flights.get(number),
    flights: () => base.flights.values(),
  };
}

/** Every user and reservation as they are after the changes. */
export interface FinalState {
  readonly users: { readonly [id: string]: User };
  readonly reservations: { readonly [id: string]: Reservation };
}

export function stateAfter(base: BaseData, changes: readonly Change[]): FinalState {
  const users = new Map(base.users);
  const reservations = new Map(base.reservations);
  for (const change of changes) {
    if (change.kind === 'user') users.set(change.id, change.record);
    else reservations.set(change.id, change.record);
  }
  return { users: Object.fromEntries(users), reservations: Object.fromEntries(reservations) };
}
