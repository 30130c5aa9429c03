/** From an order that was looked up to what the customer wanted with it: an answer, a question, or the question before a change. */
import { aboutOrder } from './answers.ts';
import { askBefore } from './changes.ts';
import type { OrderResult } from './results.ts';
import { addressIn, itemsIn, type OrderWish, refundReasonIn, returnReasonIn } from './wishes.ts';

/** Questions for what is missing begin like this; the answer to one belongs to the wish before it. */
export const OPEN_QUESTION =
  /^(Which order do you mean|Which items of order|What is the refund of order|What is the new address)/m;

export function nextStep(wish: OrderWish, order: OrderResult): string {
  switch (wish.kind) {
    case 'track':
    case 'status':
      return aboutOrder(order);
    case 'cancel':
      return order.status === 'placed'
        ? `${aboutOrder(order)} ${askBefore({ tool: 'cancel_order', orderId: order.orderId })}`
        : `${aboutOrder(order)} That is too late to cancel it; only orders that are not packed yet can be cancelled.`;
    case 'address':
      return beforeAddress(wish, order);
    case 'return':
      return beforeReturn(wish, order);
    case 'refund':
      return beforeRefund(wish, order);
  }
}

function beforeAddress({ text }: OrderWish, order: OrderResult): string {
  if (order.status !== 'placed' && order.status !== 'packed') {
    return `${aboutOrder(order)} It has left our warehouse, so the address cannot be changed any more.`;
  }
  const address = addressIn(text);
  if (address === undefined) {
    return `What is the new address for order ${order.orderId}? Please write it like "12 Pine Street, Boulder, CO 80302".`;
  }
  return askBefore({ tool: 'change_delivery_address', orderId: order.orderId, address });
}

function beforeReturn({ text }: OrderWish, order: OrderResult): string {
  const arrived = order.items.filter(({ state }) => state === 'delivered');
  if (arrived.length === 0) return `${aboutOrder(order)} Nothing of it has been delivered that could be returned.`;
  const items = arrived.length === 1 ? arrived.map(({ item }) => item) : itemsIn(text, arrived);
  const reason = returnReasonIn(text);
  if (items.length === 0 || reason === undefined) {
    return `Which items of order ${order.orderId} do you want to return, and why? For example "item 1, does not fit".\n${numbered(arrived)}`;
  }
  return askBefore({ tool: 'start_return', orderId: order.orderId, items, reason });
}

function beforeRefund({ text }: OrderWish, order: OrderResult): string {
  const reason = refundReasonIn(text);
  if (reason === undefined) {
    return `What is the refund of order ${order.orderId} for: damaged items, missing items, a late delivery, or a return you sent back?`;
  }
  if (reason === 'late_delivery' || reason === 'return_received') {
    return askBefore({ tool: 'issue_refund', orderId: order.orderId, items: [], reason });
  }
  const items = order.items.length === 1 ? order.items.map(({ item }) => item) : itemsIn(text, order.items);
  if (items.length === 0) return `Which items of order ${order.orderId} are ${reason}?\n${numbered(order.items)}`;
  return askBefore({ tool: 'issue_refund', orderId: order.orderId, items, reason });
}

function numbered(items: OrderResult['items']): string {
  return items.map(({ item, product, size }) => `- item ${item}: ${product} (${size})`).join('\n');
}
