/** What the stand-in reads in tool results. Anything else a tool says is a sentence and is passed on. */
import { z } from 'zod';

const item = z.object({
  item: z.number(),
  product: z.string(),
  size: z.string(),
  quantity: z.number(),
  price: z.number(),
  state: z.string(),
  backInStockOn: z.string().optional(),
  returnUntil: z.string().optional(),
});

export const orderResult = z.object({
  orderId: z.string(),
  status: z.string(),
  payment: z.string(),
  placedOn: z.string(),
  total: z.number(),
  deliverTo: z.string(),
  items: z.array(item),
});
export type OrderResult = z.infer<typeof orderResult>;

export const ordersResult = z.object({
  orders: z.array(
    z.object({ orderId: z.string(), status: z.string(), placedOn: z.string(), products: z.array(z.string()) }),
  ),
});
export type OrdersResult = z.infer<typeof ordersResult>;

export const trackResult = z.object({
  orderId: z.string(),
  parcels: z.array(
    z.object({
      trackingNumber: z.string(),
      carrier: z.string(),
      status: z.string(),
      dueOn: z.string(),
      deliveredOn: z.string().optional(),
      lastSeenIn: z.string(),
      products: z.array(z.string()),
    }),
  ),
});
export type TrackResult = z.infer<typeof trackResult>;

export const productsResult = z.object({
  products: z.array(
    z.object({
      name: z.string(),
      price: z.number(),
      description: z.string(),
      sizesInStock: z.array(z.string()),
      backInStockOn: z.string().optional(),
    }),
  ),
});
export type ProductsResult = z.infer<typeof productsResult>;

export const changeResult = z.union([
  z.object({ orderId: z.string(), status: z.literal('cancelled'), paymentReleased: z.boolean() }),
  z.object({
    returnId: z.string(),
    orderId: z.string(),
    products: z.array(z.string()),
    label: z.string(),
    sendBy: z.string(),
    returnFee: z.number(),
    expectedRefund: z.number(),
  }),
  z.object({ refundId: z.string(), orderId: z.string(), amount: z.number(), onTheCardWithinDays: z.number() }),
  z.object({ orderId: z.string(), deliverTo: z.string() }),
]);
export type ChangeResult = z.infer<typeof changeResult>;

/** The result where it has this shape, `undefined` where the tool answered with a sentence. */
export function read<T>(schema: z.ZodType<T>, text: string): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
