/** An order under change and its items, as the database gives them. */

export interface LockedOrder {
  readonly id: string;
  readonly status: string;
  readonly payment: string;
  readonly shipping_cents: number;
  readonly shipping_refunded_cents: number;
  readonly recipient: string;
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly postal_code: string;
  readonly country: string;
  readonly trail_club: boolean;
}

export interface LineFacts {
  readonly line: number;
  readonly product: string;
  readonly value_cents: number;
  readonly state: string;
  readonly returnable: boolean;
  readonly refunded_cents: number;
  readonly return_until: string | null;
  readonly in_window: boolean | null;
}

/** The same words for an order that does not exist and for somebody else's. */
export function noSuchOrder(orderId: string): string {
  return `There is no order ${orderId} on this customer's account.`;
}
