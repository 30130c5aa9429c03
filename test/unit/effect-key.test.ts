// Pure: which calls of a tool are the same change.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool, type ToolContext, type ToolSpec } from '../../agents/define.ts';
import { DefinitionError } from '../../agents/definition-error.ts';
import { effectKeyOf } from '../../agents/effect-key.ts';

const context: ToolContext = {
  idempotencyKey: 'acme/c-1/1/1/1',
  signal: new AbortController().signal,
  tenant: 'acme',
  conversationId: 'c-1',
  customer: { id: 'C-1' },
};

interface Order {
  readonly orderId: string;
}

function refund(more: Partial<ToolSpec<Order, string>>) {
  return defineTool<Order, string>({
    name: 'refund',
    description: 'Pays back.',
    permission: 'allow',
    sideEffect: true,
    input: z.object({ orderId: z.string() }),
    output: z.string(),
    run: async (_, { idempotencyKey }) => ({ data: idempotencyKey, confidence: 1 }),
    ...more,
  });
}

const keyOf = async (tool: ReturnType<typeof refund>, orderId: string) => (await tool.call({ orderId }, context)).data;

describe('the key of a change', () => {
  it('is the call’s, unless its tool makes it from the arguments', async () => {
    expect(await keyOf(refund({}), 'O-1')).toBe('acme/c-1/1/1/1');
    const keyed = refund({ effectKey: ({ orderId }) => ['refund', orderId] });
    expect(await keyOf(keyed, 'O-1')).toMatch(/^acme\/c-1\/refund\/[0-9a-f]{32}$/);
    expect(await keyOf(keyed, 'O-1')).toBe(await keyOf(keyed, 'O-1'));
    expect(await keyOf(keyed, 'O-1')).not.toBe(await keyOf(keyed, 'O-2'));
  });

  it('is the same one for authorize, run, reconcile and the intent row', async () => {
    const keys: string[] = [];
    const note = (given: ToolContext) => void keys.push(given.idempotencyKey);
    const tool = refund({
      effectKey: ({ orderId }) => orderId,
      authorize: async (_, given) => note(given),
      run: async (_, given) => {
        note(given);
        return { data: 'paid', confidence: 1 };
      },
      reconcile: async (_, given) => {
        note(given);
        return { happened: false };
      },
    });
    await tool.call({ orderId: 'O-1' }, { ...context, begins: async (key) => void keys.push(key) });
    await tool.reconcile?.({ orderId: 'O-1' }, context);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
  });

  it('tells words apart however they are cut', () => {
    const of = (parts: string | readonly string[]) => effectKeyOf('refund', context, parts);
    expect(of(['a', 'bc'])).not.toBe(of(['ab', 'c']));
    expect(of('a')).toBe(of(['a']));
  });

  it.each([[''], [[]], [['refund', '']], [[JSON.parse('7')]]])('is never made of %j', (parts) => {
    expect(() => effectKeyOf('refund', context, parts)).toThrow('Return a string, or strings');
  });
});

describe('what a tool finds out about a change', () => {
  const found = (reconcile: NonNullable<ToolSpec<Order, string>['reconcile']>) =>
    refund({ reconcile }).reconcile?.({ orderId: 'O-1' }, context);

  it('is the result, that it did not happen, or that nobody can say', async () => {
    expect(await found(async () => ({ happened: true, data: 'R-1' }))).toEqual({
      outcome: 'done',
      confidence: 1,
      data: 'R-1',
    });
    expect(await found(async () => ({ happened: false }))).toBe('did_not_happen');
    expect(await found(async () => 'unknown')).toBe('unknown');
  });

  it('must be what the tool returns', async () => {
    const wrong = found(async () => ({ happened: true, data: JSON.parse('7') }));
    await expect(wrong).rejects.toThrow('output schema');
  });

  it('cannot be asked of a tool that does not offer it', () => {
    expect(refund({}).reconcile).toBeUndefined();
  });

  it.each([
    ['effectKey', { effectKey: () => 'x' }],
    ['reconcile', { reconcile: async () => 'unknown' as const }],
  ])('is nothing for a tool that changes nothing: %s', (hook, more) => {
    expect(() => refund({ sideEffect: false, ...more })).toThrow(DefinitionError);
    expect(() => refund({ sideEffect: false, ...more })).toThrow(`has ${hook} and changes nothing`);
  });
});
