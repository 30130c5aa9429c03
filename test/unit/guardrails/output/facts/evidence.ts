import type { Evidence } from '../../../../../guardrails/output/facts/types.ts';

/** A conversation in which nothing was said or done. */
export const NOTHING: Evidence = { results: [], asked: [], customer: [], instructions: [], said: [], changes: [] };

export const ORDER = JSON.stringify({
  order_id: 'LX-20814',
  placed_at: '2025-03-04T10:15:00',
  customer: { first_name: 'Ines', last_name: 'Okafor' },
  items: [
    { sku: 'TEAPOT7', name: 'Stoneware teapot', quantity: 2, price: 34.5 },
    { sku: 'TRAY22', name: 'Oak tray', quantity: 1, price: 58 },
  ],
  delivery: { date: '2025-03-11', from: '14:00', until: '18:00', city: 'Bergen' },
});

export const FLIGHTS = JSON.stringify([
  {
    flight: 'QX101',
    origin: 'OSL',
    destination: 'LHR',
    departs: '06:40:00',
    seats: { economy: 9, business: 2 },
    prices: { economy: 120, business: 480 },
  },
  {
    flight: 'QX205',
    origin: 'OSL',
    destination: 'CDG',
    departs: '19:05:00',
    seats: { economy: 4, business: 7 },
    prices: { economy: 95, business: 310 },
  },
]);
