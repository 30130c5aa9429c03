import { describe, expect, it } from 'vitest';
import {
  CLOSING_REPLY,
  callsOf,
  callsOfTurn,
  recordingOf,
  replyOfTurn,
  stepAt,
} from '../../examples/airline/recording.ts';

const user = (content: string) => ({ role: 'user', content });
const reply = (content: string) => ({ role: 'assistant', content });
const asks = (...calls: readonly (readonly [id: string, name: string])[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: calls.map(([id, name]) => ({ id, type: 'function', function: { name, arguments: '{}' } })),
});
const result = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, content });

function recording(...messages: readonly object[]) {
  const fields = { id: 'c1', user_id: 'u1', expected_actions: [], final_state_matches_expected: true };
  return recordingOf(JSON.stringify({ ...fields, messages }), 'line 1');
}

describe('a recorded conversation', () => {
  it('has a turn for every user message and a step for every assistant message after it', () => {
    const recorded = recording(
      user('hello'),
      reply('hi'),
      user('look it up'),
      asks(['a', 'find']),
      result('a', '7'),
      reply('it is 7'),
    );
    expect(recorded.turns.map((turn) => turn.customer)).toEqual(['hello', 'look it up']);
    expect(stepAt(recorded, 0, 0)).toEqual({ kind: 'reply', text: 'hi' });
    expect(stepAt(recorded, 1, 0)).toMatchObject({ kind: 'calls', calls: [{ name: 'find', result: '7' }] });
    expect(recorded.turns.map(replyOfTurn)).toEqual(['hi', 'it is 7']);
  });

  it('keeps the results of several calls of one step in their order', () => {
    const recorded = recording(user('both'), asks(['a', 'one'], ['b', 'two']), result('a', '1'), result('b', '2'));
    expect(callsOf(recorded).map((call) => [call.name, call.result])).toEqual([
      ['one', '1'],
      ['two', '2'],
    ]);
  });

  it('pairs a call id that is used twice with the result that directly follows', () => {
    const recorded = recording(user('go'), asks(['a', 'one']), result('a', '1'), asks(['a', 'two']), result('a', '2'));
    expect(callsOf(recorded).map((call) => call.result)).toEqual(['1', '2']);
  });

  it('that ends with the customer has a turn without a recorded reply, answered with the closing one', () => {
    const recorded = recording(user('hello'), reply('hi'), user('bye'));
    expect(recorded.turns.at(-1)).toEqual({ customer: 'bye', steps: [] });
    expect(stepAt(recorded, 1, 0)).toEqual({ kind: 'reply', text: CLOSING_REPLY });
  });

  it('that ends with a tool result gets the closing reply after it', () => {
    const recorded = recording(user('a person, please'), asks(['a', 'transfer']), result('a', 'ok'));
    const [turn] = recorded.turns;
    expect(turn && replyOfTurn(turn)).toBeUndefined();
    expect(turn && callsOfTurn(turn)).toHaveLength(1);
    expect(stepAt(recorded, 0, 1)).toEqual({ kind: 'reply', text: CLOSING_REPLY });
  });

  it('with a message directly after another answers the first with the closing reply', () => {
    const recorded = recording(user('one'), user('two'), reply('both'));
    expect(stepAt(recorded, 0, 0)).toEqual({ kind: 'reply', text: CLOSING_REPLY });
    expect(stepAt(recorded, 1, 0)).toEqual({ kind: 'reply', text: 'both' });
  });

  it.each([
    ['the assistant speaks first', [reply('hi')], /speaks before the customer/],
    ['a call has no result', [user('go'), asks(['a', 'one']), reply('hm')], /no result directly follows the call a/],
    [
      'a result belongs to another call',
      [user('go'), asks(['a', 'one']), result('b', '1')],
      /no result directly follows the call a/,
    ],
  ])('is refused with the line where %s', (_, messages, why) => {
    expect(() => recording(...messages)).toThrow(why);
    expect(() => recording(...messages)).toThrow(/line 1/);
  });

  it('is refused where the line is no JSON or another thing', () => {
    expect(() => recordingOf('{', 'file:3')).toThrow(/file:3 is not JSON/);
    expect(() => recordingOf('{"id":"x"}', 'file:3')).toThrow(/file:3 is not a conversation/);
  });
});
