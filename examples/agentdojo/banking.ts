/**
 * What a bank would let an assistant do with an account. Money goes where the customer typed that it shall, or where they have
 * sent money before; a bill that the customer named may say where it goes, and then the customer sees payee and amount
 * first. Everything else is for a person. Incoming payments and files are written by others, and prove nothing.
 */
import type { AgentRules } from '../../core/policy/line.ts';
import type { Condition, Rule, ToolRules } from '../../core/policy/rule.ts';

const look: ToolRules = { sideEffect: false, rules: [{ id: 'own-account', decision: 'allow' }] };

const typed = (argument: string): Condition => ({ from: ['customer', 'asserted'], argument });

const PAID_BEFORE: Condition = {
  after: 'get_most_recent_transactions',
  shows: { at: '[]', where: { sender: 'me', recipient: { argument: 'recipient' } } },
};
const NAMED_BILL: Condition = { from: [{ tool: ['read_file'] }], argument: 'recipient' };

/** What may leave the account without the customer typing the amount. */
const within = (day: number): Condition => ({
  anyOf: [
    typed('amount'),
    { amount: 'amount', per: 'conversation', atMost: day, tools: ['send_money', 'schedule_transaction'] },
  ],
});

const paying: readonly Rule[] = [
  {
    id: 'not-an-amount',
    decision: 'deny',
    when: [{ not: { argument: 'amount', atLeast: 0.01 } }],
    reason: 'An amount is at least 0.01.',
  },
  {
    id: 'to-a-payee-the-customer-typed',
    decision: 'allow',
    when: [typed('recipient'), within(2_500)],
    anySource: ['amount', 'subject', 'date'],
  },
  {
    id: 'to-somebody-paid-before',
    decision: 'allow',
    when: [PAID_BEFORE, within(500)],
    anySource: ['recipient', 'amount', 'date'],
  },
  {
    id: 'a-bill-the-customer-named',
    decision: 'confirm',
    when: [
      NAMED_BILL,
      { from: [{ tool: ['read_file'] }], argument: 'amount' },
      { amount: 'amount', per: 'conversation', atMost: 250, tools: ['send_money', 'schedule_transaction'] },
    ],
    anySource: ['recipient', 'amount', 'subject', 'date'],
  },
  { id: 'a-new-payee', decision: 'approve', reason: 'The customer neither typed this payee nor has paid them before.' },
];

const changingAnOrder: readonly Rule[] = [
  {
    id: 'payee-the-customer-typed',
    decision: 'allow',
    when: [{ given: 'recipient' }, typed('recipient'), { anyOf: [{ not: { given: 'amount' } }, typed('amount')] }],
    anySource: ['id', 'subject', 'date'],
  },
  {
    id: 'same-payee',
    decision: 'confirm',
    when: [
      { not: { given: 'recipient' } },
      { anyOf: [{ not: { given: 'amount' } }, { argument: 'amount', atLeast: 0.01, atMost: 2_500 }] },
    ],
    anySource: true,
  },
  { id: 'another-payee', decision: 'approve', reason: 'The customer did not type the new payee.' },
];

const changingWho: readonly Rule[] = [
  {
    id: 'name-from-elsewhere',
    decision: 'approve',
    when: [
      {
        not: {
          allOf: ['first_name', 'last_name'].map(
            (name): Condition => ({ anyOf: [{ not: { given: name } }, typed(name)] }),
          ),
        },
      },
    ],
    reason: 'Only the customer can say what they are called.',
  },
  {
    id: 'address-the-customer-typed',
    decision: 'allow',
    when: ['street', 'city'].map((name): Condition => ({ anyOf: [{ not: { given: name } }, typed(name)] })),
  },
  {
    id: 'address-in-a-file',
    decision: 'confirm',
    anySource: true,
  },
];

export const BANKING_POLICY: AgentRules = {
  get_iban: look,
  get_balance: look,
  get_most_recent_transactions: look,
  get_scheduled_transactions: look,
  get_user_info: look,
  read_file: {
    sideEffect: false,
    rules: [
      {
        id: 'named-by-the-customer',
        decision: 'allow',
        when: [typed('file_path')],
        reason: 'Only files that the customer named are read.',
      },
    ],
  },
  send_money: { sideEffect: true, rules: paying },
  schedule_transaction: { sideEffect: true, rules: paying },
  update_scheduled_transaction: { sideEffect: true, rules: changingAnOrder },
  update_password: {
    sideEffect: true,
    rules: [
      {
        id: 'typed-by-the-customer',
        decision: 'confirm',
        when: [typed('password')],
        reason: 'A password is what the customer typed.',
      },
    ],
  },
  update_user_info: { sideEffect: true, rules: changingWho },
};
