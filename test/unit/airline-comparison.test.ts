import { describe, expect, it } from 'vitest';
import {
  compareConversation,
  isPerfect,
  isRight,
  type PlayedRow,
  reportLine,
  totalsOf,
} from '../../examples/airline/comparison.ts';
import type { RecordedConversation } from '../../examples/airline/recording.ts';
import type { FinalState, User } from '../../examples/airline/world.ts';

const recorded: RecordedConversation = {
  id: 'c1',
  customerId: 'ann',
  turns: [
    {
      customer: 'how many?',
      steps: [
        { kind: 'calls', said: '', calls: [{ name: 'count', arguments: '{}', result: '{"a": 1, "b": [2, 3]}' }] },
        { kind: 'reply', text: 'three' },
      ],
    },
    { customer: 'bye', steps: [] },
  ],
  expectedActions: [],
  finalStateMatchesExpected: true,
};
const ann: User = { name: 'Ann', payment_methods: {}, reservations: [] };
const state: FinalState = { users: { ann }, reservations: {} };

const row = (turn: number, step: number, call: number, role: PlayedRow['role'], text: string): PlayedRow => ({
  turn,
  step,
  call,
  role,
  text,
});
const rows = [
  row(1, 0, 0, 'customer', 'how many?'),
  row(1, 1, 0, 'agent', ''),
  row(1, 1, 1, 'tool', '{"b":[2,3],"a":1}'),
  row(1, 2, 0, 'agent', 'three'),
  row(2, 0, 0, 'customer', 'bye'),
  row(2, 1, 0, 'agent', 'Goodbye.'),
];
const compare = (played: readonly PlayedRow[], finalState = state) =>
  compareConversation(recorded, { rows: played, finalState }, state);
const differing = (played: readonly PlayedRow[], finalState = state) =>
  compare(played, finalState).checks.filter((check) => !check.same);

describe('the comparison with a recording', () => {
  it('accepts the same values in another printing and the closing reply nobody recorded', () => {
    const report = compare(rows);
    expect(isRight(report)).toBe(true);
    expect(report.checks.map((check) => check.what)).toEqual(['tool result', 'reply', 'final state']);
    const totals = totalsOf([recorded], [report]);
    expect(isPerfect(totals)).toBe(true);
    expect(reportLine(totals)).toBe('conversations 1/1, tool results 1/1, replies 1/1, final state as recorded 1/1');
  });

  it('does not mind the order rows arrive in or the number turns begin with', () => {
    expect(differing(rows.map((each) => ({ ...each, turn: each.turn + 6 })).reverse())).toEqual([]);
  });

  it.each([
    ['another tool result', rows.with(2, row(1, 1, 1, 'tool', '{"a":1,"b":[2,4]}')), 'tool result'],
    ['a missing tool result', rows.toSpliced(2, 1), 'tool result'],
    ['a tool result too many', [...rows, row(2, 1, 1, 'tool', '1')], 'tool result'],
    ['another reply', rows.with(3, row(1, 2, 0, 'agent', 'four')), 'reply'],
  ])('finds %s', (_, played, what) => {
    expect(differing(played)).toMatchObject([{ what }]);
  });

  it('finds a record that differs and shows no other', () => {
    const changed: FinalState = { users: { ann: { ...ann, reservations: ['X'] } }, reservations: {} };
    const [check] = differing(rows, changed);
    expect(check).toMatchObject({ what: 'final state', actual: { 'users/ann': { reservations: ['X'] } } });
  });

  it('counts what was not played as wrong', () => {
    const failed = { id: 'c1', checks: [], error: 'the API is gone' };
    expect(reportLine(totalsOf([recorded], [failed]))).toBe(
      'conversations 0/1, tool results 0/1, replies 0/1, final state as recorded 0/1',
    );
  });
});
