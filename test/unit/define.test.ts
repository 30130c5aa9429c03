// Pure: what a definition can get wrong, and what it says then.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AgentSpec, defineAgent, defineTool, type ToolSpec } from '../../agents/define.ts';
import { DefinitionError } from '../../agents/definition-error.ts';
import { FailureError } from '../../core/failure.ts';
import { pin } from '../../core/manifest.ts';
import { agentsOf } from '../../workers/agents-file.ts';

const good: ToolSpec<{ orderId: string }, { status: string }> = {
  name: 'lookup_order',
  description: 'Find one order by its number.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ orderId: z.string().regex(/^O-\d+$/) }),
  output: z.object({ status: z.string() }),
  run: async () => ({ data: { status: 'open' }, confidence: 0.8 }),
};
const tool = defineTool(good);
const agent: AgentSpec = { id: 'support', model: 'm', instructions: 'Help.', tools: [tool] };
const context = {
  idempotencyKey: 'k',
  signal: new AbortController().signal,
  tenant: 't',
  conversationId: 'c',
  customer: { id: 'C-1' },
};

function errorOf(work: () => unknown): DefinitionError {
  try {
    work();
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a tool’s definition', () => {
  it.each([
    ['a name models refuse', { name: 'lookup order' }, 'letters, digits'],
    ['no description', { description: ' ' }, 'Say in one sentence'],
    ['a timeout nobody can read', { timeout: '5 seconds' as '5s' }, '"5s"'],
    ['a timeout of nothing', { timeout: '0s' as const }, '"5s"'],
    ['a timeout of a day', { timeout: '1440m' as const }, '60m'],
    ['no permission', { permission: undefined as unknown as 'allow' }, "permission: 'allow'"],
    ['a word for being idempotent', { idempotent: 'yes' as unknown as boolean }, 'idempotent: true or false'],
    ['nothing about its effect', { sideEffect: undefined as unknown as boolean }, 'sideEffect'],
    [
      'an input without a JSON Schema',
      { input: z.object({ at: z.date() }) as unknown as typeof good.input },
      'plain objects',
    ],
    ['an input that is no object', { input: z.string() as unknown as typeof good.input }, 'z.object'],
  ])('with %s throws, naming file, tool and fix', (_what, change, fix) => {
    const error = errorOf(() => defineTool({ ...good, ...change }));
    expect(error.message).toContain('define.test.ts');
    expect(error.message).toContain('tool "');
    expect(error.message).toContain(fix);
    expect(error.code).toBe('invalid_definition');
  });

  it('shows the model plain JSON Schema', () => {
    expect(tool.manifest.input).toMatchObject({ type: 'object', required: ['orderId'] });
    expect(tool.manifest.input).not.toHaveProperty('$schema');
  });
});

describe('a tool that is idempotent', () => {
  const manifestOf = (change: Partial<typeof good>) => defineTool({ ...good, ...change }).manifest;

  it('says so in the manifest where it changes something, and nowhere else', () => {
    expect(manifestOf({ sideEffect: true, idempotent: true })).toMatchObject({ idempotent: true });
    for (const change of [{}, { idempotent: true }, { sideEffect: true }, { sideEffect: true, idempotent: false }]) {
      expect(manifestOf(change)).not.toHaveProperty('idempotent');
    }
  });
});

