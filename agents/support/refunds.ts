/**
 * When the shop gives money back, and how much. The amount is always worked out here: a model can ask for a refund, but
 * not for a sum.
 */
import type { Queryable } from '../../db/database.ts';
import type { Decision } from './effects.ts';
import type { LineFacts, LockedOrder } from './rows.ts';
import {
  ADD_REFUND,
  CLOSE_RETURN,
  LATE_SHIPMENT,
  READ_LINES,
  READ_RETURNS,
  REFUND_LINES,
  REFUND_SHIPPING,
  SETTLE_ORDER,
  SUM_GOODWILL,
} from './statements.ts';

/** Goods refunded without anything coming back, an order; more than that a colleague decides. */
const GOODWILL_LIMIT_CENTS = 15_000;

export const REFUND_REASONS = ['return_received', 'damaged', 'missing', 'late_delivery'] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

export interface RefundRequest {
  readonly orderId: string;
  readonly reason: RefundReason;
  /** Which items, for `damaged` and `missing`. */
  readonly lines: readonly number[];
}

export interface Refund {
  readonly refundId: string;
  readonly cents: number;
}

interface ReturnRow {
  readonly id: string;
  readonly status: 'label_sent' | 'received' | 'refunded';
  readonly fee_cents: number;
  readonly lines: readonly number[];
  readonly value_cents: number;
}

export async function refund(
  transaction: Queryable,
  order: LockedOrder,
  { reason, lines }: RefundRequest,
): Promise<Decision<Refund>> {
  if (order.payment === 'refunded') return { rejected: `Order ${order.id} has already been refunded.` };
  if (order.payment !== 'paid') {
    return { rejected: `Nothing has been charged for order ${order.id}, so there is nothing to refund.` };
  }
  switch (reason) {
    case 'return_received':
      return refundReturn(transaction, order);
    case 'damaged':
    case 'missing':
      return refundGoods(transaction, order, reason, lines);
    case 'late_delivery':
      return refundShipping(transaction, order);
  }
}

async function refundReturn(transaction: Queryable, order: LockedOrder): Promise<Decision<Refund>> {
  const returns = await transaction.query<ReturnRow>(READ_RETURNS, [order.id]);
  const received = returns.find(({ status }) => status === 'received');
  if (received === undefined) {
    const underway = returns.find(({ status }) => status === 'label_sent');
    if (underway !== undefined) {
      return { rejected: `Return ${underway.id} has not reached our warehouse yet. The refund follows when it has.` };
    }
    return {
      rejected:
        returns.length > 0
          ? `What came back of order ${order.id} has already been refunded.`
          : `Nothing of order ${order.id} has been sent back. Start a return first.`,
    };
  }
  const cents = received.value_cents - received.fee_cents;
  if (cents <= 0) return { rejected: `Return ${received.id} is worth nothing after what was already refunded.` };
  await transaction.query(CLOSE_RETURN, [received.id]);
  await transaction.query(REFUND_LINES, [order.id, received.lines]);
  await transaction.query(SETTLE_ORDER, [order.id]);
  return pay(transaction, order.id, received.id, cents, 'return_received');
}

async function refundGoods(
  transaction: Queryable,
  order: LockedOrder,
  reason: 'damaged' | 'missing',
  wanted: readonly number[],
): Promise<Decision<Refund>> {
  if (wanted.length === 0) return { rejected: 'Say which items of the order this is about.' };
  const all = await transaction.query<LineFacts>(READ_LINES, [order.id]);
  let cents = 0;
  for (const number of new Set(wanted)) {
    const line = all.find((candidate) => candidate.line === number);
    if (line === undefined) return { rejected: `Order ${order.id} has no item ${number}.` };
    if (line.refunded_cents > 0) return { rejected: `${line.product} has already been refunded.` };
    if (line.state !== 'delivered') return { rejected: `${line.product} is ${line.state}, not delivered.` };
    if (line.in_window !== true)
      return { rejected: `The time to claim for ${line.product} ended on ${line.return_until}.` };
    cents += line.value_cents;
  }
  const [before] = await transaction.query<{ cents: number }>(SUM_GOODWILL, [order.id]);
  if (cents + (before?.cents ?? 0) > GOODWILL_LIMIT_CENTS) {
    return {
      rejected: `Refunds of more than $${GOODWILL_LIMIT_CENTS / 100} an order without a return are decided by a colleague.`,
    };
  }
  await transaction.query(REFUND_LINES, [order.id, [...new Set(wanted)]]);
  return pay(transaction, order.id, null, cents, reason);
}

async function refundShipping(transaction: Queryable, order: LockedOrder): Promise<Decision<Refund>> {
  if (order.shipping_cents === 0) return { rejected: `Order ${order.id} was shipped free of charge.` };
  if (order.shipping_refunded_cents > 0) {
    return { rejected: `The shipping of order ${order.id} has already been refunded.` };
  }
  const late = await transaction.query(LATE_SHIPMENT, [order.id]);
  if (late.length === 0) return { rejected: `Order ${order.id} is not later than promised.` };
  await transaction.query(REFUND_SHIPPING, [order.id]);
  return pay(transaction, order.id, null, order.shipping_cents, 'late_delivery');
}

async function pay(
  transaction: Queryable,
  orderId: string,
  returnId: string | null,
  cents: number,
  reason: RefundReason,
): Promise<Decision<Refund>> {
  const [paid] = await transaction.query<{ id: string }>(ADD_REFUND, [orderId, returnId, cents, reason]);
  if (paid === undefined) throw new Error(`No refund was written for order ${orderId}.`);
  return { data: { refundId: paid.id, cents } };
}
