/** The four things the shop's store can change. Each locks the order, checks, changes and keeps its decision, once. */
import type { Database, Queryable } from '../../db/database.ts';
import { type ChangeCall, type Decision, once } from './effects.ts';
import { type Refund, type RefundRequest, refund } from './refunds.ts';
import { type LineFacts, type LockedOrder, noSuchOrder } from './rows.ts';
import {
  ADD_RETURN_LINES,
  CANCEL_LINES,
  CANCEL_ORDER,
  CHANGE_ADDRESS,
  LOCK_ORDER,
  NOTE_ADDRESS,
  OPEN_RETURN,
  READ_LINES,
  RESTOCK,
} from './statements.ts';

/** What it costs to send something back that was simply not wanted. */
const RETURN_FEE_CENTS = 695;

export const RETURN_REASONS = ['does_not_fit', 'changed_mind', 'not_as_described', 'damaged', 'wrong_item'] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

interface Address {
  readonly recipient: string | undefined;
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly country: string;
}

interface OpenedReturn {
  readonly returnId: string;
  readonly label: string;
  readonly sendBy: string;
  readonly products: readonly string[];
  readonly feeCents: number;
  readonly refundCents: number;
}

export interface Changes {
  cancelOrder(call: ChangeCall, orderId: string, reason: string): Promise<Decision<{ readonly released: boolean }>>;
  changeAddress(call: ChangeCall, orderId: string, address: Address): Promise<Decision<{ readonly recipient: string }>>;
  startReturn(
    call: ChangeCall,
    orderId: string,
    lines: readonly number[],
    reason: ReturnReason,
  ): Promise<Decision<OpenedReturn>>;
  issueRefund(call: ChangeCall, request: RefundRequest): Promise<Decision<Refund>>;
}

export function createChanges(database: Database): Changes {
  /** The one way to a change: nothing runs on an order that is not this customer's. */
  const change = <T>(
    tool: string,
    { idempotencyKey, customerId }: ChangeCall,
    orderId: string,
    work: (transaction: Queryable, order: LockedOrder) => Promise<Decision<T>>,
  ): Promise<Decision<T>> =>
    once(database, tool, idempotencyKey, async (transaction) => {
      const [order] = await transaction.query<LockedOrder>(LOCK_ORDER, [orderId, customerId]);
      return order === undefined ? { rejected: noSuchOrder(orderId) } : work(transaction, order);
    });
  return {
    cancelOrder: (call, orderId, reason) =>
      change('cancel_order', call, orderId, (transaction, order) => cancel(transaction, order, reason)),
    changeAddress: (call, orderId, address) =>
      change('change_delivery_address', call, orderId, (transaction, order) => readdress(transaction, order, address)),
    startReturn: (call, orderId, lines, reason) =>
      change('start_return', call, orderId, (transaction, order) => openReturn(transaction, order, lines, reason)),
    issueRefund: (call, request) =>
      change('issue_refund', call, request.orderId, (transaction, order) => refund(transaction, order, request)),
  };
}

async function cancel(
  transaction: Queryable,
  order: LockedOrder,
  reason: string,
): Promise<Decision<{ released: boolean }>> {
  switch (order.status) {
    case 'placed':
      break;
    case 'packed':
      return {
        rejected: `Order ${order.id} is packed and waits for the carrier, so it cannot be stopped. It can be returned when it has arrived.`,
      };
    case 'cancelled':
      return { rejected: `Order ${order.id} is already cancelled.` };
    default:
      return {
        rejected: `Order ${order.id} is ${inWords(order.status)}, so it cannot be cancelled. What has arrived can be returned.`,
      };
  }
  await transaction.query(RESTOCK, [order.id]);
  await transaction.query(CANCEL_LINES, [order.id]);
  await transaction.query(CANCEL_ORDER, [order.id, reason]);
  return { data: { released: order.payment === 'authorised' } };
}

async function readdress(
  transaction: Queryable,
  order: LockedOrder,
  address: Address,
): Promise<Decision<{ recipient: string }>> {
  if (order.status !== 'placed' && order.status !== 'packed') {
    return {
      rejected: `Order ${order.id} is ${inWords(order.status)}, so its address cannot be changed any more.`,
    };
  }
  if (address.country !== order.country) {
    return {
      rejected: `Order ${order.id} goes to ${order.country}. Prices and duties differ by country, so it cannot be sent to ${address.country}; cancel it and order again.`,
    };
  }
  const { street, city, region, postalCode, country, recipient = order.recipient } = address;
  const same =
    recipient === order.recipient &&
    street === order.street &&
    city === order.city &&
    region === order.region &&
    postalCode === order.postal_code;
  if (same) return { rejected: `Order ${order.id} already goes to that address.` };
  const after = { recipient, street, city, region, postal_code: postalCode, country };
  await transaction.query(NOTE_ADDRESS, [order.id, JSON.stringify(after)]);
  await transaction.query(CHANGE_ADDRESS, [order.id, recipient, street, city, region, postalCode]);
  return { data: { recipient } };
}

async function openReturn(
  transaction: Queryable,
  order: LockedOrder,
  wanted: readonly number[],
  reason: ReturnReason,
): Promise<Decision<OpenedReturn>> {
  const all = await transaction.query<LineFacts>(READ_LINES, [order.id]);
  const ours = reason === 'damaged' || reason === 'wrong_item' || reason === 'not_as_described';
  const lines: LineFacts[] = [];
  for (const number of new Set(wanted)) {
    const line = all.find((candidate) => candidate.line === number);
    if (line === undefined) return { rejected: `Order ${order.id} has no item ${number}.` };
    const objection = whyNotReturn(line, ours);
    if (objection !== undefined) return { rejected: objection };
    lines.push(line);
  }
  const feeCents = ours || order.trail_club ? 0 : RETURN_FEE_CENTS;
  const [opened] = await transaction.query<{ id: string; label: string; send_by: string }>(OPEN_RETURN, [
    order.id,
    reason,
    feeCents,
  ]);
  if (opened === undefined) throw new Error(`No return was opened for order ${order.id}.`);
  await transaction.query(ADD_RETURN_LINES, [opened.id, order.id, lines.map(({ line }) => line)]);
  const value = lines.reduce((sum, line) => sum + line.value_cents - line.refunded_cents, 0);
  return {
    data: {
      returnId: opened.id,
      label: opened.label,
      sendBy: opened.send_by,
      products: lines.map(({ product }) => product),
      feeCents,
      refundCents: Math.max(0, value - feeCents),
    },
  };
}

/** Goods that are our fault come back even when they could not be sold again, but not after the window. */
function whyNotReturn(line: LineFacts, ours: boolean): string | undefined {
  if (line.state === 'returning' || line.state === 'returned') return `${line.product} is already being returned.`;
  if (line.state !== 'delivered') return `${line.product} has not been delivered, so it cannot be returned yet.`;
  if (!line.returnable && !ours) return `${line.product} cannot be returned once delivered, unless it is faulty.`;
  if (line.in_window !== true) return `The time to return ${line.product} ended on ${line.return_until}.`;
  return undefined;
}

function inWords(status: string): string {
  return status.replaceAll('_', ' ');
}
