// Pure: what a process may remember of a turn, with a clock of the test's.
import { describe, expect, it } from 'vitest';
import { createTurnMemory } from '../../activities/turn-memory.ts';
import { withinTime } from '../../activities/within-time.ts';
import { NOTHING_SPENT } from '../../core/budget.ts';
import type { PromptRow } from '../../core/window.ts';

const customer = { id: 'C-1' };
const said: PromptRow = { turn: 3, step: 0, call: 0, role: 'customer', text: 'Hello' };
const asked: PromptRow = {
  turn: 3,
  step: 1,
  call: 0,
  role: 'agent',
  text: '',
  toolCalls: [
    { id: 'a', name: 'one', arguments: '{}' },
    { id: 'b', name: 'two', arguments: '{}' },
  ],
};
const result = (call: number): PromptRow => ({
  turn: 3,
  step: 1,
  call,
  role: 'tool',
  text: 'ok',
  tool: 'one',
  toolCallId: 'a',
  outcome: 'done',
  cutOff: false,
});

function remembering() {
  let now = 0;
  const memory = createTurnMemory(600, () => now);
  memory.remember('t/c', { turn: 3, customer, rows: [said], account: undefined });
  return { memory, pass: (ms: number) => (now += ms) };
}

describe('the memory of a turn', () => {
  it('keeps no conversation that has fallen silent', () => {
    const { memory, pass } = remembering();
    memory.remember('t/other', { turn: 1, customer, rows: [], account: undefined });
    pass(400);
    memory.remember('t/c', { turn: 4, customer, rows: [said], account: undefined }); // anew, so it is the youngest
    pass(300);
    memory.remember('t/late', { turn: 1, customer, rows: [], account: undefined });
    expect(memory.size).toBe(2);
    expect(memory.recallCall('t/other', { turn: 1, step: 1, call: 1 })).toBeUndefined();
  });

  it('serves the next step once every result of the last one is there', () => {
    const { memory } = remembering();
    memory.add('t/c', asked, {});
    memory.add('t/c', result(2), {});
    expect(memory.recall('t/c', 3, 2)).toBeUndefined();
    memory.add('t/c', result(1), {});
    expect(memory.recall('t/c', 3, 2)?.rows).toHaveLength(4);
  });

  it('knows a call as the model asked for it, and for whom', () => {
    const { memory } = remembering();
    memory.add('t/c', asked, {});
    expect(memory.recallCall('t/c', { turn: 3, step: 1, call: 2 })).toEqual({
      request: { id: 'b', name: 'two', arguments: '{}' },
      customer,
    });
    expect(memory.recallCall('t/c', { turn: 3, step: 1, call: 3 })).toBeUndefined();
  });

  it('counts what each call of the turn took, where that is asked for', () => {
    const { memory } = remembering();
    const account = {
      spent: { turn: NOTHING_SPENT, conversation: NOTHING_SPENT, tenantDay: NOTHING_SPENT },
      raised: {},
    };
    memory.remember('t/c', { turn: 3, customer, rows: [said], account });
    memory.add('t/c', { ...asked, toolCalls: [] }, { steps: 1, tokens: 12 });
    expect(memory.recall('t/c', 3, 2)?.account?.spent.tenantDay).toMatchObject({ steps: 1, tokens: 12 });
    expect(account.spent.turn).toEqual(NOTHING_SPENT);
  });

  it('does not hand out a call that has its result: nobody is to make it again', () => {
    const { memory } = remembering();
    memory.add('t/c', asked, {});
    memory.add('t/c', result(1), {});
    expect(memory.recallCall('t/c', { turn: 3, step: 1, call: 1 })).toBeUndefined();
    expect(memory.recallCall('t/c', { turn: 3, step: 1, call: 2 })).toBeDefined();
  });

  it('is not believed after a third of the workflow task timeout, counted from the last look', () => {
    const { memory, pass } = remembering();
    pass(599);
    memory.add('t/c', asked, {});
    expect(memory.recallCall('t/c', { turn: 3, step: 1, call: 1 })).toBeDefined();
    pass(1);
    expect(memory.recallCall('t/c', { turn: 3, step: 1, call: 1 })).toBeUndefined();
  });

  it('never serves another turn or another conversation', () => {
    const { memory } = remembering();
    memory.add('t/c', { ...asked, toolCalls: [] }, {});
    expect(memory.recall('t/c', 4, 2)).toBeUndefined();
    expect(memory.recall('t/other', 3, 2)).toBeUndefined();
  });
});

describe('work within a time', () => {
  const never = () => new Promise<never>(() => undefined);
  const open = () => new AbortController();

  it('ends as a timeout although the work goes on', async () => {
    await expect(withinTime(10, open().signal, never)).rejects.toMatchObject({ failure: { kind: 'timeout' } });
  });

  it('ends as cancelled when the outer signal fires, even before it begins', async () => {
    const outer = open();
    outer.abort();
    await expect(withinTime(10_000, outer.signal, never)).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  });

  it('passes on what the work returns or throws, also when it throws at once', async () => {
    await expect(withinTime(1_000, open().signal, async () => 7)).resolves.toBe(7);
    const throwing = () => {
      throw 'a string';
    };
    await expect(withinTime(1_000, open().signal, throwing)).rejects.toBe('a string');
  });
});