describe('a tool’s call', () => {
  it('says that it begins when it is authorised, before it runs, and not to the tool', async () => {
    const order: string[] = [];
    const telling = defineTool({
      ...good,
      authorize: async ({ orderId }, given) => {
        order.push('authorize', ...Object.keys(given).filter((key) => key === 'begins'));
        return orderId === 'O-1' ? undefined : 'Not yours.';
      },
      run: async (_, given) => {
        order.push('run', ...Object.keys(given).filter((key) => key === 'begins'));
        return { data: { status: 'open' }, confidence: 1 };
      },
    });
    const begins = async () => void order.push('begins');
    await telling.call({ orderId: 'O-1' }, { ...context, begins });
    await telling.call({ orderId: 'O-2' }, { ...context, begins });
    expect(order).toEqual(['authorize', 'begins', 'run', 'authorize']);
  });

  it('does not run when it must not begin', async () => {
    let ran = false;
    const run = async () => {
      ran = true;
      return { data: { status: 'open' }, confidence: 1 };
    };
    const begins = () => Promise.reject(new Error('no'));
    await expect(defineTool({ ...good, run }).call({ orderId: 'O-1' }, { ...context, begins })).rejects.toThrow('no');
    expect(ran).toBe(false);
  });

  it('returns data with its confidence', async () => {
    expect(await tool.call({ orderId: 'O-1' }, context)).toEqual({
      outcome: 'done',
      confidence: 0.8,
      data: { status: 'open' },
    });
  });

  it('takes a business “no” as a result, not as a failure', async () => {
    const refusing = defineTool({ ...good, run: async () => ({ rejected: 'No such order.' }) });
    expect(await refusing.call({ orderId: 'O-1' }, context)).toEqual({
      outcome: 'rejected',
      confidence: 1,
      data: 'No such order.',
    });
  });

  it('asks authorize before anything runs', async () => {
    let ran = false;
    const guarded = defineTool({
      ...good,
      authorize: async () => 'Not yours.',
      run: async () => {
        ran = true;
        return { data: { status: 'open' }, confidence: 1 };
      },
    });
    expect(await guarded.call({ orderId: 'O-1' }, context)).toEqual({
      outcome: 'denied',
      confidence: 1,
      data: 'Not yours.',
    });
    expect(ran).toBe(false);
  });

  it.each([
    ['arguments', tool, { orderId: 'one' }, 'invalid_model_output', 'orderId'],
    [
      'results',
      defineTool({ ...good, run: async () => ({ data: JSON.parse('{"status":1}'), confidence: 1 }) }),
      { orderId: 'O-1' },
      'invalid_tool_output',
      'status',
    ],
  ])('types wrong %s as a failure that says what is wrong', async (_what, called, args, kind, says) => {
    const error = await called.call(args, context).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(FailureError);
    expect((error as FailureError).failure).toMatchObject({ kind, message: expect.stringContaining(says) });
  });
});

describe('an agent’s definition', () => {
  it.each([
    ['an odd id', { id: 'My Agent' }, 'lower-case'],
    ['no instructions', { instructions: '' }, 'Say who the agent is'],
    ['no model', { model: '' }, 'Name one'],
    ['two tools of one name', { tools: [tool, tool] }, 'Rename or remove'],
    ['a limit of nothing', { limits: { steps: 0 } }, 'whole number'],
    ['more steps than a turn has places', { limits: { steps: 998 } }, 'at most 997'],
    ['more calls than a reply may ask for', { limits: { toolCallsPerStep: 65 } }, 'at most 64'],
  ])('with %s throws, naming file, agent and fix', (_what, change, fix) => {
    const error = errorOf(() => defineAgent({ ...agent, ...change }));
    expect(error.message).toContain('define.test.ts');
    expect(error.message).toContain(fix);
  });

  it('has a revision that follows its content and nothing else', () => {
    const { revision } = defineAgent(agent).manifest;
    expect(defineAgent({ ...agent }).manifest.revision).toBe(revision);
    expect(defineAgent({ ...agent, instructions: 'Help more.' }).manifest.revision).not.toBe(revision);
    expect(defineAgent({ ...agent, tools: [defineTool({ ...good, timeout: '5s' })] }).manifest.revision).not.toBe(
      revision,
    );
  });

  it('is frozen JSON through and through', () => {
    const { manifest } = defineAgent(agent);
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
    expect(() => Object.assign(manifest.tools[0]?.input ?? {}, { type: 'string' })).toThrow(TypeError);
  });

  it('pins only what the workflow branches on', () => {
    const pinned = pin(defineAgent(agent).manifest);
    expect(Object.keys(pinned.tools)).toEqual(['lookup_order']);
    expect(JSON.stringify(pinned)).not.toContain('Find one order');
  });
});

describe('an agents file', () => {
  it('with two agents of one id, or with none, is refused', async () => {
    const host = { database: {} as never, env: {} };
    const twice = { default: [defineAgent(agent), defineAgent(agent)] };
    await expect(agentsOf(twice, host)).rejects.toThrow('is there twice');
    await expect(agentsOf({ default: [] }, host)).rejects.toThrow('is empty');
  });
});
