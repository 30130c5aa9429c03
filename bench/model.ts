/** What the model says: the same to Handback and to the plain conversation, decided by the messages alone. */
import { textOf } from '../stand-in/rules.ts';
import { callTools, reply, type StandInRequest, type StandInStep } from '../stand-in/steps.ts';

/** An ordinary turn: model, tool, model. */
export const ORDER = 'Good morning, could you tell me where my order O-1001 is at the moment?';
/** A turn without a tool. */
export const HELLO = 'Hello, and thank you for your help so far!';

/** A message of about `bytes` bytes that asks for an order. */
export function longOrder(bytes: number): string {
  return `${ORDER} ${'Here is some more about it. '.repeat(Math.ceil(bytes / 28))}`.slice(0, bytes);
}

export interface BenchModel {
  /** Before each answer, in milliseconds. */
  delayMs: number;
  readonly answer: (request: StandInRequest) => StandInStep;
}

export function benchModel(): BenchModel {
  const model: BenchModel = {
    delayMs: 0,
    answer({ body }) {
      const pace = model.delayMs === 0 ? {} : { delayMs: model.delayMs };
      const last = body.messages.at(-1);
      if (last?.role === 'tool') {
        return reply('Your order O-1001 is on its way with Northern Parcel: the tent and the gas stove.', pace);
      }
      if (!textOf(last).includes('O-1001')) return reply('You are welcome. Is there anything else?', pace);
      return callTools([{ name: 'lookup_order', arguments: { orderId: 'O-1001' } }], null, pace);
    },
  };
  return model;
}
