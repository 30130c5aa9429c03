/** The four tools of the support agent that only look. */
import { z } from 'zod';
import { defineTool, type Tool } from '../define.ts';
import { dollars, orderNumber, theirs } from './order-argument.ts';
import { ORDER_STATUSES, type ProductRow, type ShipmentRow, type Shop } from './shop.ts';

const CATEGORIES = [
  'tents',
  'sleeping',
  'backpacks',
  'footwear',
  'clothing',
  'cooking',
  'lighting',
  'navigation',
  'water',
  'climbing',
  'accessories',
] as const;

export function readTools(shop: Shop): readonly Tool[] {
  return [findProducts(shop), listMyOrders(shop), lookupOrder(shop), trackShipment(shop)];
}

function findProducts(shop: Shop): Tool {
  return defineTool({
    name: 'find_products',
    description:
      'Search what the shop sells, with price, sizes and stock. Returns at most eight products, best match first. Use it before saying anything about a product, its price or whether it is available.',
    permission: 'allow',
    sideEffect: false,
    timeout: '5s',
    input: z.object({
      query: z.string().max(200).optional().describe('What to look for in plain words, e.g. "waterproof boots".'),
      category: z.enum(CATEGORIES).optional().describe('Only this department.'),
      maxPrice: z.number().positive().optional().describe('Highest price in US dollars.'),
      sleeps: z.number().int().min(1).max(8).optional().describe('Tents: how many people it must sleep at least.'),
      size: z.string().max(20).optional().describe('A size that must exist, e.g. "M", "10" or "long".'),
      inStockOnly: z.boolean().optional().describe('Leave out what is sold out at the moment.'),
    }),
    output: z.object({
      products: z.array(
        z.object({
          sku: z.string(),
          name: z.string(),
          category: z.string(),
          price: z.number().describe('US dollars'),
          description: z.string(),
          weightGrams: z.number(),
          sleeps: z.number().optional(),
          sizesInStock: z.array(z.string()),
          sizesSoldOut: z.array(z.string()),
          backInStockOn: z.string().optional(),
          canBeReturned: z.boolean(),
          noLongerMade: z.boolean(),
        }),
      ),
    }),
    async run({ query, category, maxPrice, sleeps, size, inStockOnly }) {
      const words = searchWords(query ?? '');
      const products = await shop.findProducts({
        words,
        category,
        sleeps,
        size,
        maxCents: maxPrice === undefined ? undefined : Math.round(maxPrice * 100),
        onHandOnly: inStockOnly ?? false,
      });
      // A product that lacks one of the words may be no answer at all; the model should say so rather than sell it.
      const best = products[0]?.matched ?? words.length;
      return { data: { products: products.map(productFacts) }, confidence: best === words.length ? 0.95 : 0.6 };
    },
  });
}

const EMPTY_WORDS = new Set(['the', 'and', 'for', 'with', 'any', 'some', 'you', 'have', 'under', 'person', 'people']);

/** Lower case, without a plural s, so that "Tents" finds "tent". */
function searchWords(query: string): readonly string[] {
  const words = query.toLowerCase().match(/[a-z0-9]{3,}/g) ?? [];
  return [...new Set(words.filter((word) => !EMPTY_WORDS.has(word)).map((word) => word.replace(/(?<=..[^s])s$/, '')))];
}

function productFacts(row: ProductRow) {
  return {
    sku: row.sku,
    name: row.name,
    category: row.category,
    price: dollars(row.price_cents),
    description: row.description,
    weightGrams: row.weight_grams,
    ...(row.sleeps === null ? {} : { sleeps: row.sleeps }),
    sizesInStock: row.sizes.filter(({ onHand }) => onHand > 0).map(({ size }) => size),
    sizesSoldOut: row.sizes.filter(({ onHand }) => onHand === 0).map(({ size }) => size),
    ...(row.restock_on === null ? {} : { backInStockOn: row.restock_on }),
    canBeReturned: row.returnable,
    noLongerMade: row.discontinued,
  };
}

function listMyOrders(shop: Shop): Tool {
  return defineTool({
    name: 'list_my_orders',
    description:
      "List this customer's orders, newest first, with number, date, status, total and products. Use it when the customer does not know the order number.",
    permission: 'allow',
    sideEffect: false,
    timeout: '5s',
    input: z.object({
      status: z.enum(ORDER_STATUSES).optional().describe('Only orders in this state.'),
      limit: z.number().int().min(1).max(25).optional().describe('How many at most; 10 unless told.'),
    }),
    output: z.object({
      orders: z.array(
        z.object({
          orderId: z.string(),
          status: z.enum(ORDER_STATUSES),
          payment: z.string(),
          placedOn: z.string(),
          total: z.number().describe('US dollars, with shipping'),
          products: z.array(z.string()),
        }),
      ),
    }),
    async run({ status, limit }, { customer }) {
      const rows = await shop.listOrders(customer.id, status, limit ?? 10);
      const orders = rows.map((row) => ({
        orderId: row.id,
        status: row.status,
        payment: row.payment,
        placedOn: row.placed_on,
        total: dollars(row.total_cents),
        products: [...row.products],
      }));
      return { data: { orders }, confidence: 1 };
    },
  });
}

