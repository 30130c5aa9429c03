import { describe, expect, it } from 'vitest';
import type { RecordedConversation, RecordedStep } from '../../examples/airline/recording.ts';
import { playCalls } from '../../examples/airline/replay.ts';
import type { BaseData } from '../../examples/airline/world.ts';
import { judge } from '../../scripts/chaos/judge.ts';
import { followingModel } from '../../scripts/chaos/model.ts';
import { castOf, FAULT_SHARE, faultsBefore } from '../../scripts/chaos/plan.ts';
import type { PlayedConversation, TranscriptEntry } from '../../scripts/chaos/play.ts';
import { ANSWERING_FAULTS, FAULTS, type FaultName } from '../../stand-in/faults.ts';

const base: BaseData = {
  users: new Map([['ann', { name: 'Ann', payment_methods: {}, reservations: [] }]]),
  reservations: new Map(),
  flights: new Map(),
};
const GIFT = { name: 'send_certificate', arguments: JSON.stringify({ user_id: 'ann', amount: 50 }) };
const GIVEN = 'Certificate certificate_3221322 added to user ann with amount 50.';
const gift: RecordedStep = { kind: 'calls', said: '', calls: [{ ...GIFT, result: GIVEN }] };
const recording: RecordedConversation = {
  id: 'c',
  customerId: 'ann',
  turns: [
    { customer: 'hello', steps: [{ kind: 'reply', text: 'hi' }] },
    { customer: 'you owe me', steps: [gift, { kind: 'reply', text: 'done' }] },
  ],
  expectedActions: [],
  finalStateMatchesExpected: true,
};
const conversation = { name: 'c-1', recording };
const places = Array.from({ length: 4_000 }, (_, n) => ({ turn: Math.floor(n / 8), step: n % 8 }));

describe('the plan of a chaos run', () => {
  it('is the same for the same seed and another for another', () => {
    const planOf = (seed: number, name = 'c-1') => places.map((place) => faultsBefore(seed, name, place));
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(8)).not.toEqual(planOf(7));
    expect(planOf(7, 'c-2')).not.toEqual(planOf(7));
  });

  it('lets a fifth of the requests fail, in every way there is', () => {
    const faults = places.flatMap((place) => faultsBefore(1, 'c-1', place));
    expect(faults.length / (faults.length + places.length)).toBeCloseTo(FAULT_SHARE, 1);
    expect(new Set(faults)).toEqual(new Set(FAULTS));
  });

  it('plays recordings again under other names where there are not enough', () => {
    const cast = castOf([recording, { ...recording, id: 'd' }], 5);
    expect(cast.map(({ name }) => name)).toEqual(['c-1', 'd-1', 'c-2', 'd-2', 'c-3']);
  });
});

describe('the model of a chaos run', () => {
  const inTurn = (turn: number, step: number) => ({ conversation: 't/c-1', turn, step });
  const seedWhere = (wanted: (faults: readonly FaultName[]) => boolean) =>
    places.findIndex((_, seed) => wanted(faultsBefore(seed, 'c-1', { turn: 1, step: 0 })));
  const calm = seedWhere((faults) => faults.length === 0);

  it('gives a request that a crash repeats the same answer again, and does not move on', () => {
    const model = followingModel(calm, () => 't/c-1');
    model.begin(conversation, 2, { turn: 1, step: 0 });
    const first = model.answer(inTurn(2, 1));
    expect(first).toMatchObject({ kind: 'call_tools', calls: [{ name: 'send_certificate' }] });
    expect(model.answer(inTurn(2, 1))).toBe(first);
  });

  it('plays the faults of a place, then says what was recorded', () => {
    const seed = seedWhere((faults) => faults.length === 2 && faults.every((name) => !ANSWERING_FAULTS.has(name)));
    const model = followingModel(seed, () => 't/c-1');
    model.begin(conversation, 2, { turn: 1, step: 0 });
    const kinds = [1, 2, 3].map(() => model.answer(inTurn(2, 1)).kind);
    expect(kinds).toEqual(['fault', 'fault', 'call_tools']);
    expect(model.metIn(conversation, 2)).toHaveLength(2);
  });

  it('goes on in a later turn where the recording was left', () => {
    const seed = places.findIndex((_, n) =>
      [0, 1].every((step) => faultsBefore(n, 'c-1', { turn: 1, step }).length === 0),
    );
    const model = followingModel(seed, () => 't/c-1');
    model.begin(conversation, 2, { turn: 1, step: 0 });
    model.answer(inTurn(2, 1));
    expect(model.recordedAmong(conversation, 2, [1])).toBe(1);
    model.begin(conversation, 3, { turn: 1, step: 1 });
    expect(model.answer(inTurn(3, 1))).toMatchObject({ kind: 'reply', text: 'done' });
  });

  it('an answer that is a fault takes a step of the turn and none of the recording', () => {
    const seed = seedWhere(([first, second]) => first === 'duplicate_call_ids' && second === undefined);
    const model = followingModel(seed, () => 't/c-1');
    model.begin(conversation, 2, { turn: 1, step: 0 });
    expect(model.answer(inTurn(2, 1))).toMatchObject({ kind: 'fault' });
    expect(model.answer(inTurn(2, 2))).toMatchObject({ kind: 'call_tools' });
    expect(model.recordedAmong(conversation, 2, [1, 2])).toBe(1);
  });

  it('notes a turn that nobody asked for', () => {
    const model = followingModel(1, () => 't/c-1');
    model.answer(inTurn(1, 1));
    expect(model.unexpected).toEqual(['t/c-1 turn 1']);
  });
});

