/** The four tools of the support agent that change something. Each is done once for its idempotency key. */
import { z } from 'zod';
import { defineTool, type Tool, type ToolContext } from '../define.ts';
import { RETURN_REASONS } from './changes.ts';
import type { ChangeCall } from './effects.ts';
import { dollars, orderNumber, theirs } from './order-argument.ts';
import { REFUND_REASONS } from './refunds.ts';
import type { Shop } from './shop.ts';

export function changeTools(shop: Shop): readonly Tool[] {
  return [cancelOrder(shop), changeDeliveryAddress(shop), startReturn(shop), issueRefund(shop)];
}

const callOf = ({ idempotencyKey, customer }: ToolContext): ChangeCall => ({ idempotencyKey, customerId: customer.id });

const THE_SHOP_DECIDES = 'authorize looks whose order it is, and the shop refuses what its rules forbid';

function cancelOrder(shop: Shop): Tool {
  return defineTool({
    name: 'cancel_order',
    description:
      'Cancel a whole order that has not been packed yet. Cannot be undone. Only after the customer has said yes to cancelling exactly this order.',
    permission: 'allow',
    acknowledged: THE_SHOP_DECIDES,
    sideEffect: true,
    idempotent: true,
    timeout: '10s',
    input: z.object({
      orderId: orderNumber,
      reason: z.string().min(1).max(200).describe('Why, in the words of the customer.'),
    }),
    output: z.object({ orderId: z.string(), status: z.literal('cancelled'), paymentReleased: z.boolean() }),
    authorize: ({ orderId }, context) => theirs(shop, orderId, context),
    async run({ orderId, reason }, context) {
      const decision = await shop.cancelOrder(callOf(context), orderId, reason);
      if ('rejected' in decision) return decision;
      return {
        data: { orderId, status: 'cancelled' as const, paymentReleased: decision.data.released },
        confidence: 1,
      };
    },
  });
}

function changeDeliveryAddress(shop: Shop): Tool {
  return defineTool({
    name: 'change_delivery_address',
    description:
      'Send an order that has not left the warehouse to another address in the same country. Only after the customer has said yes to the full address.',
    permission: 'allow',
    acknowledged: THE_SHOP_DECIDES,
    sideEffect: true,
    idempotent: true,
    timeout: '10s',
    input: z.object({
      orderId: orderNumber,
      recipient: z.string().min(1).max(100).optional().describe('Name on the parcel; unchanged unless given.'),
      street: z.string().min(3).max(120).describe('House number and street, e.g. "12 Pine Street".'),
      city: z.string().min(1).max(80),
      region: z.string().min(2).max(40).describe('State or province, e.g. "CO".'),
      postalCode: z.string().min(3).max(12),
      country: z.string().length(2).optional().describe('Two letters, e.g. "US"; US unless given.'),
    }),
    output: z.object({ orderId: z.string(), deliverTo: z.string() }),
    authorize: ({ orderId }, context) => theirs(shop, orderId, context),
    async run({ orderId, recipient, street, city, region, postalCode, country = 'US' }, context) {
      const address = { recipient, street, city, region, postalCode, country: country.toUpperCase() };
      const decision = await shop.changeAddress(callOf(context), orderId, address);
      if ('rejected' in decision) return decision;
      const deliverTo = `${decision.data.recipient}, ${street}, ${city}, ${region} ${postalCode}, ${address.country}`;
      return { data: { orderId, deliverTo }, confidence: 1 };
    },
  });
}

const itemNumbers = z.array(z.number().int().min(1)).max(20);

function startReturn(shop: Shop): Tool {
  return defineTool({
    name: 'start_return',
    description:
      'Open a return for items of a delivered order and send the customer a label. The refund follows when the parcel has reached the warehouse. Only after the customer has said yes to the items and the reason.',
    permission: 'allow',
    acknowledged: THE_SHOP_DECIDES,
    sideEffect: true,
    idempotent: true,
    timeout: '10s',
    input: z.object({
      orderId: orderNumber,
      items: itemNumbers.min(1).describe('The item numbers from lookup_order, e.g. [1, 3].'),
      reason: z.enum(RETURN_REASONS).describe('Why the customer sends it back.'),
    }),
    output: z.object({
      returnId: z.string(),
      orderId: z.string(),
      products: z.array(z.string()),
      label: z.string(),
      sendBy: z.string().describe('last day to hand the parcel in'),
      returnFee: z.number().describe('US dollars, taken off the refund'),
      expectedRefund: z.number().describe('US dollars, if the goods arrive in order'),
    }),
    authorize: ({ orderId }, context) => theirs(shop, orderId, context),
    async run({ orderId, items, reason }, context) {
      const decision = await shop.startReturn(callOf(context), orderId, items, reason);
      if ('rejected' in decision) return decision;
      const { returnId, products, label, sendBy, feeCents, refundCents } = decision.data;
      const data = {
        returnId,
        orderId,
        products: [...products],
        label,
        sendBy,
        returnFee: dollars(feeCents),
        expectedRefund: dollars(refundCents),
      };
      // The return is a fact; what will be refunded still depends on what the warehouse finds.
      return { data, confidence: 0.95 };
    },
  });
}

function issueRefund(shop: Shop): Tool {
  return defineTool({
    name: 'issue_refund',
    description:
      'Pay money back to the card an order was paid with. The shop works out the amount. Reasons: return_received (a return has reached the warehouse), damaged or missing (name the items), late_delivery (refunds the shipping). Only after the customer has said yes.',
    permission: 'allow',
    acknowledged: THE_SHOP_DECIDES,
    sideEffect: true,
    idempotent: true,
    timeout: '10s',
    input: z.object({
      orderId: orderNumber,
      reason: z.enum(REFUND_REASONS).describe('What the refund is for.'),
      items: itemNumbers.optional().describe('For damaged and missing: the item numbers from lookup_order.'),
    }),
    output: z.object({
      refundId: z.string(),
      orderId: z.string(),
      amount: z.number().describe('US dollars'),
      reason: z.enum(REFUND_REASONS),
      onTheCardWithinDays: z.number(),
    }),
    authorize: ({ orderId }, context) => theirs(shop, orderId, context),
    async run({ orderId, reason, items = [] }, context) {
      const decision = await shop.issueRefund(callOf(context), { orderId, reason, lines: items });
      if ('rejected' in decision) return decision;
      const { refundId, cents } = decision.data;
      return { data: { refundId, orderId, amount: dollars(cents), reason, onTheCardWithinDays: 5 }, confidence: 1 };
    },
  });
}
