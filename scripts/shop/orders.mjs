/** Two hundred and forty orders over fourteen months, told from their age in days; the noteworthy ones are fixed by hand. */
import { customers } from './customers.mjs';
import { products } from './products.mjs';

const FIRST_ORDER = 841;
const COUNT = 240;
const OLDEST_DAYS = 420;

/** A small generator of even numbers between 0 and 1 (mulberry32), so that every run of the script writes the same file. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(20_261_124);
const pick = (list) => list[Math.floor(random() * list.length)];

/** The chance of each state by age: the newest orders wait, the oldest have arrived, come back or been cancelled. */
const STATES_BY_AGE = [
  [1, { placed: 80, packed: 15, cancelled: 5 }],
  [3, { placed: 25, packed: 40, shipped: 30, cancelled: 5 }],
  [8, { shipped: 54, partially_shipped: 20, delivered: 18, cancelled: 8 }],
  [14, { delivered: 62, shipped: 10, partially_shipped: 18, cancelled: 6, returned: 4 }],
  [Number.POSITIVE_INFINITY, { delivered: 80, cancelled: 8, returned: 12 }],
];

function stateFor(age) {
  const [, chances] = STATES_BY_AGE.find(([upTo]) => age <= upTo);
  let point = random() * 100;
  for (const [state, chance] of Object.entries(chances)) {
    point -= chance;
    if (point < 0) return state;
  }
  return Object.keys(chances)[0];
}

/** Orders a reader of the documentation, or a test, can rely on. Everything not said here stays as drawn. */
const FIXED = {
  908: {
    customer: 'C-1017',
    state: 'delivered',
    items: [
      ['PCK-340', 'S/M', 1],
      ['LGT-710', 'one size', 1],
    ],
  },
  950: { customer: 'C-1017', state: 'delivered', items: [['CLO-510', 'M', 1]] },
  1018: {
    customer: 'C-1017',
    state: 'delivered',
    items: [
      ['FTW-410', '8', 1],
      ['FTW-460', 'M', 2],
      ['NAV-740', 'one size', 1],
    ],
  },
  1029: {
    customer: 'C-1017',
    state: 'partially_shipped',
    items: [
      ['COK-620', 'one size', 1],
      ['TNT-150', 'one size', 1],
    ],
  },
  1042: {
    customer: 'C-1017',
    state: 'shipped',
    eta: 2,
    items: [
      ['TNT-120', 'one size', 1],
      ['SLP-230', 'regular', 1],
    ],
  },
  1066: {
    customer: 'C-1017',
    state: 'placed',
    items: [
      ['PCK-330', 'M/L', 1],
      ['WTR-810', 'one size', 1],
    ],
  },
  1072: { customer: 'C-1017', state: 'packed', items: [['CLO-530', 'M', 1]] },
  985: {
    customer: 'C-1044',
    state: 'delivered',
    items: [['LGT-720', 'one size', 1]],
    gift: 'So that you find the way home.',
  },
  1033: {
    customer: 'C-1026',
    state: 'partially_shipped',
    items: [
      ['CLO-540', 'M', 1],
      ['FTW-450', '9', 1],
    ],
  },
  1051: {
    customer: 'C-1071',
    state: 'partially_shipped',
    items: [
      ['PCK-320', 'one size', 1],
      ['COK-640', 'one size', 2],
      ['TNT-150', 'one size', 1],
    ],
  },
  1021: { customer: 'C-1008', state: 'shipped', eta: -4, items: [['FTW-430', '9', 1]], express: true },
  1025: {
    customer: 'C-1031',
    state: 'delivered',
    items: [['SLP-220', 'long', 1]],
    gift: 'Happy birthday, see you on the summit!',
  },
  1061: { customer: 'C-1023', state: 'placed', payment: 'refused', items: [['NAV-750', 'one size', 1]] },
  1070: {
    customer: 'C-1064',
    state: 'placed',
    payment: 'refused',
    items: [
      ['CLO-520', 'L', 1],
      ['CLO-570', 'one size', 2],
    ],
  },
  1074: { customer: 'C-1005', state: 'placed', items: [['FTW-450', '10', 1]], gift: 'From all of us at the hut.' },
  1077: {
    customer: 'C-1040',
    state: 'placed',
    items: [
      ['TNT-140', 'one size', 1],
      ['SLP-260', 'one size', 4],
    ],
  },
  1008: {
    customer: 'C-1012',
    state: 'delivered',
    items: [
      ['CLO-540', 'L', 1],
      ['CLO-530', 'L', 1],
    ],
    returning: 'received',
  },
  1012: { customer: 'C-1050', state: 'delivered', items: [['PCK-350', 'M/L', 1]], returning: 'label_sent' },
};

