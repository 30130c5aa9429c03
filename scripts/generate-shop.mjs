/**
 * Writes the example shop's migration, agents/support/migrations/001_shop.sql, from the lists in scripts/shop/.
 * `node scripts/generate-shop.mjs` writes it; `--check` fails when the committed file is not what the lists say.
 * The same input gives the same file. Dates are written as `current_date - 12`: whenever the migration runs, the parcels
 * are on their way and the return windows are what they are meant to be.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { customers } from './shop/customers.mjs';
import { orders } from './shop/orders.mjs';
import { products } from './shop/products.mjs';

const TARGET = new URL('../agents/support/migrations/001_shop.sql', import.meta.url);
const SCHEMA = readFileSync(new URL('./shop/schema.sql', import.meta.url), 'utf8');
const DROP = readFileSync(new URL('./shop/drop.sql', import.meta.url), 'utf8');

const daysAgo = (days) => ({ sql: days === null ? 'null' : days === 0 ? 'current_date' : `current_date - ${days}` });
const inDays = (days) => ({
  sql: days === null ? 'null' : days < 0 ? `current_date - ${-days}` : `current_date + ${days}`,
});

function literal(value) {
  if (value === null) return 'null';
  if (typeof value === 'object') return value.sql;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

function insert(table, columns, rows) {
  const values = rows.map((row) => `  (${row.map(literal).join(', ')})`);
  return `insert into ${table} (${columns.join(', ')}) values\n${values.join(',\n')};\n`;
}

const place = ({ recipient, street, city, region, postalCode, country }) => [
  recipient,
  street,
  city,
  region,
  postalCode,
  country,
];
const PLACE = ['recipient', 'street', 'city', 'region', 'postal_code', 'country'];

const data = [
  insert(
    'shop_customers',
    ['id', 'name', 'email', 'phone', 'trail_club', 'joined_on', 'street', 'city', 'region', 'postal_code', 'country'],
    customers.map((c) => [
      c.id,
      c.name,
      c.email,
      c.phone,
      c.club,
      daysAgo(c.joinedDaysAgo),
      ...place(c.address).slice(1),
    ]),
  ),
  insert(
    'shop_products',
    [
      'sku',
      'name',
      'category',
      'description',
      'price_cents',
      'weight_grams',
      'sleeps',
      'returnable',
      'discontinued',
      'restock_on',
    ],
    products.map((p) => [
      p.sku,
      p.name,
      p.category,
      p.description,
      p.priceCents,
      p.weightGrams,
      p.sleeps,
      p.returnable,
      p.discontinued,
      inDays(p.restockInDays),
    ]),
  ),
  insert(
    'shop_stock',
    ['sku', 'size', 'position', 'on_hand'],
    products.flatMap((p) => p.stock.map(({ size, onHand }, index) => [p.sku, size, index, onHand])),
  ),
  insert(
    'shop_orders',
    [
      'id',
      'customer_id',
      'status',
      'payment',
      'placed_on',
      'shipping_cents',
      'express',
      'gift_message',
      'cancel_reason',
      ...PLACE,
    ],
    orders.map((o) => [
      o.id,
      o.customerId,
      o.state,
      o.payment,
      daysAgo(o.placedDaysAgo),
      o.shippingCents,
      o.express,
      o.giftMessage,
      o.cancelReason,
      ...place(o.address),
    ]),
  ),
  insert(
    'shop_shipments',
    ['tracking_number', 'order_id', 'carrier', 'status', 'shipped_on', 'due_on', 'delivered_on', 'last_place'],
    orders.flatMap((o) =>
      o.shipments.map((s) => [
        s.trackingNumber,
        o.id,
        s.carrier,
        s.status,
        daysAgo(s.shippedDaysAgo),
        inDays(s.dueInDays),
        daysAgo(s.deliveredDaysAgo),
        s.lastPlace,
      ]),
    ),
  ),
  insert(
    'shop_order_lines',
    ['order_id', 'line', 'sku', 'size', 'quantity', 'unit_cents', 'state', 'tracking_number', 'refunded_cents'],
    orders.flatMap((o) =>
      o.lines.map((l) => [
        o.id,
        l.line,
        l.product.sku,
        l.size,
        l.quantity,
        l.unitCents,
        l.state,
        l.tracking,
        l.refundedCents,
      ]),
    ),
  ),
  insert(
    'shop_returns',
    ['id', 'order_id', 'reason', 'status', 'label', 'requested_on'],
    orders.flatMap((o) => o.returns.map((r) => [r.id, o.id, r.reason, r.status, r.label, daysAgo(r.requestedDaysAgo)])),
  ),
  insert(
    'shop_return_lines',
    ['return_id', 'order_id', 'line'],
    orders.flatMap((o) => o.returns.flatMap((r) => r.lines.map((l) => [r.id, o.id, l.line]))),
  ),
  insert(
    'shop_refunds',
    ['id', 'order_id', 'return_id', 'cents', 'reason', 'issued_on'],
    orders.flatMap((o) => o.refunds.map((f) => [f.id, o.id, f.returnId, f.cents, f.reason, daysAgo(f.issuedDaysAgo)])),
  ),
].join('\n');

const sql = `-- Written by scripts/generate-shop.mjs from the lists in scripts/shop/. Change those and run it again.
-- Up Migration
${SCHEMA}
${data}
-- Down Migration
${DROP}`;

if (process.argv.includes('--check')) {
  if (readFileSync(TARGET, 'utf8') !== sql) {
    console.error('agents/support/migrations/001_shop.sql is out of date. Run: node scripts/generate-shop.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(TARGET, sql);
  console.log(`${customers.length} customers, ${products.length} products, ${orders.length} orders written.`);
}
