/** Permission rules: the examples of docs/permissions.md. */
import type { Condition, Rule } from '../../core/policy/rule.ts';

// #region refund
export const refundRules: readonly Rule[] = [
  {
    id: 'not-their-order',
    decision: 'deny',
    when: [{ not: { result: 'owner', of: 'find_order', same: ['orderId'], is: { customer: 'id' } } }],
    reason: 'Look the order up first. Only the customer’s own orders are refunded.',
  },
  {
    id: 'a-second-refund',
    decision: 'approve',
    when: [{ not: { calls: 'conversation', atMost: 1, same: ['orderId'] } }],
  },
  {
    id: 'small',
    decision: 'confirm',
    when: [
      { argument: 'amount', atLeast: 0.01, atMost: { result: 'total', of: 'find_order', same: ['orderId'] } },
      { amount: 'amount', per: 'conversation', atMost: 50 },
      { amount: 'amount', per: 'day', atMost: 200 },
    ],
    anySource: ['orderId', 'amount'],
  },
  { id: 'the-rest', decision: 'approve', reason: 'Refunds over 50 euros are for a person.' },
];
// #endregion refund

// #region provenance
export const payRules: readonly Rule[] = [
  {
    id: 'payee-the-customer-typed',
    decision: 'allow',
    when: [
      { from: ['customer', 'asserted'], argument: 'iban' },
      { argument: 'amount', atLeast: 0.01, atMost: 500 },
    ],
    anySource: ['amount'],
  },
  { id: 'another-payee', decision: 'approve', reason: 'The customer did not type this account.' },
];
// #endregion provenance

// #region conditions
export const conditions: readonly Condition[] = [
  { argument: 'lines[].quantity', atMost: 10 },
  { argument: 'country', oneOf: ['DE', 'AT', 'CH'] },
  { claim: 'verified', is: true },
  { argument: 'card', in: { result: 'cards{}', of: 'get_profile' } },
  { count: { argument: 'passengers' }, atLeast: 1, atMost: 5 },
  { minus: [{ argument: 'bags' }, { argument: 'paidBags' }], atMost: 2 },
  { given: 'note' },
  { fields: 'lines[]', only: ['sku', 'quantity'] },
  { after: 'find_order', same: ['orderId'], shows: { at: 'lines[]', where: { sku: { argument: 'sku' } } } },
  { each: 'lines', all: [{ after: 'search', shows: { at: '[]', where: { sku: { item: 'sku' } } } }] },
  { calls: 'turn', atMost: 3 },
  { amount: 'amount', per: 'day', atMost: 200, tools: ['refund', 'credit'] },
  { between: ['08:00', '20:00'], zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5] },
  { from: ['customer', { tool: ['read_inbox'] }], argument: 'recipient' },
  { from: ['customer'], references: 'message' },
  { anyOf: [{ not: { given: 'coupon' } }, { argument: 'coupon', startsWith: 'WELCOME' }] },
];
// #endregion conditions