const RETURN_REASONS = ['does_not_fit', 'changed_mind', 'not_as_described', 'damaged', 'wrong_item'];
const CANCEL_REASONS = [
  'Ordered twice by mistake',
  'Found it in a local shop',
  'Trip was called off',
  'Payment was never completed',
];
const GIFT_WORDS = [
  'Enjoy the trail!',
  'For your next big walk.',
  'Congratulations, now go outside.',
  'With love from home.',
];
const CARRIERS = [
  ['Northline Parcel', 'NL'],
  ['Swiftfoot Express', 'SF'],
  ['Kestrel Freight', 'KF'],
];
const HUBS = ['Reno, NV', 'Columbus, OH', 'Denver, CO', 'Memphis, TN', 'Spokane, WA'];

function itemsFor() {
  const count = 1 + Math.floor(random() * random() * 4);
  const chosen = new Set();
  while (chosen.size < count) chosen.add(pick(products));
  return [...chosen].map((product) => {
    const small = product.priceCents < 2_000;
    return [product.sku, pick(product.stock).size, small ? 1 + Math.floor(random() * 5) : random() < 0.1 ? 2 : 1];
  });
}

function shipmentFor(order, number, shippedDaysAgo, delivered, eta) {
  const heavy = order.lines.reduce((sum, line) => sum + line.quantity * line.product.weightGrams, 0) > 6_000;
  const [carrier, prefix] = order.express ? CARRIERS[1] : heavy ? CARRIERS[2] : CARRIERS[0];
  const travel = order.express ? 2 : heavy ? 6 : 4;
  const place = `${order.address.city}, ${order.address.region}`;
  const deliveredDaysAgo = delivered ? Math.max(0, shippedDaysAgo - travel + Math.floor(random() * 2)) : null;
  const dueInDays = eta ?? travel - shippedDaysAgo;
  return {
    trackingNumber: `${prefix}${String(number * 7_919 + 100_000_007).slice(0, 9)}`,
    carrier,
    shippedDaysAgo,
    dueInDays,
    deliveredDaysAgo,
    status: delivered ? 'delivered' : dueInDays < 0 ? 'delayed' : dueInDays === 0 ? 'out_for_delivery' : 'in_transit',
    lastPlace: delivered || dueInDays === 0 ? place : pick(HUBS),
  };
}

const LINE_STATE = {
  placed: 'open',
  packed: 'open',
  shipped: 'shipped',
  delivered: 'delivered',
  cancelled: 'cancelled',
  returned: 'returned',
};

