/** The argument seven of the eight tools share: the number of an order, and whose it is. */
import { z } from 'zod';
import type { ToolContext } from '../define.ts';
import { noSuchOrder } from './rows.ts';
import type { Shop } from './shop.ts';

/** Customers write "#1042" and "order 1042"; models copy it. */
export const orderNumber = z
  .string()
  .max(40)
  .describe('The number of the order, e.g. "O-1042".')
  .transform((text) => {
    const digits = /^(?:order|o)?[\s#-]*(\d{3,4})$/i.exec(text.trim())?.[1];
    return digits === undefined ? text.trim() : `O-${digits.padStart(4, '0')}`;
  });

/** Denies an order that is not this customer's in the words used for an order that does not exist. */
export async function theirs(shop: Shop, orderId: string, { customer }: ToolContext): Promise<string | undefined> {
  return (await shop.ownsOrder(customer.id, orderId)) ? undefined : noSuchOrder(orderId);
}

export function dollars(cents: number): number {
  return cents / 100;
}
