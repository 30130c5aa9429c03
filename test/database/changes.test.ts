/** Tool calls that change something: what is told about them when something goes wrong, and what is made again. */
import { CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Attempt, HeldElsewhere } from '../../activities/attempt.ts';
import { callTool } from '../../activities/call-tool.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createTurnMemory } from '../../activities/turn-memory.ts';
import { defineAgent, defineTool, type Tool, type ToolSpec } from '../../agents/define.ts';
import type { ToolCallInput } from '../../core/activities.ts';
import { FailureError } from '../../core/failure.ts';
import type { Database } from '../../db/database.ts';
import { openEmbedded } from '../../db/embedded.ts';
import { migrate, PLATFORM_MIGRATIONS } from '../../db/migrate.ts';
import { intendEffect } from '../../db/tool-calls.ts';

const conversation = { tenant: 'acme', id: 'c-1' };
let database: Database;
let turns = 0;
/** The idempotency keys under which tools ran, since the last call was asked for. */
let ran: string[] = [];

beforeAll(async () => {
  database = await openEmbedded();
  await migrate(database, PLATFORM_MIGRATIONS);
  await run(`INSERT INTO conversations (tenant, id, agent, customer) VALUES ('acme', 'c-1', 'a', '{"id":"C-1"}')`);
}, 60_000);
afterAll(() => database.close());

async function run<R>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
  return database.query<R>({ name: `test ${text}`, text }, values);
}

type Order = { readonly n: number };
type Run = ToolSpec<Order, string>['run'];

function change(work: Run, more: Partial<ToolSpec<Order, string>> = {}): Tool {
  return defineTool<Order, string>({
    name: 'change',
    description: 'Changes something.',
    permission: 'allow',
    sideEffect: true,
    input: z.object({ n: z.number() }),
    output: z.string(),
    run(input, context) {
      ran.push(context.idempotencyKey);
      return work(input, context);
    },
    ...more,
  });
}

const done: Run = async () => ({ data: 'changed', confidence: 1 });
const broken: Run = async () => {
  throw new TypeError('cannot read properties of undefined');
};
const idempotent = { idempotent: true } as const;

/** A process with these tools (none: a worker whose code no longer has them), and a call the model has asked for. */
async function asked(tools: readonly Tool[], args = '{"n":1}') {
  const turn = ++turns;
  ran = [];
  const requested = JSON.stringify([{ id: 'call_1', name: 'change', arguments: args }]);
  await run(
    `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool_calls)
     VALUES ('acme', 'c-1', $1, 1, 0, 'agent', '', $2::text::json)`,
    [turn, requested],
  );
  const input: ToolCallInput = { turn, step: 1, call: 1, agent: 'a', revision: 'r' };
  const key = `acme/c-1/${turn}/1/1`;
  return {
    input,
    key,
    call: processWith(tools),
    /** Another process began the call and died. */
    begunElsewhere: () => intendEffect(database, conversation, input, key, 'change'),
    async kept() {
      const [row] = await run<object>(
        `SELECT outcome, confidence, failure ->> 'kind' AS kind, text, attempts FROM transcript
          WHERE conversation = 'c-1' AND turn = $1 AND call = 1`,
        [turn],
      );
      return row;
    },
    async effect() {
      const [row] = await run<{ state: string }>(`SELECT state FROM effects WHERE conversation = 'c-1' AND turn = $1`, [
        turn,
      ]);
      return row?.state;
    },
  };
}

function processWith(tools: readonly Tool[], on: Database = database) {
  const agent = defineAgent({ id: 'a', model: 'm', instructions: 'Change things.', tools });
  const ignore = () => undefined;
  const deps: ActivityDependencies = {
    database: on,
    model: { complete: () => Promise.reject(new Error('no model here')) },
    agents: new Map([['a', agent]]),
    holder: 'this-process',
    slowAfterMs: 1_000,
    leaseMs: 3_000,
    freshForMs: 0,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  };
  return callTool(deps, createTurnMemory(0));
}

