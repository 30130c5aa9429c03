/** The shop's store: what the tools of the support agent read and change. Amounts are in cents, dates `YYYY-MM-DD`. */
import type { Database } from '../../db/database.ts';
import { type Changes, createChanges } from './changes.ts';
import { FIND_PRODUCTS, LIST_ORDERS, OWNS_ORDER, READ_ORDER, READ_SHIPMENTS } from './statements.ts';

export const ORDER_STATUSES = [
  'placed',
  'packed',
  'partially_shipped',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
] as const;
type OrderStatus = (typeof ORDER_STATUSES)[number];

export interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly price_cents: number;
  readonly weight_grams: number;
  readonly sleeps: number | null;
  readonly returnable: boolean;
  readonly discontinued: boolean;
  readonly restock_on: string | null;
  /** How many of the words searched for it contains. */
  readonly matched: number;
  readonly sizes: readonly { readonly size: string; readonly onHand: number }[];
}

interface ProductSearch {
  readonly words: readonly string[];
  readonly category: string | undefined;
  readonly maxCents: number | undefined;
  readonly sleeps: number | undefined;
  readonly size: string | undefined;
  readonly onHandOnly: boolean;
}

interface OrderSummaryRow {
  readonly id: string;
  readonly status: OrderStatus;
  readonly payment: string;
  readonly placed_on: string;
  readonly total_cents: number;
  readonly products: readonly string[];
}

interface OrderRow {
  readonly id: string;
  readonly status: OrderStatus;
  readonly payment: string;
  readonly placed_on: string;
  readonly shipping_cents: number;
  readonly express: boolean;
  readonly gift_message: string | null;
  readonly cancel_reason: string | null;
  readonly recipient: string;
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly postal_code: string;
  readonly country: string;
  readonly lines: readonly {
    readonly line: number;
    readonly product: string;
    readonly sku: string;
    readonly size: string;
    readonly quantity: number;
    readonly unitCents: number;
    readonly state: string;
    readonly restockOn: string | null;
    readonly refundedCents: number;
    readonly returnUntil: string | null;
  }[];
  readonly returns: readonly {
    readonly id: string;
    readonly status: string;
    readonly reason: string;
    readonly requestedOn: string;
  }[];
  readonly refunds: readonly {
    readonly id: string;
    readonly cents: number;
    readonly reason: string;
    readonly issuedOn: string;
  }[];
}

export interface ShipmentRow {
  readonly tracking_number: string;
  readonly carrier: string;
  readonly status: 'in_transit' | 'out_for_delivery' | 'delayed' | 'delivered';
  readonly shipped_on: string;
  readonly due_on: string;
  readonly delivered_on: string | null;
  readonly last_place: string;
  readonly overdue: boolean;
  readonly products: readonly string[] | null;
}

export interface Shop extends Changes {
  findProducts(search: ProductSearch): Promise<readonly ProductRow[]>;
  ownsOrder(customerId: string, orderId: string): Promise<boolean>;
  listOrders(customerId: string, status: OrderStatus | undefined, limit: number): Promise<readonly OrderSummaryRow[]>;
  /** `undefined` for an order that does not exist and, in the same way, for somebody else's. */
  readOrder(customerId: string, orderId: string): Promise<OrderRow | undefined>;
  readShipments(customerId: string, orderId: string): Promise<readonly ShipmentRow[]>;
}

export function createShop(database: Database): Shop {
  return {
    ...createChanges(database),
    findProducts: ({ words, category, maxCents, sleeps, size, onHandOnly }) =>
      database.query<ProductRow>(FIND_PRODUCTS, [
        words,
        category ?? null,
        maxCents ?? null,
        sleeps ?? null,
        size ?? null,
        onHandOnly,
      ]),
    async ownsOrder(customerId, orderId) {
      return (await database.query(OWNS_ORDER, [orderId, customerId])).length > 0;
    },
    listOrders: (customerId, status, limit) =>
      database.query<OrderSummaryRow>(LIST_ORDERS, [customerId, status ?? null, limit]),
    async readOrder(customerId, orderId) {
      return (await database.query<OrderRow>(READ_ORDER, [orderId, customerId]))[0];
    },
    readShipments: (customerId, orderId) => database.query<ShipmentRow>(READ_SHIPMENTS, [orderId, customerId]),
  };
}
