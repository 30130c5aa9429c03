import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RETURN_REASONS } from '../../agents/support/changes.ts';
import { REFUND_REASONS } from '../../agents/support/refunds.ts';
import { askBefore, type Change, changeAsked } from '../../agents/support/stand-in/changes.ts';
import { supportRules } from '../../agents/support/stand-in-rules.ts';
import { markedAsData } from '../../core/tool-data.ts';
import type { StandInMessage, StandInStep } from '../../stand-in/steps.ts';

const TOOLS = ['find_products', 'lookup_order', 'list_my_orders', 'track_shipment', 'cancel_order'].map((name) => ({
  function: { name },
}));

const customer = (content: string): StandInMessage => ({ role: 'user', content });
const agent = (content: string): StandInMessage => ({ role: 'assistant', content });

/** The messages after the model asked for one tool and got this result. */
function answered(name: string, result: unknown): StandInMessage[] {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return [
    { role: 'assistant', content: null, tool_calls: [{ id: 'call', function: { name, arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'call', content: markedAsData(name, text) },
  ];
}

const next = (...messages: StandInMessage[]): StandInStep => supportRules(messages, TOOLS);

function textOf(step: StandInStep): string {
  if (step.kind !== 'reply') throw new Error(`a reply was expected, not ${JSON.stringify(step)}`);
  return step.text;
}

function callsOf(step: StandInStep) {
  if (step.kind !== 'call_tools') throw new Error(`tool calls were expected, not ${JSON.stringify(step)}`);
  return step.calls.map(({ name, arguments: args }) => [name, args]);
}

const HELLO = [customer('hi'), agent('Hello!')];

const order = (fields: object) => ({
  orderId: 'O-1066',
  status: 'placed',
  payment: 'authorised',
  placedOn: '2026-11-20',
  total: 235,
  deliverTo: 'Maya',
  items: [
    { item: 1, product: 'Curlew 45', size: 'M/L', quantity: 1, price: 189, state: 'open' },
    { item: 2, product: 'Brook Water Filter', size: 'one size', quantity: 2, price: 46, state: 'open' },
  ],
  ...fields,
});
const delivered = order({
  status: 'delivered',
  payment: 'paid',
  items: [
    { item: 1, product: 'Scree Mid GTX Boots', size: '8', quantity: 1, price: 219, state: 'delivered' },
    { item: 2, product: 'Bearing Compass', size: 'one size', quantity: 1, price: 42, state: 'delivered' },
  ],
});

describe('the first reply', () => {
  it('says plainly that it is a stand-in and how to connect a model', () => {
    const text = textOf(next(customer('hello')));
    expect(text).toContain('not a language model');
    expect(text).toContain('OPENAI_API_KEY');
    expect(text).toContain('OPENAI_BASE_URL');
  });

  it('says so after a tool call too, and only once', () => {
    const first = textOf(next(customer('my orders'), ...answered('list_my_orders', { orders: [] })));
    expect(first).toContain('OPENAI_API_KEY');
    const command = [customer('/lookup_order {}'), ...answered('lookup_order', { status: 'placed' })];
    expect(textOf(next(...command))).toContain('OPENAI_API_KEY');
    expect(textOf(next(...HELLO, customer('hello')))).not.toContain('stand-in');
  });
});

describe('what a customer writes', () => {
  it.each<[string, string, object]>([
    ['Where is my order O-1042?', 'track_shipment', { orderId: 'O-1042' }],
    ['where is #1042', 'track_shipment', { orderId: 'O-1042' }],
    ['When will o-1042 arrive?', 'track_shipment', { orderId: 'O-1042' }],
    ['what about order 950', 'lookup_order', { orderId: 'O-0950' }],
    ['O-1042', 'lookup_order', { orderId: 'O-1042' }],
    ['please cancel O-1066', 'lookup_order', { orderId: 'O-1066' }],
    ['I want to return the boots from O-1018', 'lookup_order', { orderId: 'O-1018' }],
    ['refund O-1018, the compass was broken', 'lookup_order', { orderId: 'O-1018' }],
    ['Where is my order?', 'list_my_orders', { limit: 5 }],
    ['cancel my order', 'list_my_orders', { limit: 5 }],
    ['show my orders', 'list_my_orders', {}],
    ['do you have a tent for 2 under 300', 'find_products', { query: 'tent', maxPrice: 300, sleeps: 2 }],
    ['Do you have a two-person tent?', 'find_products', { query: 'tent', sleeps: 2 }],
    ['how much are the scree boots in size 9', 'find_products', { query: 'scree boots', size: '9' }],
    ['when will the Stormpetrel be back in stock?', 'find_products', { query: 'stormpetrel' }],
    ['rain jacket below $250', 'find_products', { query: 'rain jacket', maxPrice: 250 }],
    ['/lookup_order {"orderId":"O-1001"}', 'lookup_order', '{"orderId":"O-1001"}' as unknown as object],
  ])('"%s" calls %s', (text, name, args) => {
    expect(callsOf(next(...HELLO, customer(text)))).toEqual([[name, args]]);
  });

  it.each([
    ['what is your return policy?', '30 days'],
    ['thank you', 'welcome'],
    ['I want to talk to a human', 'team'],
    ['qwertz', 'did not understand'],
    ['good morning', 'Larch & Fell'],
  ])('"%s" needs no tool', (text, answer) => {
    expect(textOf(next(...HELLO, customer(text)))).toContain(answer);
  });

  it('takes "it" for the order named before', () => {
    const messages = [customer('status of O-1066'), agent('It is placed.'), customer('cancel it')];
    expect(callsOf(next(...messages))).toEqual([['lookup_order', { orderId: 'O-1066' }]]);
  });

  it('does not take another order for the one named before', () => {
    const messages = [customer('status of O-1066'), agent('It is placed.'), customer('cancel another order')];
    expect(callsOf(next(...messages))).toEqual([['list_my_orders', { limit: 5 }]]);
  });
});

describe('what a tool answers', () => {
  it('is put in words: a parcel', () => {
    const parcel = {
      trackingNumber: 'NL1',
      carrier: 'Northline Parcel',
      status: 'in_transit',
      dueOn: '2026-11-26',
      lastSeenIn: 'Memphis, TN',
      products: ['Lapwing 2', 'Eider -5'],
    };
    const result = answered('track_shipment', { orderId: 'O-1042', parcels: [parcel] });
    const text = textOf(next(...HELLO, customer('where is O-1042'), ...result));
    expect(text).toBe(
      'Lapwing 2 and Eider -5 from order O-1042: on the way, last seen in Memphis, TN (Northline Parcel, tracking number NL1). The carrier expects to deliver on 2026-11-26; that is an estimate.',
    );
  });

  it('is passed on where it is a sentence', () => {
    const sentence = "There is no order O-1042 on this customer's account.";
    expect(textOf(next(...HELLO, customer('where is O-1042'), ...answered('track_shipment', sentence)))).toBe(
      'There is no order O-1042 on your account.',
    );
  });

  it('is not claimed to have worked where that is unknown', () => {
    const sentence = 'It is not known whether this happened. Do not do it again.';
    const messages = [customer('cancel O-1066'), agent('Shall I cancel order O-1066?'), customer('yes')];
    const text = textOf(next(...messages, ...answered('cancel_order', sentence)));
    expect(text).toContain('I cannot tell whether that worked');
    expect(text).not.toContain('Do not do it again');
  });

  it('leads to the order where nothing was shipped yet', () => {
    const result = answered(
      'track_shipment',
      'Nothing of order O-1072 has been shipped, so there is nothing to track.',
    );
    const step = next(...HELLO, customer('where is O-1072'), ...result);
    expect(callsOf(step)).toEqual([['lookup_order', { orderId: 'O-1072' }]]);
  });

  it('leads to the question which order is meant, and back to the wish', () => {
    const orders = { orders: [{ orderId: 'O-1072', status: 'packed', placedOn: '2026-11-24', products: ['Fleece'] }] };
    const start = [...HELLO, customer('cancel my order')];
    const question = textOf(next(...start, ...answered('list_my_orders', orders)));
    expect(question).toContain('Which order do you mean?');
    for (const text of ['O-1072', 'the latest one']) {
      const messages = [...start, agent(question), customer(text)];
      expect(callsOf(next(...messages))).toEqual([['lookup_order', { orderId: 'O-1072' }]]);
      expect(textOf(next(...messages, ...answered('lookup_order', order({}))))).toContain('Shall I cancel');
    }
  });

  it('is shown as it is after a command', () => {
    const messages = [...HELLO, customer('/lookup_order {}'), ...answered('lookup_order', { status: 'placed' })];
    expect(textOf(next(...messages))).toContain('status: placed');
  });
});

describe('a change', () => {
  const asked = (wish: string, looked: object) =>
    textOf(next(...HELLO, customer(wish), ...answered('lookup_order', looked)));
  const confirmed = (wish: string, looked: object, answer = 'yes') =>
    next(...HELLO, customer(wish), agent(asked(wish, looked)), customer(answer));

  it.each<[string, object, string, object]>([
    ['cancel O-1066', order({}), 'cancel_order', { orderId: 'O-1066', reason: 'The customer asked for it' }],
    [
      'change the address of O-1066 to 12 Pine Street, Apt 4, Boulder, CO 80302',
      order({}),
      'change_delivery_address',
      { orderId: 'O-1066', street: '12 Pine Street, Apt 4', city: 'Boulder', region: 'CO', postalCode: '80302' },
    ],
    [
      'return the boots of O-1066, they are too small',
      delivered,
      'start_return',
      { orderId: 'O-1066', items: [1], reason: 'does_not_fit' },
    ],
    [
      'refund O-1066, item 2 is broken',
      delivered,
      'issue_refund',
      { orderId: 'O-1066', items: [2], reason: 'damaged' },
    ],
    ['refund O-1066, it is late', delivered, 'issue_refund', { orderId: 'O-1066', reason: 'late_delivery' }],
  ])('"%s" is asked about first and made upon a yes', (wish, looked, tool, args) => {
    expect(asked(wish, looked)).toContain('Please answer yes or no.');
    expect(callsOf(confirmed(wish, looked))).toEqual([[tool, args]]);
  });

  it('is not made upon a no, nor upon something else', () => {
    expect(textOf(confirmed('cancel O-1066', order({}), 'no, keep it'))).toContain('nothing has been changed');
    expect(callsOf(confirmed('cancel O-1066', order({}), 'where is O-1042?'))).toEqual([
      ['track_shipment', { orderId: 'O-1042' }],
    ]);
  });

  it('is not made upon a yes to a question of long ago', () => {
    const messages = [customer('cancel O-1066'), agent('Shall I cancel order O-1066? Please answer yes or no.')];
    const step = next(...messages, customer('thanks'), agent('You are welcome.'), customer('yes'));
    expect(step.kind).toBe('reply');
  });

  it('is not offered where the order is too far', () => {
    expect(asked('cancel O-1066', order({ status: 'shipped' }))).toContain('too late');
    expect(asked('change the address of O-1066', order({ status: 'shipped' }))).toContain('cannot be changed');
    expect(asked('return O-1066', order({}))).toContain('Nothing of it has been delivered');
  });

  it.each<[string, object, string, string]>([
    ['return O-1066', delivered, 'item 2, changed my mind', 'return of item 2'],
    ['refund O-1066', delivered, 'item 1 is damaged', 'refund item 1 of order O-1066 (reason: damaged)'],
    ['refund O-1066', delivered, 'the return I sent back', '(reason: return received)'],
    ['change the address of O-1066', order({}), '9 Elm Road, Bend, OR 97701', 'to 9 Elm Road, Bend, OR 97701?'],
  ])('"%s" asks for what is missing', (wish, looked, detail, question) => {
    const messages = [...HELLO, customer(wish), agent(asked(wish, looked)), customer(detail)];
    expect(callsOf(next(...messages))).toEqual([['lookup_order', { orderId: 'O-1066' }]]);
    expect(textOf(next(...messages, ...answered('lookup_order', looked)))).toContain(question);
  });

  it('says what was done', () => {
    const done = { orderId: 'O-1066', status: 'cancelled', paymentReleased: true };
    const messages = [customer('cancel O-1066'), agent('Shall I cancel order O-1066?'), customer('yes')];
    expect(textOf(next(...messages, ...answered('cancel_order', done)))).toContain(
      'order O-1066 is cancelled. The hold',
    );
  });

  it('survives its own question, whatever it is', () => {
    const orderId = fc.integer({ min: 0, max: 9999 }).map((number) => `O-${String(number).padStart(4, '0')}`);
    const items = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });
    const change: fc.Arbitrary<Change> = fc.oneof(
      fc.record({ tool: fc.constant('cancel_order' as const), orderId }),
      fc.record({
        tool: fc.constant('start_return' as const),
        orderId,
        items,
        reason: fc.constantFrom(...RETURN_REASONS),
      }),
      fc.record({
        tool: fc.constant('issue_refund' as const),
        orderId,
        items,
        reason: fc.constantFrom(...REFUND_REASONS),
      }),
    );
    fc.assert(
      fc.property(change, (made) => {
        expect(changeAsked(askBefore(made))).toEqual(made);
      }),
    );
  });
});