const said = (turn: number, text: string): TranscriptEntry => ({ kind: 'message', turn, from: 'customer', text });
const ended = (turn: number, reply: string, seq = turn): TranscriptEntry => ({
  ...{ kind: 'turn', turn, seq, outcome: 'replied', reply },
});
const asked = (turn: number, step: number): TranscriptEntry => ({
  ...{ kind: 'step', turn, step, toolCalls: [{ id: `call_${turn}_${step}`, ...GIFT }] },
});
const answered = (
  turn: number,
  step: number,
  outcome: 'done' | 'failed' | 'unknown',
  text: string,
): TranscriptEntry => ({
  ...{ kind: 'tool', turn, step, call: 1, tool: GIFT.name, outcome, text },
});
const heard = (turn: number, reply: string) => ({ turn, seq: turn, outcome: 'replied', reply, failure: null });
const stateAfter = (gifts: number) =>
  playCalls(
    base,
    Array.from({ length: gifts }, () => ({ name: GIFT.name, arguments: JSON.parse(GIFT.arguments) })),
  ).finalState;

const entries = [
  ...[said(1, 'hello'), ended(1, 'hi')],
  ...[said(2, 'you owe me'), asked(2, 1), answered(2, 1, 'done', GIVEN), ended(2, 'done')],
];
const fine: PlayedConversation = {
  conversation,
  sent: [
    { text: 'hello', recordedTurn: 0, answer: heard(1, 'hi') },
    { text: 'you owe me', recordedTurn: 1, answer: heard(2, 'done') },
  ],
  entries,
  finalState: stateAfter(1),
  effects: 1,
  status: { status: 'closed', turns: 2, waiting: 0 },
};
const problemsOf = (changed: Partial<PlayedConversation>) => judge({ ...fine, ...changed }, base).problems.join('; ');
const withResult = (outcome: 'failed' | 'unknown') =>
  entries.map((entry) => (entry.kind === 'tool' ? answered(2, 1, outcome, 'It may have happened.') : entry));

describe('the judge of a chaos run', () => {
  it('finds nothing wrong with a conversation that went as recorded', () => {
    expect(judge(fine, base)).toEqual({
      ...{ name: 'c-1', problems: [], comparedWith: 'recording', sameState: true, lostCalls: [], effectsDoubled: 0 },
    });
  });

  it.each<[string, Partial<PlayedConversation>, RegExp]>([
    ['a lost answer', { entries: entries.slice(0, -1) }, /turn 2 ended 0 times/],
    ['a lost message', { entries: entries.filter((entry) => entry !== entries[2]) }, /message 2 is not exactly once/],
    ['a doubled answer', { entries: [...entries, ended(2, 'done')] }, /turn 2 ended 2 times/],
    [
      'a message that was answered in two turns',
      { entries: [...entries, said(3, 'you owe me'), ended(3, 'done', 2)] },
      /2 messages were sent, 3 are there/,
    ],
    [
      'answers in another order',
      {
        entries: [said(1, 'you owe me'), ended(1, 'done', 2), said(2, 'hello'), ended(2, 'hi', 1)],
        sent: [
          { text: 'hello', recordedTurn: 0, answer: { ...heard(1, 'hi'), turn: 2 } },
          { text: 'you owe me', recordedTurn: 1, answer: { ...heard(2, 'done'), turn: 1 } },
        ],
      },
      /turn 1 answered message 2/,
    ],
    [
      'a customer who heard something else',
      { entries: entries.map((entry) => (entry.kind === 'turn' ? ended(entry.turn, 'ha') : entry)) },
      /heard another answer to message 1/,
    ],
    ['a change that was made twice', { effects: 2, finalState: stateAfter(2) }, /airline knows 2.*final state differs/],
    ['a change that was lost', { effects: 0, finalState: stateAfter(0) }, /airline knows 0.*final state differs/],
    ['a change that was made after all', { entries: withResult('failed') }, /0 changes at most.*final state differs/],
    ['a message that still waits', { status: { ...fine.status, waiting: 1 } }, /1 waiting/],
  ])('finds %s', (_, changed, problem) => {
    expect(problemsOf(changed)).toMatch(problem);
  });

  it.each([
    ['was made', 1],
    ['was not made', 0],
  ])('accepts that a change of unknown outcome %s', (_, made) => {
    const verdict = judge(
      { ...fine, entries: withResult('unknown'), effects: made, finalState: stateAfter(made) },
      base,
    );
    expect(verdict).toMatchObject({
      problems: [],
      comparedWith: 'transcript',
      lostCalls: ['send_certificate: unknown'],
    });
  });
});
