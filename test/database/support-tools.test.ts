import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ToolContext } from '../../agents/define.ts';
import loadAgents, { migrations } from '../../agents/index.ts';
import { createShop } from '../../agents/support/shop.ts';
import { supportRules } from '../../agents/support/stand-in-rules.ts';
import { markedAsData } from '../../core/tool-data.ts';
import { type ToolResult, textForModel } from '../../core/tool-result.ts';
import type { StandInMessage } from '../../stand-in/steps.ts';
import { embeddedDatabase } from '../support/embedded.ts';

const database = embeddedDatabase(migrations);
let keys = 0;

const agent = () => {
  const [support] = loadAgents({ database, env: {} });
  if (support === undefined) throw new Error('agents/index.ts exports no agent');
  return support;
};

function as(customerId: string, idempotencyKey = `test/${++keys}`): ToolContext {
  return {
    idempotencyKey,
    signal: new AbortController().signal,
    tenant: 'default',
    conversationId: 'test',
    customer: { id: customerId },
  };
}

function call(name: string, args: unknown, context: ToolContext): Promise<ToolResult> {
  const tool = agent().tools.get(name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool.call(args, context);
}

async function count(from: string): Promise<number> {
  const statement = { name: `test_${from}`, text: `select count(*)::int as count from ${from}` };
  return (await database.query<{ count: number }>(statement))[0]?.count ?? -1;
}

const ADDRESS = { street: '12 Pine Street', city: 'Boulder', region: 'CO', postalCode: '80302' };
const ARGUMENTS: Record<string, object> = {
  lookup_order: {},
  track_shipment: {},
  cancel_order: { reason: 'no longer needed' },
  change_delivery_address: ADDRESS,
  start_return: { items: [1], reason: 'does_not_fit' },
  issue_refund: { reason: 'late_delivery' },
};

describe('the shop', () => {
  it('has at least 200 orders, 60 products and 80 customers', async () => {
    expect(await count('shop_orders')).toBeGreaterThanOrEqual(200);
    expect(await count('shop_products')).toBeGreaterThanOrEqual(60);
    expect(await count('shop_customers')).toBeGreaterThanOrEqual(80);
  });

  it('is what the generator writes', () => {
    const script = fileURLToPath(new URL('../../scripts/generate-shop.mjs', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'])).not.toThrow();
  });

  it('has eight tools, of which four change something', () => {
    const { tools } = agent().manifest;
    expect(tools).toHaveLength(8);
    expect(tools.filter(({ sideEffect }) => sideEffect)).toHaveLength(4);
  });

  it('takes the name of the model from HANDBACK_MODEL', () => {
    expect(loadAgents({ database, env: { HANDBACK_MODEL: 'other' } })[0]?.manifest.model.name).toBe('other');
  });
});

describe("somebody else's order", () => {
  it.each(Object.entries(ARGUMENTS))('looks to %s like one that does not exist', async (name, args) => {
    const foreign = await call(name, { ...args, orderId: 'O-1042' }, as('C-1018'));
    const missing = await call(name, { ...args, orderId: 'O-9999' }, as('C-1018'));
    expect(foreign.outcome).toBe('denied');
    expect(JSON.stringify(foreign).replaceAll('O-1042', 'O-9999')).toBe(JSON.stringify(missing));
  });

  it('cannot be changed by the store either, whoever calls it', async () => {
    const shop = createShop(database);
    const decision = await shop.cancelOrder({ idempotencyKey: 'direct', customerId: 'C-1018' }, 'O-1066', 'mischief');
    expect(decision).toEqual({ rejected: "There is no order O-1066 on this customer's account." });
  });
});

describe('find_products', () => {
  it('finds what is wanted within the price, on hand first', async () => {
    const result = await call('find_products', { query: 'tents', sleeps: 2, maxPrice: 300 }, as('C-1017'));
    expect(result).toMatchObject({ outcome: 'done', confidence: 0.95 });
    expect(JSON.stringify(result.data)).toContain('"Lapwing 2"');
    expect(JSON.stringify(result.data)).not.toContain('Stormpetrel');
  });

  it('is less sure when no product has all the words', async () => {
    expect(await call('find_products', { query: 'purple boots' }, as('C-1017'))).toMatchObject({ confidence: 0.6 });
  });

  it('finds nothing without calling that an error', async () => {
    const result = await call('find_products', { query: 'snowmobile' }, as('C-1017'));
    expect(result).toMatchObject({ outcome: 'done', data: { products: [] } });
  });

  it('leaves out what is sold out when asked', async () => {
    const result = await call('find_products', { query: 'winter boots', inStockOnly: true }, as('C-1017'));
    expect(JSON.stringify(result.data)).not.toContain('Rime Winter Boots');
  });
});

describe('reading orders', () => {
  it('lists only orders of the customer, newest first', async () => {
    const { data } = await call('list_my_orders', { limit: 3 }, as('C-1017'));
    expect(data).toMatchObject({ orders: [{ orderId: 'O-1072' }, { orderId: 'O-1066' }, { orderId: 'O-1042' }] });
  });

  it('takes an order number as customers write it', async () => {
    expect(await call('lookup_order', { orderId: '#1042' }, as('C-1017'))).toMatchObject({
      outcome: 'done',
      confidence: 1,
      data: { orderId: 'O-1042', status: 'shipped', total: 588 },
    });
  });

  it.each([
    ['O-1042', 'C-1017', 0.8, 'in_transit'],
    ['O-1021', 'C-1008', 0.5, 'delayed'],
    ['O-1018', 'C-1017', 1, 'delivered'],
  ])('tracks %s with the confidence the carrier deserves', async (orderId, customer, confidence, status) => {
    const result = await call('track_shipment', { orderId }, as(customer));
    expect(result).toMatchObject({ outcome: 'done', confidence, data: { parcels: [{ status }] } });
  });

  it('says that an unshipped order has nothing to track', async () => {
    expect(await call('track_shipment', { orderId: 'O-1072' }, as('C-1017'))).toMatchObject({ outcome: 'rejected' });
  });
});

describe('cancel_order', () => {
  const stock = async () => {
    const statement = { name: 'test_stock', text: `select on_hand from shop_stock where sku = 'WTR-810'` };
    return (await database.query<{ on_hand: number }>(statement))[0]?.on_hand ?? 0;
  };

  it('cancels once however often it is called with one key, also at once', async () => {
    const before = await stock();
    const context = as('C-1017');
    const args = { orderId: 'O-1066', reason: 'bought twice' };
    const results = await Promise.all([1, 2, 3].map(() => call('cancel_order', args, context)));
    results.push(await call('cancel_order', args, context));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]).toMatchObject({ outcome: 'done', data: { status: 'cancelled', paymentReleased: true } });
    expect(await stock()).toBe(before + 1);
  });

  it('says no to a cancelled order under a new key', async () => {
    const result = await call('cancel_order', { orderId: 'O-1066', reason: 'again' }, as('C-1017'));
    expect(result).toMatchObject({ outcome: 'rejected', data: 'Order O-1066 is already cancelled.' });
  });

  it.each(['O-1072', 'O-1042', 'O-1018', 'O-1029'])(
    'says no to %s, which is on its way or further',
    async (orderId) => {
      const result = await call('cancel_order', { orderId, reason: 'changed my mind' }, as('C-1017'));
      expect(result).toMatchObject({ outcome: 'rejected', data: expect.stringContaining('cannot be') });
    },
  );

  it('releases nothing where the payment was refused', async () => {
    const result = await call('cancel_order', { orderId: 'O-1061', reason: 'card refused' }, as('C-1023'));
    expect(result).toMatchObject({ outcome: 'done', data: { paymentReleased: false } });
  });

  it('keeps a rejection under its key too', async () => {
    const context = as('C-1017');
    const args = { orderId: 'O-1042', reason: 'too late' };
    const first = await call('cancel_order', args, context);
    expect(await call('cancel_order', args, context)).toEqual(first);
  });
});

describe('change_delivery_address', () => {
  it('changes a packed order once and keeps the old address', async () => {
    const context = as('C-1017');
    const args = { orderId: 'O-1072', ...ADDRESS };
    const first = await call('change_delivery_address', args, context);
    expect(first).toMatchObject({ data: { deliverTo: 'Maya Lindqvist, 12 Pine Street, Boulder, CO 80302, US' } });
    expect(await call('change_delivery_address', args, context)).toEqual(first);
    expect(await count('shop_address_changes')).toBe(1);
    expect(await call('lookup_order', { orderId: 'O-1072' }, as('C-1017'))).toMatchObject({
      data: { deliverTo: 'Maya Lindqvist, 12 Pine Street, Boulder, CO 80302, US' },
    });
  });

  it.each([
    ['a shipped order', { orderId: 'O-1042', ...ADDRESS }, 'is shipped'],
    ['another country', { orderId: 'O-1072', ...ADDRESS, country: 'CA' }, 'goes to US'],
    ['the address it has', { orderId: 'O-1072', ...ADDRESS }, 'already goes'],
  ])('says no to %s', async (_, args, sentence) => {
    const result = await call('change_delivery_address', args, as('C-1017'));
    expect(result).toMatchObject({ outcome: 'rejected', data: expect.stringContaining(sentence) });
  });
});

describe('start_return', () => {
  it('opens one return for one key and marks the items', async () => {
    const context = as('C-1017');
    const before = await count('shop_returns');
    const args = { orderId: 'O-1018', items: [1, 1], reason: 'does_not_fit' };
    const [first, second] = await Promise.all([
      call('start_return', args, context),
      call('start_return', args, context),
    ]);
    expect(first).toMatchObject({ outcome: 'done', data: { returnFee: 0, expectedRefund: 219 } });
    expect(second).toEqual(first);
    expect(await count('shop_returns')).toBe(before + 1);
  });

  it('takes the fee off where nobody is to blame and the customer is no member', async () => {
    const args = { orderId: 'O-1008', items: [2], reason: 'changed_mind' };
    expect(await call('start_return', args, as('C-1012'))).toMatchObject({
      data: { returnFee: 6.95, expectedRefund: 92.05 },
    });
  });

  it('gives a gift sixty days', async () => {
    const args = { orderId: 'O-0985', items: [1], reason: 'damaged' };
    expect(await call('start_return', args, as('C-1044'))).toMatchObject({ outcome: 'done' });
  });

  it.each([
    ['O-1018', [1], 'already being returned'],
    ['O-1018', [2], 'unless it is faulty'],
    ['O-1018', [9], 'has no item 9'],
    ['O-0950', [1], 'ended on'],
    ['O-1042', [1], 'has not been delivered'],
  ])('says no to %s, items %j', async (orderId, items, sentence) => {
    const result = await call('start_return', { orderId, items, reason: 'changed_mind' }, as('C-1017'));
    expect(result).toMatchObject({ outcome: 'rejected', data: expect.stringContaining(sentence) });
  });
});

describe('issue_refund', () => {
  it('refunds a return that has arrived, once', async () => {
    const context = as('C-1012');
    const args = { orderId: 'O-1008', reason: 'return_received' };
    const results = await Promise.all([call('issue_refund', args, context), call('issue_refund', args, context)]);
    expect(results[0]).toMatchObject({ outcome: 'done', data: { amount: 89 } });
    expect(results[1]).toEqual(results[0]);
    const again = await call('issue_refund', args, as('C-1012'));
    expect(again).toMatchObject({ outcome: 'rejected' });
  });

  it('refunds damaged goods up to the limit of an order, then leaves it to a colleague', async () => {
    const ask = (items: number[]) =>
      call('issue_refund', { orderId: 'O-1018', reason: 'damaged', items }, as('C-1017'));
    expect(await ask([2])).toMatchObject({ outcome: 'done', data: { amount: 64 } });
    expect(await ask([2])).toMatchObject({ outcome: 'rejected', data: expect.stringContaining('already') });
    expect(await ask([3])).toMatchObject({ outcome: 'done', data: { amount: 42 } });
    expect(await ask([])).toMatchObject({ outcome: 'rejected', data: expect.stringContaining('which items') });
  });

  it('leaves more than the limit to a colleague', async () => {
    const args = { orderId: 'O-1025', reason: 'missing', items: [1] };
    const result = await call('issue_refund', args, as('C-1031'));
    expect(result).toMatchObject({ outcome: 'rejected', data: expect.stringContaining('colleague') });
  });

  it('refunds the shipping of a late parcel, once for all keys', async () => {
    const args = { orderId: 'O-1021', reason: 'late_delivery' };
    expect(await call('issue_refund', args, as('C-1008'))).toMatchObject({ data: { amount: 14.95 } });
    expect(await call('issue_refund', args, as('C-1008'))).toMatchObject({ outcome: 'rejected' });
  });

  it.each([
    ['O-1042', 'C-1017', 'late_delivery', 'free of charge'],
    ['O-1072', 'C-1017', 'late_delivery', 'Nothing has been charged'],
    ['O-1012', 'C-1050', 'return_received', 'not reached our warehouse'],
    ['O-0950', 'C-1017', 'return_received', 'Start a return'],
  ])('says no to %s of %s for %s', async (orderId, customer, reason, sentence) => {
    const result = await call('issue_refund', { orderId, reason }, as(customer));
    expect(result).toMatchObject({ outcome: 'rejected', data: expect.stringContaining(sentence) });
  });

  it('does not take an amount from the model', async () => {
    const args = { orderId: 'O-1029', reason: 'damaged', items: [1], amount: 100_000 };
    expect(await call('issue_refund', args, as('C-1017'))).toMatchObject({ data: { amount: 139 } });
  });
});

describe('effects', () => {
  it('one key serves one tool', async () => {
    await call('cancel_order', { orderId: 'O-1042', reason: 'first' }, as('C-1017', 'shared-key'));
    await expect(
      call('issue_refund', { orderId: 'O-1042', reason: 'late_delivery' }, as('C-1017', 'shared-key')),
    ).rejects.toThrow('needs its own');
  });
});

/** A conversation of the stand-in model with the real tools: what the customer hears, message by message. */
async function converse(customerId: string, said: readonly string[]): Promise<string[]> {
  const offered = agent().manifest.tools.map(({ name, description }) => ({ function: { name, description } }));
  const messages: StandInMessage[] = [];
  const heard: string[] = [];
  for (const content of said) {
    messages.push({ role: 'user', content });
    for (;;) {
      const step = supportRules(messages, offered);
      if (step.kind === 'fault') throw new Error('the rules know no faults');
      if (step.kind === 'reply') {
        messages.push({ role: 'assistant', content: step.text });
        heard.push(step.text);
        break;
      }
      const calls = step.calls.map(({ name, arguments: args }, at) => ({ id: `${messages.length}/${at}`, name, args }));
      const asked = calls.map(({ id, name }) => ({ id, function: { name, arguments: '' } }));
      messages.push({ role: 'assistant', content: null, tool_calls: asked });
      for (const { id, name, args } of calls) {
        const result = await call(name, args, as(customerId));
        messages.push({ role: 'tool', tool_call_id: id, content: markedAsData(name, textForModel(result.data)) });
      }
    }
  }
  return heard;
}

describe('the stand-in model with the real tools', () => {
  it('tells where an order is, and of whom nothing is known', async () => {
    const question = ['Where is my order O-1042?'];
    const [mine] = await converse('C-1017', question);
    expect(mine).toContain('Lapwing 2 and Eider -5 from order O-1042: on the way, last seen in Memphis, TN');
    const [theirs] = await converse('C-1018', question);
    expect(theirs).toContain('There is no order O-1042 on your account.');
  });

  it('cancels after a yes, having found out which order is meant', async () => {
    const heard = await converse('C-1040', ['cancel my order please', 'O-1077', 'yes']);
    expect(heard[0]).toContain('Which order do you mean?');
    expect(heard[1]).toContain('Shall I cancel order O-1077?');
    expect(heard[2]).toContain('order O-1077 is cancelled');
  });

  it('opens a return, asking which item and why', async () => {
    const heard = await converse('C-1017', ['I want to return O-0908', 'and O-1018', 'item 3, changed my mind', 'yes']);
    expect(heard[0]).toContain('item 1: Curlew 60');
    expect(heard[1]).toContain('item 3: Bearing Compass');
    expect(heard[2]).toContain('Shall I start a return of item 3 of order O-1018 (reason: changed mind)?');
    expect(heard[3]).toMatch(/Return R-\d+ is open for Bearing Compass/);
  });

  it('recommends a tent', async () => {
    const [answer] = await converse('C-1017', ['do you have a tent for 2 under 300']);
    expect(answer).toContain('- Lapwing 2, $259.00, in stock.');
  });
});