function attempt(number: number, more: Partial<Attempt> = {}): Attempt {
  return { conversation, number, signal: new AbortController().signal, exhausted: undefined, ...more };
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => (error instanceof FailureError ? error.failure.kind : error),
  );

const IN_DOUBT = { outcome: 'unknown', confidence: 0, text: expect.stringContaining('not known') };

describe('a change that', () => {
  it.each<[string, Run, string]>([
    ['returned what its schema rejects', async () => ({ data: JSON.parse('7'), confidence: 1 }), 'invalid_tool_output'],
    [
      'returned too much',
      async () => ({ data: 'x'.repeat(8 * 1024 * 1024 + 1), confidence: 1 }),
      'invalid_tool_output',
    ],
    ['broke in a schema of its own', async () => z.never().parse('the answer of a service'), 'tool_error'],
    ['threw', broken, 'tool_error'],
    ['broke off', () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })), 'network'],
    [
      'was refused by a service',
      () => Promise.reject(new FailureError({ kind: 'authentication', message: 'No.' })),
      'authentication',
    ],
    [
      'says its arguments were wrong',
      () => Promise.reject(new FailureError({ kind: 'invalid_model_output', message: 'n' })),
      'invalid_model_output',
    ],
  ])('%s is in doubt and is not made again', async (_what, work, kind) => {
    const { input, call, kept, effect } = await asked([change(work)]);
    expect(await call(input, attempt(1))).toEqual({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ ...IN_DOUBT, kind });
    expect(await effect()).toBe('unknown');
    expect(ran).toHaveLength(1);
  });

  it('ran out of time is in doubt and is not made again', async () => {
    const { input, call, kept, effect } = await asked([
      change(() => new Promise(() => undefined), { timeout: '20ms' }),
    ]);
    expect(await call(input, attempt(1))).toEqual({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ ...IN_DOUBT, kind: 'timeout' });
    expect(await effect()).toBe('unknown');
  });

  it('was rejected did not happen', async () => {
    const { input, call, kept, effect } = await asked([change(async () => ({ rejected: 'Sold out.' }))]);
    expect(await call(input, attempt(1))).toEqual({ outcome: 'rejected' });
    expect(await kept()).toMatchObject({ text: 'Sold out.' });
    expect(await effect()).toBe('failed');
  });

  it('was rejected by throwing did not happen', async () => {
    const rejects = change(() => Promise.reject(new FailureError({ kind: 'tool_rejected', message: 'Sold out.' })));
    const { input, call, effect } = await asked([rejects]);
    expect(await call(input, attempt(1))).toEqual({ outcome: 'failed' });
    expect(await effect()).toBe('failed');
  });

  it.each([
    ['wrong arguments', '{"n":"one"}', 'n'],
    ['broken JSON', '{"n":', 'not valid JSON'],
  ])('was asked for with %s did not happen, and the model hears why', async (_what, args, says) => {
    const { input, call, kept, effect } = await asked([change(done)], args);
    expect(await call(input, attempt(1))).toEqual({ outcome: 'failed' });
    expect(await kept()).toMatchObject({ kind: 'invalid_model_output', text: expect.stringContaining(says) });
    expect(await effect()).toBeUndefined();
    expect(ran).toEqual([]);
  });

  it('could not be authorised did not happen, and is tried again', async () => {
    let left = 1;
    const authorize = async () => (left-- > 0 ? Promise.reject(new Error('no connection')) : undefined);
    const { input, call, effect } = await asked([change(done, { authorize })]);
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
    expect(await effect()).toBeUndefined();
    expect(await call(input, attempt(2))).toEqual({ outcome: 'done' });
  });

  it('could not be written down before it ran does not run', async () => {
    const { input, effect } = await asked([]);
    const call = processWith([change(done)], failingOnce('tool_intend'));
    expect(await failureOf(call(input, attempt(1)))).toBe('database');
    expect(ran).toEqual([]);
    expect(await call(input, attempt(2))).toEqual({ outcome: 'done' });
    expect(await effect()).toBe('done');
  });

  it('happened and could not be written down is written down later, not made again', async () => {
    const { input, effect } = await asked([]);
    const call = processWith([change(done)], failingOnce('tool_journal'));
    expect(await failureOf(call(input, attempt(1)))).not.toBeUndefined();
    expect(await call(input, attempt(2))).toEqual({ outcome: 'done' });
    expect(await effect()).toBe('done');
    expect(ran).toHaveLength(1);
  });

  it('has ended in another process is not made again', async () => {
    const { input, call, begunElsewhere } = await asked([change(done, idempotent)]);
    await begunElsewhere();
    await run(`UPDATE effects SET state = 'done' WHERE conversation = 'c-1' AND turn = $1`, [input.turn]);
    expect(await failureOf(call(input, attempt(1)))).toBeInstanceOf(HeldElsewhere);
    expect(ran).toEqual([]);
  });
});

