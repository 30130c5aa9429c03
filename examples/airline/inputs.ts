/**
 * The arguments of the airline's tools. Flights and passengers keep keys that are not named here: models add some, and the
 * airline's systems store them as given.
 */
import { z } from 'zod';

/** Checks like the schema and looks like it to the model, but passes the value on untouched: zod's own output moves keys. */
function asGiven<T>(schema: z.ZodType<T>): z.ZodType<T> {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io: 'input' });
  return z
    .unknown()
    .superRefine((value, context) => {
      for (const issue of schema.safeParse(value).error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
      }
    })
    .meta(shape)
    .transform((value) => value as T); // the check above just said so
}

const userId = z.string().describe("The traveller's user id.");
const reservationId = z.string().describe('The six-character reservation id.');
const airport = (which: string) => z.string().describe(`IATA code of the ${which} airport.`);
const date = z.string().describe('A date written YYYY-MM-DD.');
const cabin = z.enum(['basic_economy', 'economy', 'business']);
const flight = asGiven(z.looseObject({ flight_number: z.string().describe('The flight number.'), date }));
const passenger = asGiven(
  z.looseObject({
    first_name: z.string().describe('Given name.'),
    last_name: z.string().describe('Family name.'),
    dob: z.string().describe('Date of birth, YYYY-MM-DD.'),
  }),
);
const paymentId = z.string().describe("Id of a payment method in the traveller's profile.");
const payment = z.object({ payment_id: paymentId, amount: z.number().describe('Dollars to pay with it.') });
const passengers = z.array(passenger).describe('Everybody who travels.');
const totalBags = z.int().describe('How many bags in all.');
const paidBags = z.int().describe('How many of the bags are paid for.');

export const nothing = z.object({});
export const user = z.object({ user_id: userId });
export const reservation = z.object({ reservation_id: reservationId });
export const route = z.object({ origin: airport('departure'), destination: airport('arrival'), date });
export const expression = z.object({
  expression: z.string().describe('Numbers, + - * / and parentheses, for example "(152 + 103) * 2".'),
});
export const thought = z.object({ thought: z.string().describe('What to think through.') });
export const summary = z.object({
  summary: z.string().describe('What the traveller needs, for the person who takes over.'),
});
export const booking = z.object({
  user_id: userId,
  origin: airport('departure'),
  destination: airport('arrival'),
  flight_type: z.enum(['one_way', 'round_trip']),
  cabin,
  flights: z.array(flight).describe('Each flight of the trip.'),
  passengers,
  payment_methods: z.array(payment).describe('What is paid with which method.'),
  total_baggages: totalBags,
  nonfree_baggages: paidBags,
  insurance: z.enum(['yes', 'no']),
});
export const flightChange = z.object({
  reservation_id: reservationId,
  cabin,
  flights: z.array(flight).describe('Every flight of the reservation after the change, unchanged ones too.'),
  payment_id: paymentId,
});
export const bagChange = z.object({
  reservation_id: reservationId,
  total_baggages: totalBags,
  nonfree_baggages: paidBags,
  payment_id: paymentId,
});
export const passengerChange = z.object({ reservation_id: reservationId, passengers });
export const certificate = z.object({
  user_id: userId,
  amount: z.number().describe('Dollars the certificate is worth.'),
});
