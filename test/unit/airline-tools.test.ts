import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerOf, runTool } from '../../examples/airline/catalogue.ts';
import { readAirline } from '../../examples/airline/data.ts';
import {
  type BaseData,
  type Change,
  type Flight,
  type FlightDay,
  type Reservation,
  type User,
  worldOver,
} from '../../examples/airline/world.ts';

const open = (price: number, seats = 9): FlightDay => ({
  status: 'available',
  available_seats: { basic_economy: seats, economy: seats, business: seats },
  prices: { basic_economy: price - 50, economy: price, business: price * 3 },
});
const flight = (number: string, from: string, to: string, times: string, dates: Flight['dates']): Flight => ({
  flight_number: number,
  origin: from,
  destination: to,
  scheduled_departure_time_est: times.split(' ')[0] ?? '',
  scheduled_arrival_time_est: times.split(' ')[1] ?? '',
  dates,
});
const ann: User = {
  name: 'Ann',
  payment_methods: {
    card: { source: 'credit_card', brand: 'visa', last_four: '1234', id: 'card' },
    gift: { source: 'gift_card', amount: 120, id: 'gift' },
    voucher: { source: 'certificate', amount: 300, id: 'voucher' },
  },
  reservations: ['OLD'],
};
const traveller = { first_name: 'Ann', last_name: 'Lee', dob: '1980-01-01' };
const old: Reservation = {
  reservation_id: 'OLD',
  user_id: 'ann',
  origin: 'SFO',
  destination: 'LAX',
  flight_type: 'one_way',
  cabin: 'economy',
  flights: [{ origin: 'SFO', destination: 'LAX', flight_number: 'F1', date: '2024-05-20', price: 80 }],
  passengers: [traveller],
  payment_history: [{ payment_id: 'card', amount: 80 }],
  created_at: '2024-05-01T00:00:00',
  total_baggages: 1,
  nonfree_baggages: 0,
  insurance: 'no',
};
const flights = [
  flight('F1', 'SFO', 'LAX', '08:00:00 10:00:00', { '2024-05-20': open(100), '2024-05-21': { status: 'cancelled' } }),
  flight('F2', 'LAX', 'SEA', '11:00:00 13:00:00', { '2024-05-20': open(70), '2024-05-21': open(75, 1) }),
  flight('F3', 'SFO', 'LAX', '20:00:00 01:00:00+1', { '2024-05-20': open(60) }),
];
const base: BaseData = {
  users: new Map([['ann', ann]]),
  reservations: new Map([['OLD', old]]),
  flights: new Map(flights.map((each) => [each.flight_number, each])),
};

/** Runs calls one after the other in one world. */
function run(...calls: readonly (readonly [name: string, args: object])[]) {
  const changes: Change[] = [];
  const answers = calls.map(([name, args]) => {
    const effect = runTool(worldOver(base, changes), name, args);
    if ('changes' in effect) changes.push(...effect.changes);
    return answerOf(effect);
  });
  return { answers, last: answers.at(-1), world: worldOver(base, changes), changes };
}

const booking = (over: object = {}) => ({
  user_id: 'ann',
  origin: 'SFO',
  destination: 'LAX',
  flight_type: 'one_way',
  cabin: 'economy',
  flights: [{ flight_number: 'F1', date: '2024-05-20' }],
  passengers: [traveller],
  payment_methods: [{ payment_id: 'card', amount: 100 }],
  total_baggages: 0,
  nonfree_baggages: 0,
  insurance: 'no',
  ...over,
});
const on = (flight_number: string, date = '2024-05-20') => ({ flights: [{ flight_number, date }] });
const pays = (payment_id: string, amount: number) => ({ payment_methods: [{ payment_id, amount }] });

