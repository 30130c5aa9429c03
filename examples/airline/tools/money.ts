/** What booking and changing have in common: checking and pricing flights, paying. */
import type { Cabin, Flight, OpenDay, PaymentMethod, ReservedFlight, User, World } from '../world.ts';

/** A flight as the model names it; further keys are kept as given. */
export type FlightRequest = { readonly flight_number: string; readonly date: string };

/** The flight with its price a passenger, or why it cannot be had. */
export type Priced = { readonly reserved: ReservedFlight } | { readonly problem: string };

export function priceFlight(world: World, request: FlightRequest, cabin: Cabin, seats: number): Priced {
  const { flight_number: number, date } = request;
  const flight = world.flight(number);
  if (flight === undefined) return { problem: `flight ${number} not found` };
  const day = Object.hasOwn(flight.dates, date) ? flight.dates[date] : undefined;
  if (day === undefined) return { problem: `flight ${number} not found on date ${date}` };
  if (!isOpenDay(day)) return { problem: `flight ${number} not available on date ${date}` };
  if (day.available_seats[cabin] < seats) return { problem: `not enough seats on flight ${number}` };
  return { reserved: reserve(request, day.prices[cabin], flight) };
}

function isOpenDay(day: Flight['dates'][string]): day is OpenDay {
  return day.status === 'available';
}

export function reserve(
  request: FlightRequest,
  price: number,
  { origin, destination }: { readonly origin: string; readonly destination: string },
): ReservedFlight {
  return { ...request, price, origin, destination };
}

export function paymentMethod(user: User, id: string): PaymentMethod | undefined {
  return Object.hasOwn(user.payment_methods, id) ? user.payment_methods[id] : undefined;
}

/** The user with one payment method's balance lowered by `amount` dollars (raised where it is negative). */
export function withBalanceReduced(user: User, id: string, amount: number): User {
  const method = paymentMethod(user, id);
  if (method === undefined || method.source === 'credit_card') return user;
  return { ...user, payment_methods: { ...user.payment_methods, [id]: { ...method, amount: method.amount - amount } } };
}

export function withoutMethod(user: User, id: string): User {
  const { [id]: _, ...rest } = user.payment_methods;
  return { ...user, payment_methods: rest };
}

/** Why a change of `amount` dollars cannot be paid with this method, or `undefined`. */
export function whyNotPayable(method: PaymentMethod | undefined, amount: number): string | undefined {
  if (method === undefined) return 'payment method not found';
  if (method.source === 'certificate') return 'certificate cannot be used to update reservation';
  if (method.source === 'gift_card' && method.amount < amount) return 'gift card balance is not enough';
  return undefined;
}