function lookupOrder(shop: Shop): Tool {
  return defineTool({
    name: 'lookup_order',
    description:
      'Everything about one order of this customer: status, payment, address, items with their state and the last day to return them, returns and refunds. Call it before changing an order.',
    permission: 'allow',
    sideEffect: false,
    timeout: '5s',
    input: z.object({ orderId: orderNumber }),
    output: z.object({
      orderId: z.string(),
      status: z.enum(ORDER_STATUSES),
      payment: z.string(),
      placedOn: z.string(),
      total: z.number().describe('US dollars, with shipping'),
      shipping: z.object({ price: z.number(), express: z.boolean() }),
      deliverTo: z.string(),
      giftMessage: z.string().optional(),
      cancelReason: z.string().optional(),
      items: z.array(
        z.object({
          item: z.number().describe('number of the item within the order'),
          product: z.string(),
          sku: z.string(),
          size: z.string(),
          quantity: z.number(),
          price: z.number(),
          state: z.string(),
          refunded: z.number(),
          backInStockOn: z.string().optional(),
          returnUntil: z.string().optional(),
        }),
      ),
      returns: z.array(z.object({ id: z.string(), status: z.string(), reason: z.string(), requestedOn: z.string() })),
      refunds: z.array(z.object({ id: z.string(), amount: z.number(), reason: z.string(), issuedOn: z.string() })),
    }),
    authorize: ({ orderId }, context) => theirs(shop, orderId, context),
    async run({ orderId }, { customer }) {
      const order = await shop.readOrder(customer.id, orderId);
      if (order === undefined) return { rejected: `Order ${orderId} is gone.` };
      const goods = order.lines.reduce((sum, line) => sum + line.quantity * line.unitCents, 0);
      const data = {
        orderId: order.id,
        status: order.status,
        payment: order.payment,
        placedOn: order.placed_on,
        total: dollars(goods + order.shipping_cents),
        shipping: { price: dollars(order.shipping_cents), express: order.express },
        deliverTo: `${order.recipient}, ${order.street}, ${order.city}, ${order.region} ${order.postal_code}, ${order.country}`,
        ...(order.gift_message === null ? {} : { giftMessage: order.gift_message }),
        ...(order.cancel_reason === null ? {} : { cancelReason: order.cancel_reason }),
        items: order.lines.map((line) => ({
          item: line.line,
          product: line.product,
          sku: line.sku,
          size: line.size,
          quantity: line.quantity,
          price: dollars(line.quantity * line.unitCents),
          state: line.state,
          refunded: dollars(line.refundedCents),
          ...(line.state === 'backordered' && line.restockOn !== null ? { backInStockOn: line.restockOn } : {}),
          ...(line.state === 'delivered' && line.returnUntil !== null ? { returnUntil: line.returnUntil } : {}),
        })),
        returns: [...order.returns],
        refunds: order.refunds.map(({ cents, ...refund }) => ({ ...refund, amount: dollars(cents) })),
      };
      return { data, confidence: 1 };
    },
  });
}

function trackShipment(shop: Shop): Tool {
  return defineTool({
    name: 'track_shipment',
    description:
      "Where the parcels of one order are: carrier, tracking number, last place seen and the day they are due. The due day is the carrier's estimate, not a promise.",
    permission: 'allow',
    sideEffect: false,
    timeout: '10s',
    input: z.object({ orderId: orderNumber }),
    output: z.object({
      orderId: z.string(),
      parcels: z.array(
        z.object({
          trackingNumber: z.string(),
          carrier: z.string(),
          status: z.enum(['in_transit', 'out_for_delivery', 'delayed', 'delivered']),
          shippedOn: z.string(),
          dueOn: z.string(),
          deliveredOn: z.string().optional(),
          lastSeenIn: z.string(),
          products: z.array(z.string()),
        }),
      ),
    }),
    authorize: ({ orderId }, context) => theirs(shop, orderId, context),
    async run({ orderId }, { customer }) {
      const rows = await shop.readShipments(customer.id, orderId);
      if (rows.length === 0)
        return { rejected: `Nothing of order ${orderId} has been shipped, so there is nothing to track.` };
      const parcels = rows.map((row) => ({
        trackingNumber: row.tracking_number,
        carrier: row.carrier,
        status: row.overdue ? ('delayed' as const) : row.status,
        shippedOn: row.shipped_on,
        dueOn: row.due_on,
        ...(row.delivered_on === null ? {} : { deliveredOn: row.delivered_on }),
        lastSeenIn: row.last_place,
        products: [...(row.products ?? [])],
      }));
      return { data: { orderId, parcels }, confidence: Math.min(...rows.map(trackingConfidence)) };
    },
  });
}

/** Arrived is a fact, a due day is the carrier's estimate, and the estimate of a late parcel has already been wrong once. */
function trackingConfidence({ delivered_on, overdue }: ShipmentRow): number {
  if (delivered_on !== null) return 1;
  return overdue ? 0.5 : 0.8;
}
