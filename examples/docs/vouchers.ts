/** A change that is the same one however often it is asked for, and that can be looked up: the example of docs/authoring.md. */
import { z } from 'zod';
import { defineTool } from '../../agents/define.ts';

/** Somebody else's service. It takes no idempotency key, but finds vouchers by a reference of ours. */
export interface Vouchers {
  issue(order: string, reference: string, signal: AbortSignal): Promise<string>;
  find(reference: string, signal: AbortSignal): Promise<string | undefined>;
}

export const sendVoucher = (vouchers: Vouchers) =>
  // #region reconcile
  defineTool({
    name: 'send_voucher',
    description: 'Send the customer a voucher for an order that came late.',
    permission: 'allow',
    sideEffect: true,
    timeout: '5s',
    input: z.object({ order: z.string() }),
    output: z.object({ voucher: z.string() }),
    effectKey: ({ order }) => order, // one voucher an order, however often it is asked for
    async run({ order }, { idempotencyKey, signal }) {
      return { data: { voucher: await vouchers.issue(order, idempotencyKey, signal) }, confidence: 1 };
    },
    async reconcile(_, { idempotencyKey, signal }) {
      const voucher = await vouchers.find(idempotencyKey, signal);
      return voucher === undefined ? { happened: false } : { happened: true, data: { voucher } };
    },
  });
// #endregion reconcile
