/** The question before a change and what a "yes" to it means. The stand-in remembers nothing: it reads its own question. */
import type { StandInToolCall } from '../../../stand-in/steps.ts';
import { RETURN_REASONS, type ReturnReason } from '../changes.ts';
import { REFUND_REASONS, type RefundReason } from '../refunds.ts';

export interface NewAddress {
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
}

export type Change =
  | { readonly tool: 'cancel_order'; readonly orderId: string }
  | { readonly tool: 'change_delivery_address'; readonly orderId: string; readonly address: NewAddress }
  | {
      readonly tool: 'start_return';
      readonly orderId: string;
      readonly items: readonly number[];
      readonly reason: ReturnReason;
    }
  | {
      readonly tool: 'issue_refund';
      readonly orderId: string;
      readonly items: readonly number[];
      readonly reason: RefundReason;
    };

const YES_OR_NO = 'Please answer yes or no.';

/** The question of which `changeAsked` makes the change again. */
export function askBefore(change: Change): string {
  const { orderId } = change;
  switch (change.tool) {
    case 'cancel_order':
      return `Shall I cancel order ${orderId}? ${YES_OR_NO}`;
    case 'change_delivery_address': {
      const { street, city, region, postalCode } = change.address;
      return `Shall I send order ${orderId} to ${street}, ${city}, ${region} ${postalCode}? ${YES_OR_NO}`;
    }
    case 'start_return':
      return `Shall I start a return of item ${change.items.join(', ')} of order ${orderId} (reason: ${words(change.reason)})? ${YES_OR_NO}`;
    case 'issue_refund': {
      const items = change.items.length > 0 ? `item ${change.items.join(', ')} of ` : '';
      return `Shall I refund ${items}order ${orderId} (reason: ${words(change.reason)})? ${YES_OR_NO}`;
    }
  }
}

const CANCEL = /Shall I cancel order (O-\d{4})\?/;
const SEND = /Shall I send order (O-\d{4}) to (.+), ([^,]+), ([A-Z]{2}) ([\d-]+)\?/;
const RETURN = /Shall I start a return of item ([\d, ]+) of order (O-\d{4}) \(reason: ([a-z ]+)\)\?/;
const REFUND = /Shall I refund (?:item ([\d, ]+) of )?order (O-\d{4}) \(reason: ([a-z ]+)\)\?/;

/** The change that the stand-in's last message asked about, if it asked about one. */
export function changeAsked(question: string): Change | undefined {
  const [, cancel] = CANCEL.exec(question) ?? [];
  if (cancel !== undefined) return { tool: 'cancel_order', orderId: cancel };
  const [, send, street, city, region, postalCode] = SEND.exec(question) ?? [];
  if (send !== undefined && street !== undefined && city !== undefined && region !== undefined) {
    const address = { street, city, region, postalCode: postalCode ?? '' };
    return { tool: 'change_delivery_address', orderId: send, address };
  }
  const [, returned, returnOrder, why] = RETURN.exec(question) ?? [];
  const returnReason = RETURN_REASONS.find((reason) => words(reason) === why);
  if (returned !== undefined && returnOrder !== undefined && returnReason !== undefined) {
    return { tool: 'start_return', orderId: returnOrder, items: numbers(returned), reason: returnReason };
  }
  const [, refunded = '', refundOrder, what] = REFUND.exec(question) ?? [];
  const refundReason = REFUND_REASONS.find((reason) => words(reason) === what);
  if (refundOrder !== undefined && refundReason !== undefined) {
    return { tool: 'issue_refund', orderId: refundOrder, items: numbers(refunded), reason: refundReason };
  }
  return undefined;
}

export function callFor(change: Change): StandInToolCall {
  const { tool: name, orderId } = change;
  switch (change.tool) {
    case 'cancel_order':
      return { name, arguments: { orderId, reason: 'The customer asked for it' } };
    case 'change_delivery_address':
      return { name, arguments: { orderId, ...change.address } };
    case 'start_return':
      return { name, arguments: { orderId, items: change.items, reason: change.reason } };
    case 'issue_refund':
      return {
        name,
        arguments: { orderId, reason: change.reason, ...(change.items.length > 0 ? { items: change.items } : {}) },
      };
  }
}

export function words(name: string): string {
  return name.replaceAll('_', ' ');
}

function numbers(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}
