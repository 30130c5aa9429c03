create table shop_customers (
  id text primary key,
  name text not null,
  email text not null,
  phone text not null,
  trail_club boolean not null,
  joined_on date not null,
  street text not null,
  city text not null,
  region text not null,
  postal_code text not null,
  country text not null
);

create table shop_products (
  sku text primary key,
  name text not null,
  category text not null,
  description text not null,
  price_cents integer not null check (price_cents > 0),
  weight_grams integer not null,
  sleeps integer,
  returnable boolean not null,
  discontinued boolean not null,
  restock_on date
);

create table shop_stock (
  sku text not null references shop_products,
  size text not null,
  position integer not null,
  on_hand integer not null check (on_hand >= 0),
  primary key (sku, size)
);

create table shop_orders (
  id text primary key,
  customer_id text not null references shop_customers,
  status text not null check (
    status in ('placed', 'packed', 'partially_shipped', 'shipped', 'delivered', 'cancelled', 'returned')
  ),
  payment text not null check (payment in ('authorised', 'paid', 'refused', 'voided', 'refunded')),
  placed_on date not null,
  shipping_cents integer not null,
  shipping_refunded_cents integer not null default 0 check (shipping_refunded_cents <= shipping_cents),
  express boolean not null,
  gift_message text,
  cancel_reason text,
  recipient text not null,
  street text not null,
  city text not null,
  region text not null,
  postal_code text not null,
  country text not null
);
create index shop_orders_by_customer on shop_orders (customer_id, placed_on desc);

create table shop_shipments (
  tracking_number text primary key,
  order_id text not null references shop_orders,
  carrier text not null,
  status text not null check (status in ('in_transit', 'out_for_delivery', 'delayed', 'delivered')),
  shipped_on date not null,
  due_on date not null,
  delivered_on date,
  last_place text not null
);
create index shop_shipments_by_order on shop_shipments (order_id);

create table shop_order_lines (
  order_id text not null references shop_orders,
  line integer not null,
  sku text not null,
  size text not null,
  quantity integer not null check (quantity > 0),
  unit_cents integer not null,
  state text not null check (state in ('open', 'backordered', 'shipped', 'delivered', 'returning', 'returned', 'cancelled')),
  tracking_number text references shop_shipments,
  refunded_cents integer not null default 0 check (refunded_cents <= quantity * unit_cents),
  primary key (order_id, line),
  foreign key (sku, size) references shop_stock
);

create sequence shop_return_numbers start 6001;
create table shop_returns (
  id text primary key,
  order_id text not null references shop_orders,
  reason text not null,
  fee_cents integer not null default 0,
  status text not null check (status in ('label_sent', 'received', 'refunded')),
  label text not null,
  requested_on date not null default current_date
);

create table shop_return_lines (
  return_id text not null references shop_returns,
  order_id text not null,
  line integer not null,
  primary key (order_id, line),
  foreign key (order_id, line) references shop_order_lines
);

create sequence shop_refund_numbers start 8001;
create table shop_refunds (
  id text primary key default 'F-' || nextval('shop_refund_numbers'),
  order_id text not null references shop_orders,
  return_id text references shop_returns,
  cents integer not null check (cents > 0),
  reason text not null,
  issued_on date not null default current_date
);

-- What the shop promises about returns, in one place: 30 days from delivery, 60 for members of the Trail Club and for
-- gifts, nothing for goods that cannot be sold again.
create view shop_line_facts as
select
  l.order_id, l.line, l.sku, p.name as product, l.size, l.quantity, l.unit_cents, l.state, l.tracking_number,
  l.refunded_cents, p.returnable, p.restock_on, s.delivered_on,
  s.delivered_on + case when c.trail_club or o.gift_message is not null then 60 else 30 end as return_until
from shop_order_lines l
join shop_orders o on o.id = l.order_id
join shop_customers c on c.id = o.customer_id
join shop_products p on p.sku = l.sku
left join shop_shipments s on s.tracking_number = l.tracking_number;

create table shop_address_changes (
  order_id text not null references shop_orders,
  changed_at timestamptz not null default now(),
  before jsonb not null,
  after jsonb not null
);

-- One row for every call that changes something, written in the transaction of the change. A call made again finds its
-- row and answers from it.
create table shop_effects (
  idempotency_key text primary key,
  tool text not null,
  result jsonb,
  at timestamptz not null default now()
);