function orderFor(index) {
  const number = FIRST_ORDER + index;
  const fixed = FIXED[number] ?? {};
  const age = Math.round(OLDEST_DAYS * ((COUNT - 1 - index) / (COUNT - 1)) ** 2.2);
  const drawn = {
    customer: pick(customers).id,
    state: stateFor(age),
    items: itemsFor(),
    express: random() < 0.15,
    gift: random() < 0.07,
  };
  const state = fixed.state ?? drawn.state;
  const customer = customers.find(({ id }) => id === (fixed.customer ?? drawn.customer));
  const order = {
    id: `O-${String(number).padStart(4, '0')}`,
    customerId: customer.id,
    state,
    placedDaysAgo: age,
    address: customer.address,
    express: fixed.express ?? (fixed.items === undefined && drawn.express),
    giftMessage: fixed.gift ?? (drawn.gift && fixed.items === undefined ? pick(GIFT_WORDS) : null),
    cancelReason: state === 'cancelled' ? pick(CANCEL_REASONS) : null,
    shipments: [],
    returns: [],
    refunds: [],
  };
  order.lines = (fixed.items ?? drawn.items).map(([sku, size, quantity], line) => {
    const product = products.find((candidate) => candidate.sku === sku);
    return {
      line: line + 1,
      product,
      size,
      quantity,
      unitCents: product.priceCents,
      state: LINE_STATE[state],
      tracking: null,
      refundedCents: 0,
    };
  });
  const goods = order.lines.reduce((sum, { quantity, unitCents }) => sum + quantity * unitCents, 0);
  order.shippingCents = order.express ? 1_495 : goods >= 10_000 ? 0 : 695;
  if (order.giftMessage !== null) {
    const friend = customers[(index * 13 + 5) % customers.length];
    order.address = friend.address;
  }
  if (state === 'partially_shipped' && stockOf(order.lines.at(-1)).onHand > 0)
    order.lines.push(soldOutLine(order.lines.length + 1));
  order.payment =
    fixed.payment ?? (state === 'cancelled' ? 'voided' : ['placed', 'packed'].includes(state) ? 'authorised' : 'paid');
  ship(order, number, age, fixed);
  sendBack(order, number, fixed);
  return order;
}

function stockOf(line) {
  return line.product.stock.find(({ size }) => size === line.size);
}

/** What a partially shipped order still waits for. */
function soldOutLine(line) {
  const product = products.find(({ sku }) => sku === 'FTW-450');
  return {
    line,
    product,
    size: '9',
    quantity: 1,
    unitCents: product.priceCents,
    state: 'backordered',
    tracking: null,
    refundedCents: 0,
  };
}

function ship(order, number, age, fixed) {
  if (['placed', 'cancelled'].includes(order.state)) {
    for (const line of order.lines) {
      if (order.state === 'placed' && stockOf(line).onHand === 0) line.state = 'backordered';
    }
    return;
  }
  if (order.state === 'packed') return;
  const partial = order.state === 'partially_shipped';
  const delivered = order.state === 'delivered' || order.state === 'returned' || (partial && age > 8);
  const shipment = shipmentFor(order, number, Math.max(1, age - 1 - Math.floor(random() * 2)), delivered, fixed.eta);
  order.shipments.push(shipment);
  for (const line of partial ? order.lines.slice(0, -1) : order.lines) {
    line.tracking = shipment.trackingNumber;
    if (partial) line.state = delivered ? 'delivered' : 'shipped';
  }
  if (partial) order.lines.at(-1).state = 'backordered';
}

let returnNumber = 5001;
let refundNumber = 7001;

function sendBack(order, number, fixed) {
  const status = fixed.returning ?? (order.state === 'returned' ? 'refunded' : null);
  if (status === null) return;
  const arrived = order.shipments[0].deliveredDaysAgo;
  const requestedDaysAgo = Math.max(1, arrived - 3 - Math.floor(random() * 9));
  const lines = order.lines.filter(({ product }) => product.returnable);
  const chosen = order.state === 'returned' || lines.length === 0 ? order.lines : lines.slice(0, 1);
  const valueCents = chosen.reduce((sum, { quantity, unitCents }) => sum + quantity * unitCents, 0);
  const returned = {
    id: `R-${returnNumber++}`,
    reason: RETURN_REASONS[number % RETURN_REASONS.length],
    status,
    label: `RL${number * 31 + 40_000}`,
    requestedDaysAgo,
    lines: chosen,
  };
  order.returns.push(returned);
  for (const line of chosen) line.state = status === 'label_sent' ? 'returning' : 'returned';
  if (status !== 'refunded') return;
  for (const line of chosen) line.refundedCents = line.quantity * line.unitCents;
  order.payment = 'refunded';
  order.refunds.push({
    id: `F-${refundNumber++}`,
    returnId: returned.id,
    cents: valueCents,
    reason: 'return_received',
    issuedDaysAgo: Math.max(0, requestedDaysAgo - 6),
  });
}

export const orders = Array.from({ length: COUNT }, (_, index) => orderFor(index));