describe('booking', () => {
  it.each([
    ['an unknown user', { user_id: 'bob' }, 'Error: user not found'],
    ['an unknown flight', on('F9'), 'Error: flight F9 not found'],
    ['a date without the flight', on('F1', '2024-06-01'), 'Error: flight F1 not found on date 2024-06-01'],
    ['a flight not for sale', on('F1', '2024-05-21'), 'Error: flight F1 not available on date 2024-05-21'],
    [
      'too few seats',
      { ...on('F2', '2024-05-21'), passengers: [traveller, traveller] },
      'Error: not enough seats on flight F2',
    ],
    ['a payment method of somebody else', pays('theirs', 100), 'Error: payment method theirs not found'],
    ['a balance too low', pays('gift', 121), 'Error: not enough balance in payment method gift'],
    ['a wrong sum', pays('card', 99), 'Error: payment amount does not add up, total price is 100, but paid 99'],
  ])('refuses %s and changes nothing', (_, over, answer) => {
    const { last, changes } = run(['book_reservation', booking(over)]);
    expect(last).toBe(answer);
    expect(changes).toEqual([]);
  });

  it('charges insurance a passenger and paid bags, lowers gift cards and uses certificates up', () => {
    const { world, last } = run([
      'book_reservation',
      booking({
        insurance: 'yes',
        passengers: [traveller, traveller],
        nonfree_baggages: 2,
        payment_methods: [
          { payment_id: 'voucher', amount: 300 },
          { payment_id: 'gift', amount: 60 },
        ],
      }),
    ]);
    expect(last).toMatchObject({ reservation_id: 'HATHAT', flights: [{ price: 100, origin: 'SFO' }] });
    expect(world.user('ann')).toMatchObject({
      reservations: ['OLD', 'HATHAT'],
      payment_methods: { gift: { amount: 60 } },
    });
    expect(Object.keys(world.user('ann')?.payment_methods ?? {})).toEqual(['card', 'gift']);
    expect(base.users.get('ann')?.reservations).toEqual(['OLD']);
  });

  it('gives out three ids and then says that none is left', () => {
    const four = Array.from({ length: 4 }, () => ['book_reservation', booking()] as const);
    const { answers } = run(...four);
    expect(answers.slice(0, 3)).toMatchObject([
      { reservation_id: 'HATHAT' },
      { reservation_id: 'HATHAU' },
      { reservation_id: 'HATHAV' },
    ]);
    expect(answers[3]).toBe('Error: no reservation id is left');
  });
});

describe('changing flights', () => {
  const change = (over: object) => ({ reservation_id: 'OLD', cabin: 'economy', payment_id: 'card', ...over });

  it('keeps the price of a flight that stays and charges only the difference', () => {
    const flights = [...on('F1').flights, ...on('F2').flights];
    const { last } = run(['update_reservation_flights', change({ flights })]);
    expect(last).toMatchObject({
      flights: [{ price: 80 }, { price: 70 }],
      payment_history: [{ amount: 80 }, { payment_id: 'card', amount: 70 }],
    });
  });

  it('prices every flight anew in another cabin, and leaves the cabin as it was', () => {
    const { last } = run(['update_reservation_flights', change({ cabin: 'business', ...on('F1') })]);
    expect(last).toMatchObject({ cabin: 'economy', flights: [{ price: 300 }] });
  });

  it('pays what it saves back to a gift card', () => {
    const { world } = run(['update_reservation_flights', change({ payment_id: 'gift', ...on('F3') })]);
    expect(world.user('ann')?.payment_methods['gift']).toMatchObject({ amount: 140 });
  });

  it.each([
    ['an unknown method', { payment_id: 'theirs', ...on('F3') }, 'Error: payment method not found'],
    [
      'a certificate',
      { payment_id: 'voucher', ...on('F3') },
      'Error: certificate cannot be used to update reservation',
    ],
    [
      'too little on a gift card',
      { payment_id: 'gift', cabin: 'business', ...on('F1') },
      'Error: gift card balance is not enough',
    ],
    ['an unknown reservation', { reservation_id: 'NEW', ...on('F1') }, 'Error: reservation not found'],
  ])('refuses %s', (_, over, answer) => {
    expect(run(['update_reservation_flights', change(over)]).last).toBe(answer);
  });
});