describe('a change whose process died', () => {
  it('is in doubt and is not made again', async () => {
    const { input, call, begunElsewhere, kept, effect } = await asked([change(done)]);
    await begunElsewhere();
    expect(await call(input, attempt(1))).toEqual({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ ...IN_DOUBT, kind: 'effect_unknown' });
    expect(await effect()).toBe('unknown');
    expect(ran).toEqual([]);
  });

  it('is made again under the same key where the tool is idempotent', async () => {
    const { input, key, call, begunElsewhere, effect } = await asked([change(done, idempotent)]);
    await begunElsewhere();
    expect(await call(input, attempt(1))).toEqual({ outcome: 'done' });
    expect(ran).toEqual([key]);
    expect(await effect()).toBe('done');
  });

  it('believes a later rejection where the tool is idempotent: one key, one answer', async () => {
    const { input, call, begunElsewhere } = await asked([change(async () => ({ rejected: 'Sold out.' }), idempotent)]);
    await begunElsewhere();
    expect(await call(input, attempt(1))).toEqual({ outcome: 'rejected' });
  });

  it.each<[string, readonly Tool[], string, Partial<Attempt>]>([
    [
      'is denied the second time',
      [change(done, { ...idempotent, authorize: async () => 'Already done.' })],
      '{"n":1}',
      {},
    ],
    ['meets a schema that has become narrower', [change(done, idempotent)], '{"n":"one"}', {}],
    ['meets a worker without its tool', [], '{"n":1}', {}],
    [
      'has no attempt left',
      [change(done, idempotent)],
      '{"n":1}',
      { exhausted: { kind: 'internal', message: 'died 8 times' } },
    ],
  ])('and %s is in doubt', async (_what, tools, args, more) => {
    const { input, call, begunElsewhere, kept, effect } = await asked(tools, args);
    await begunElsewhere();
    expect(await call(input, attempt(9, more))).toEqual({ outcome: 'unknown' });
    expect(await kept()).toMatchObject(IN_DOUBT);
    expect(await effect()).toBe('unknown');
    expect(ran).toEqual([]);
  });

  it('before it began did not happen', async () => {
    const { input, call } = await asked([change(done)]);
    const exhausted = { kind: 'internal', message: 'died 8 times' } as const;
    expect(await call(input, attempt(9, { exhausted }))).toEqual({ outcome: 'failed' });
  });
});

