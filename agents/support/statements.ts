/** The shop's SQL. Dates leave as text, money as whole cents. */
import type { Statement } from '../../db/database.ts';

const statement = (name: string, text: string): Statement => ({ name: `shop_${name}`, text });

/** $1 words, $2 category, $3 price limit in cents, $4 how many people it must sleep, $5 size, $6 only what is on hand. */
export const FIND_PRODUCTS = statement(
  'find_products',
  `select p.sku, p.name, p.category, p.description, p.price_cents, p.weight_grams, p.sleeps, p.returnable,
          p.discontinued, p.restock_on::text, p.matched, s.sizes
   from (
     select p.*, (
       select count(*)::int from unnest($1::text[]) as w (word)
       where strpos(lower(p.name || ' ' || p.category || ' ' || p.description), w.word) > 0
     ) as matched
     from shop_products p
   ) p
   cross join lateral (
     select jsonb_agg(jsonb_build_object('size', size, 'onHand', on_hand) order by position) as sizes,
            sum(on_hand) filter (where $5::text is null or lower(size) = lower($5::text)) as on_hand,
            bool_or(lower(size) = lower($5::text)) as has_size
     from shop_stock s where s.sku = p.sku
   ) s
   where (cardinality($1::text[]) = 0 or p.matched > 0)
     and ($2::text is null or p.category = $2::text)
     and ($3::int is null or p.price_cents <= $3::int)
     and ($4::int is null or p.sleeps >= $4::int)
     and ($5::text is null or s.has_size)
     and (not $6::boolean or s.on_hand > 0)
   order by p.matched desc, p.sleeps, (s.on_hand > 0) desc, p.price_cents
   limit 8`,
);

export const OWNS_ORDER = statement(
  'owns_order',
  'select 1 as found from shop_orders where id = $1 and customer_id = $2',
);

export const LIST_ORDERS = statement(
  'list_orders',
  `select o.id, o.status, o.payment, o.placed_on::text, l.total_cents + o.shipping_cents as total_cents, l.products
   from shop_orders o
   cross join lateral (
     select sum(quantity * unit_cents)::int as total_cents, jsonb_agg(product order by line) as products
     from shop_line_facts where order_id = o.id
   ) l
   where o.customer_id = $1 and ($2::text is null or o.status = $2::text)
   order by o.placed_on desc, o.id desc limit $3`,
);

export const READ_ORDER = statement(
  'read_order',
  `select o.id, o.status, o.payment, o.placed_on::text, o.shipping_cents, o.express, o.gift_message, o.cancel_reason,
          o.recipient, o.street, o.city, o.region, o.postal_code, o.country,
          (select jsonb_agg(jsonb_build_object(
             'line', line, 'product', product, 'sku', sku, 'size', size, 'quantity', quantity, 'unitCents', unit_cents,
             'state', state, 'restockOn', restock_on, 'refundedCents', refunded_cents,
             'returnUntil', case when returnable then return_until end) order by line)
           from shop_line_facts where order_id = o.id) as lines,
          (select coalesce(jsonb_agg(jsonb_build_object(
             'id', id, 'status', status, 'reason', reason, 'requestedOn', requested_on) order by id), '[]'::jsonb)
           from shop_returns where order_id = o.id) as returns,
          (select coalesce(jsonb_agg(jsonb_build_object(
             'id', id, 'cents', cents, 'reason', reason, 'issuedOn', issued_on) order by id), '[]'::jsonb)
           from shop_refunds where order_id = o.id) as refunds
   from shop_orders o where o.id = $1 and o.customer_id = $2`,
);

export const READ_SHIPMENTS = statement(
  'read_shipments',
  `select s.tracking_number, s.carrier, s.status, s.shipped_on::text, s.due_on::text, s.delivered_on::text,
          s.last_place, current_date > s.due_on and s.delivered_on is null as overdue,
          (select jsonb_agg(product order by line) from shop_line_facts f
           where f.tracking_number = s.tracking_number) as products
   from shop_shipments s join shop_orders o on o.id = s.order_id
   where o.id = $1 and o.customer_id = $2 order by s.shipped_on`,
);

/** Holds the order until the transaction ends, so that two changes of one order never overlap. */
export const LOCK_ORDER = statement(
  'lock_order',
  `select o.id, o.status, o.payment, o.shipping_cents, o.shipping_refunded_cents, o.street, o.city, o.region,
          o.postal_code, o.country, o.recipient, c.trail_club
   from shop_orders o join shop_customers c on c.id = o.customer_id
   where o.id = $1 and o.customer_id = $2 for update of o`,
);

