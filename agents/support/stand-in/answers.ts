/** Tool results in the words of a shop assistant. */
import { words } from './changes.ts';
import type { ChangeResult, OrderResult, OrdersResult, ProductsResult, TrackResult } from './results.ts';

function usd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function aboutOrder(order: OrderResult): string {
  const items = order.items.map(({ product, quantity }) => (quantity === 1 ? product : `${quantity} × ${product}`));
  const waiting = order.items.filter(({ state }) => state === 'backordered');
  return [
    `Order ${order.orderId} of ${order.placedOn} (${list(items)}, ${usd(order.total)}) is ${words(order.status)}.`,
    ...waiting.map(({ product, backInStockOn }) =>
      backInStockOn === undefined
        ? `${product} is sold out at the moment.`
        : `${product} is sold out and expected back on ${backInStockOn}.`,
    ),
    ...(order.payment === 'refused' ? ['The payment was refused: it waits until you pay in your account.'] : []),
  ].join(' ');
}

export function aboutParcels({ orderId, parcels }: TrackResult): string {
  return parcels
    .map(({ products, carrier, trackingNumber, status, deliveredOn, dueOn, lastSeenIn }) => {
      const parcel = `${list(products)} from order ${orderId}`;
      const number = `${carrier}, tracking number ${trackingNumber}`;
      if (deliveredOn !== undefined) return `${parcel}: delivered on ${deliveredOn} (${number}).`;
      if (status === 'delayed') {
        return `${parcel}: late, I am sorry. It was due on ${dueOn} and was last seen in ${lastSeenIn} (${number}).`;
      }
      return `${parcel}: on the way, last seen in ${lastSeenIn} (${number}). The carrier expects to deliver on ${dueOn}; that is an estimate.`;
    })
    .join('\n');
}

export function aboutOrders({ orders }: OrdersResult): string {
  if (orders.length === 0) return 'There are no orders on your account.';
  return orders
    .map(
      ({ orderId, placedOn, status, products }) => `- ${orderId} of ${placedOn}, ${words(status)}: ${list(products)}`,
    )
    .join('\n');
}

export function aboutProducts({ products }: ProductsResult): string {
  if (products.length === 0) return 'I found nothing like that in our shop. Try other words or a higher price.';
  const lines = products.slice(0, 4).map(({ name, price, description, sizesInStock, backInStockOn }) => {
    const sizes = sizesInStock.length === 1 && sizesInStock[0] === 'one size' ? '' : `: ${sizesInStock.join(', ')}`;
    const soldOut = backInStockOn === undefined ? 'sold out' : `sold out until ${backInStockOn}`;
    return `- ${name}, ${usd(price)}, ${sizesInStock.length > 0 ? `in stock${sizes}` : soldOut}. ${description}`;
  });
  return `This is what I found:\n${lines.join('\n')}`;
}

export function aboutChange(change: ChangeResult): string {
  if ('returnId' in change) {
    const fee = change.returnFee > 0 ? `, after the return fee of ${usd(change.returnFee)}` : '';
    return `Return ${change.returnId} is open for ${list(change.products)}. Use label ${change.label} and hand the parcel in by ${change.sendBy}. You get ${usd(change.expectedRefund)} back when it has arrived${fee}.`;
  }
  if ('refundId' in change) {
    return `Done: refund ${change.refundId} of ${usd(change.amount)} for order ${change.orderId} will be on your card within ${change.onTheCardWithinDays} days.`;
  }
  if ('deliverTo' in change) return `Done: order ${change.orderId} now goes to ${change.deliverTo}.`;
  const hold = change.paymentReleased ? ' The hold on your card is released today.' : '';
  return `Done: order ${change.orderId} is cancelled.${hold}`;
}