describe('the other changes', () => {
  it('cancelling repeats every payment with the opposite sign and pays nothing back', () => {
    const { last, world } = run(['cancel_reservation', { reservation_id: 'OLD' }]);
    expect(last).toMatchObject({ status: 'cancelled', payment_history: [{ amount: 80 }, { amount: -80 }] });
    expect(world.user('ann')).toEqual(ann);
  });

  it('bags cost only what is added to the paid ones, and nothing is paid for fewer', () => {
    const bags = (total_baggages: number, nonfree_baggages: number) =>
      [
        'update_reservation_baggages',
        { reservation_id: 'OLD', total_baggages, nonfree_baggages, payment_id: 'gift' },
      ] as const;
    const { answers, world } = run(bags(3, 2), bags(1, 0));
    expect(answers).toMatchObject([
      { total_baggages: 3, payment_history: [{ amount: 80 }, { payment_id: 'gift', amount: 100 }] },
      { nonfree_baggages: 0, payment_history: [{ amount: 80 }, { amount: 100 }] },
    ]);
    expect(world.user('ann')?.payment_methods['gift']).toMatchObject({ amount: 20 });
  });

  it('passengers may be renamed but not added', () => {
    const rename = (...passengers: object[]) =>
      run(['update_reservation_passengers', { reservation_id: 'OLD', passengers }]).last;
    expect(rename({ ...traveller, first_name: 'Anna' })).toMatchObject({ passengers: [{ first_name: 'Anna' }] });
    expect(rename(traveller, traveller)).toBe('Error: number of passengers does not match');
  });

  it('certificates get ids one after the other', () => {
    const send = ['send_certificate', { user_id: 'ann', amount: 50 }] as const;
    expect(run(send, send, send, send).answers).toEqual([
      'Certificate certificate_3221322 added to user ann with amount 50.',
      'Certificate certificate_3221323 added to user ann with amount 50.',
      'Certificate certificate_3221324 added to user ann with amount 50.',
      'Error: no certificate id is left',
    ]);
  });
});

describe('searching', () => {
  const route = (destination: string, date: string) => ({ origin: 'SFO', destination, date });

  it('finds direct flights that are for sale that day, without their other dates', () => {
    expect(run(['search_direct_flight', route('LAX', '2024-05-21')]).last).toEqual([]);
    const { last } = run(['search_direct_flight', route('LAX', '2024-05-20')]);
    expect(last).toMatchObject([{ flight_number: 'F1', prices: { economy: 100 } }, { flight_number: 'F3' }]);
    expect(JSON.stringify(last)).not.toContain('dates');
  });

  it('finds connections, the second flight with the figures of the first date', () => {
    const { last } = run(['search_onestop_flight', route('SEA', '2024-05-20')]);
    expect(last).toMatchObject([
      [
        { flight_number: 'F1', date: '2024-05-20' },
        { flight_number: 'F2', date: '2024-05-20' },
      ],
      [
        { flight_number: 'F3', date: '2024-05-20' },
        { flight_number: 'F2', date: '2024-05-21', prices: { economy: 70 } },
      ],
    ]);
  });
});

describe('looking up', () => {
  it.each([
    ['get_user_details', { user_id: 'toString' }],
    ['get_reservation_details', { reservation_id: '__proto__' }],
  ])('%s knows no record by the name of something built in', (name, args) => {
    expect(run([name, args]).last).toBe('Error: user not found');
  });

  it('a payment method by the name of something built in is not found', () => {
    expect(run(['book_reservation', booking(pays('constructor', 100))]).last).toMatch(/constructor not found/);
  });
});

describe('the data directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'airline-'));
    const day = { status: 'available', available_seats: {}, prices: {} };
    const files = {
      'policy.md': 'Be kind.',
      'tools.json': '[]',
      'users.json': '{}',
      'reservations.json': '{}',
      'flights.json': JSON.stringify({ F1: { ...flights[0], dates: { '2024-05-20': day } } }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('that is absent is named together with the variable to set', () => {
    expect(() => readAirline(join(folder, 'nowhere'))).toThrow(/no airline data in .*nowhere.*HANDBACK_TAU_DIR/);
  });

  it('of another shape is refused with the file and the place', () => {
    expect(() => readAirline(folder)).toThrow(/flights\.json has another shape than expected at F1\.dates/);
    writeFileSync(join(folder, 'flights.json'), '[');
    expect(() => readAirline(folder)).toThrow(/flights\.json is not JSON/);
    rmSync(join(folder, 'flights.json'));
    expect(() => readAirline(folder)).toThrow(/Cannot read .*flights\.json/);
  });

  it('with all five files is read', () => {
    writeFileSync(join(folder, 'flights.json'), JSON.stringify({ F1: flights[0] }));
    expect(readAirline(folder).base.flights.get('F1')).toEqual(flights[0]);
  });
});