export const READ_LINES = statement(
  'read_lines',
  `select line, product, quantity * unit_cents as value_cents, state, returnable, refunded_cents,
          return_until::text, return_until >= current_date as in_window
   from shop_line_facts where order_id = $1 order by line`,
);

export const RESTOCK = statement(
  'restock',
  `update shop_stock s set on_hand = s.on_hand + l.quantity
   from (select sku, size, sum(quantity)::int as quantity from shop_order_lines
         where order_id = $1 and state = 'open' group by sku, size) l
   where s.sku = l.sku and s.size = l.size`,
);

export const CANCEL_LINES = statement(
  'cancel_lines',
  `update shop_order_lines set state = 'cancelled' where order_id = $1`,
);

export const CANCEL_ORDER = statement(
  'cancel_order',
  `update shop_orders set status = 'cancelled', payment = 'voided', cancel_reason = $2 where id = $1`,
);

/** $2 the address after the change, as JSON with the names of the columns. */
export const NOTE_ADDRESS = statement(
  'note_address',
  `insert into shop_address_changes (order_id, before, after)
   select id, jsonb_build_object('recipient', recipient, 'street', street, 'city', city, 'region', region,
                                 'postal_code', postal_code, 'country', country), $2::jsonb
   from shop_orders where id = $1`,
);

export const CHANGE_ADDRESS = statement(
  'change_address',
  'update shop_orders set recipient = $2, street = $3, city = $4, region = $5, postal_code = $6 where id = $1',
);

export const OPEN_RETURN = statement(
  'open_return',
  `with next as (select nextval('shop_return_numbers') as number)
   insert into shop_returns (id, order_id, reason, status, fee_cents, label)
   select 'R-' || number, $1, $2, 'label_sent', $3, 'RL' || number * 31 from next
   returning id, label, (requested_on + 14)::text as send_by`,
);

export const ADD_RETURN_LINES = statement(
  'add_return_lines',
  `with added as (
     insert into shop_return_lines (return_id, order_id, line) select $1, $2, unnest($3::int[]) returning order_id, line
   )
   update shop_order_lines l set state = 'returning' from added a where l.order_id = a.order_id and l.line = a.line`,
);

export const READ_RETURNS = statement(
  'read_returns',
  `select r.id, r.status, r.fee_cents, array_agg(l.line order by l.line) as lines,
          sum(o.quantity * o.unit_cents - o.refunded_cents)::int as value_cents
   from shop_returns r
   join shop_return_lines l on l.return_id = r.id
   join shop_order_lines o on o.order_id = l.order_id and o.line = l.line
   where r.order_id = $1 group by r.id order by r.id`,
);

export const CLOSE_RETURN = statement('close_return', `update shop_returns set status = 'refunded' where id = $1`);

export const REFUND_LINES = statement(
  'refund_lines',
  `update shop_order_lines set refunded_cents = quantity * unit_cents
   where order_id = $1 and line = any ($2::int[])`,
);

export const REFUND_SHIPPING = statement(
  'refund_shipping',
  'update shop_orders set shipping_refunded_cents = shipping_cents where id = $1',
);

/** An order of which every line came back is a returned one. */
export const SETTLE_ORDER = statement(
  'settle_order',
  `update shop_orders set status = 'returned', payment = 'refunded' where id = $1
   and not exists (select 1 from shop_order_lines where order_id = $1 and state <> 'returned')`,
);

export const SUM_GOODWILL = statement(
  'sum_goodwill',
  `select coalesce(sum(cents), 0)::int as cents from shop_refunds
   where order_id = $1 and reason in ('damaged', 'missing')`,
);

export const LATE_SHIPMENT = statement(
  'late_shipment',
  'select 1 as found from shop_shipments where order_id = $1 and coalesce(delivered_on, current_date) > due_on limit 1',
);

export const ADD_REFUND = statement(
  'add_refund',
  'insert into shop_refunds (order_id, return_id, cents, reason) values ($1, $2, $3, $4) returning id',
);

/** Waits for a concurrent call with the same key, then inserts nothing. */
export const CLAIM_EFFECT = statement(
  'claim_effect',
  `insert into shop_effects (idempotency_key, tool) values ($1, $2)
   on conflict (idempotency_key) do nothing returning idempotency_key`,
);

export const READ_EFFECT = statement('read_effect', 'select tool, result from shop_effects where idempotency_key = $1');

export const RECORD_EFFECT = statement(
  'record_effect',
  'update shop_effects set result = $2::jsonb where idempotency_key = $1',
);