describe('an idempotent change', () => {
  it('is made again as often as its failure deserves, and is then in doubt', async () => {
    const { input, key, call, kept, effect } = await asked([change(broken, idempotent)]);
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
    expect(await failureOf(call(input, attempt(2)))).toBe('tool_error');
    expect(await effect()).toBe('started');
    expect(await call(input, attempt(3))).toEqual({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ ...IN_DOUBT, kind: 'tool_error', attempts: 3 });
    expect(ran).toEqual([key, key, key]);
  });

  it('that ran out of time and succeeds late is not made again', async () => {
    let arrive: () => void = () => undefined;
    const late = change(() => new Promise((resolve) => (arrive = () => resolve({ data: 'late', confidence: 1 }))), {
      ...idempotent,
      timeout: '30ms',
    });
    const { input, call, kept, effect } = await asked([late]);
    expect(await failureOf(call(input, attempt(1)))).toBe('timeout');
    const second = call(input, attempt(2));
    arrive();
    expect(await second).toEqual({ outcome: 'done' });
    expect(await kept()).toMatchObject({ outcome: 'done', text: 'late' });
    expect(await effect()).toBe('done');
    expect(ran).toHaveLength(1);
  });

  it('that ran out of time does not run beside itself', async () => {
    const { input, call } = await asked([
      change(() => new Promise(() => undefined), { ...idempotent, timeout: '20ms' }),
    ]);
    expect(await failureOf(call(input, attempt(1)))).toBe('timeout');
    expect(await failureOf(call(input, attempt(2)))).toBe('timeout');
    expect(await call(input, attempt(3))).toEqual({ outcome: 'unknown' });
    expect(ran).toHaveLength(1);
  });

  it('that ran out of time and then broke is made again', async () => {
    let left = 1;
    const heedful: Run = (_, { signal }) =>
      left-- > 0
        ? new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        : Promise.resolve({ data: 'changed', confidence: 1 });
    const { input, call } = await asked([change(heedful, { ...idempotent, timeout: '30ms' })]);
    expect(await failureOf(call(input, attempt(1)))).toBe('timeout');
    expect(await call(input, attempt(2))).toEqual({ outcome: 'done' });
    expect(ran).toHaveLength(2);
  });
});

describe('a change that is cancelled while it runs', () => {
  async function cancelled(tool: Partial<ToolSpec<Order, string>>, reason: string) {
    const abort = new AbortController();
    const work: Run = () => {
      abort.abort(new CancelledFailure(reason));
      return new Promise(() => undefined);
    };
    const { input, call, kept, effect } = await asked([change(work, tool)]);
    expect(await failureOf(call(input, attempt(1, { signal: abort.signal })))).toBe('cancelled');
    return { kept: await kept(), effect: await effect() };
  }

  it('is kept as in doubt where the conversation’s run was cancelled: nobody will make it again', async () => {
    for (const tool of [{}, idempotent]) {
      expect(await cancelled(tool, 'CANCELLED')).toMatchObject({ kept: IN_DOUBT, effect: 'unknown' });
    }
  });

  it('is left to the next process where the worker shuts down and the tool is idempotent', async () => {
    expect(await cancelled(idempotent, 'WORKER_SHUTDOWN')).toEqual({ kept: undefined, effect: 'started' });
  });

  it('is kept as in doubt where the worker shuts down and the tool is not', async () => {
    expect(await cancelled({}, 'WORKER_SHUTDOWN')).toMatchObject({ kept: IN_DOUBT, effect: 'unknown' });
  });
});

describe('a call that changes nothing', () => {
  it('and breaks in a schema of its own is the tool’s error, not the model’s', async () => {
    const work: Run = async () => z.object({ price: z.number() }).parse({ price: 'secret' }) && done({ n: 1 }, never());
    const { input, call, kept, effect } = await asked([change(work, { sideEffect: false })]);
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
    expect(await call(input, attempt(3))).toEqual({ outcome: 'failed' });
    expect(await kept()).toMatchObject({ kind: 'tool_error', text: expect.stringContaining('not working') });
    expect(await effect()).toBeUndefined();
  });

  it('is made again whether or not it says that it is idempotent', async () => {
    const { input, call } = await asked([change(broken, { sideEffect: false })]);
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
  });
});

describe('a transcript row', () => {
  it.each([
    [999, 0],
    [-1, 0],
    [1, 1000],
    [1, -1],
  ])('cannot stand at step %i, call %i: its position would be another row’s', async (step, call) => {
    const insert = run(
      `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text)
       VALUES ('acme', 'c-2', 1, $1, $2, 'tool', '')`,
      [step, call],
    );
    await expect(insert).rejects.toThrow('check');
  });
});

/** The database, where one statement fails the first time it is asked for. */
function failingOnce(statement: string): Database {
  let left = 1;
  return {
    ...database,
    query(asked, values) {
      if (asked.name !== statement || left-- <= 0) return database.query(asked, values);
      return Promise.reject(Object.assign(new Error('terminating connection'), { code: '57P01', severity: 'FATAL' }));
    },
  };
}

function never(): never {
  throw new Error('not reached');
}
