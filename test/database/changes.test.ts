/** Tool calls that change something: what is told about them when something goes wrong, and what is made again. */
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Attempt, HeldElsewhere } from '../../activities/attempt.ts';
import { createBegunChanges } from '../../activities/begun-changes.ts';
import type { Breakers } from '../../activities/breakers.ts';
import type { Tool, ToolSpec } from '../../agents/define.ts';
import { FAILURES, FailureError } from '../../core/failure.ts';
import {
  asked,
  attempt,
  broken,
  change,
  database,
  done,
  failingOnce,
  failureOf,
  idempotent,
  type Order,
  onEmbeddedDatabase,
  processWith,
  type Run,
  ran,
  run,
} from '../support/change-calls.ts';

onEmbeddedDatabase();

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
    expect(await call(input, attempt(1))).toMatchObject({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ ...IN_DOUBT, kind });
    expect(await effect()).toBe('unknown');
    expect(ran).toHaveLength(1);
  });

  it('ran out of time is in doubt and is not made again', async () => {
    const { input, call, kept, effect } = await asked([
      change(() => new Promise(() => undefined), { timeout: '20ms' }),
    ]);
    expect(await call(input, attempt(1))).toMatchObject({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ ...IN_DOUBT, kind: 'timeout' });
    expect(await effect()).toBe('unknown');
  });

  it('was rejected did not happen', async () => {
    const { input, call, kept, effect } = await asked([change(async () => ({ rejected: 'Sold out.' }))]);
    expect(await call(input, attempt(1))).toMatchObject({ outcome: 'rejected' });
    expect(await kept()).toMatchObject({ text: 'Sold out.' });
    expect(await effect()).toBe('failed');
  });

  it.each([
    ['Sold out.', 'Sold out.'],
    [' ', 'The tool says no and does not say why.'],
    ['x'.repeat(10_000), `${'x'.repeat(299)}…`],
  ])('was rejected by throwing did not happen, and the model reads why', async (message, text) => {
    const rejects = change(() => Promise.reject(new FailureError({ kind: 'tool_rejected', message })));
    const { input, call, kept, effect } = await asked([rejects]);
    // Also where there are fallbacks: a no is an answer.
    const answer = await call({ ...input, open: true }, attempt(1));
    expect(answer).toMatchObject({ outcome: 'rejected', failure: { kind: 'tool_rejected', message: text } });
    expect(answer.open).toBeUndefined();
    expect(await kept()).toEqual({ outcome: 'rejected', confidence: 1, kind: 'tool_rejected', text, attempts: 1 });
    expect(await effect()).toBe('failed');
  });

  it.each([
    ['wrong arguments', '{"n":"one"}', 'n'],
    ['broken JSON', '{"n":', 'not valid JSON'],
  ])('was asked for with %s did not happen, and the model hears why', async (_what, args, says) => {
    const { input, call, kept, effect } = await asked([change(done)], args);
    expect(await call(input, attempt(1))).toMatchObject({ outcome: 'failed' });
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
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
  });

  it('could not be written down before it ran does not run', async () => {
    const { input, effect } = await asked([]);
    const call = processWith([change(done)], failingOnce('tool_intend'));
    expect(await failureOf(call(input, attempt(1)))).toBe('database');
    expect(ran).toEqual([]);
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
    expect(await effect()).toBe('done');
  });

  it('happened and could not be written down is written down later, not made again', async () => {
    const { input, effect } = await asked([]);
    const call = processWith([change(done)], failingOnce('tool_journal'));
    expect(await failureOf(call(input, attempt(1)))).not.toBeUndefined();
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
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

describe('a change that failed and has fallbacks', () => {
  /** Breaks the first time, and is known not to have happened then. */
  function brokenOnce() {
    const asks: string[] = [];
    let left = 1;
    const tool = change((input, context) => (left-- > 0 ? broken(input, context) : done(input, context)), {
      async reconcile(_input, { idempotencyKey }) {
        asks.push(idempotencyKey);
        return { happened: false };
      },
    });
    return { tool, asks };
  }
  const lastAttempt = attempt(FAILURES.tool_error.attempts);

  it('is not held by the process until somebody comes back', async () => {
    const changes = createBegunChanges();
    const { input, key } = await asked([]);
    const call = processWith([brokenOnce().tool], database(), { changes });
    expect(await call({ ...input, open: true }, lastAttempt)).toMatchObject({ outcome: 'failed', open: {} });
    expect(ran).toEqual([key]);
    expect(changes.find(key)).toEqual({ begun: false, begunBefore: false, run: undefined });
  });

  it('is made by a later rung only when the tool has said again that it did not happen', async () => {
    const { tool, asks } = brokenOnce();
    const { input, key, call, kept, effect } = await asked([tool]);
    await call({ ...input, open: true }, lastAttempt);
    expect(asks).toEqual([key]);
    expect(await effect()).toBe('started');
    expect(await call({ ...input, rung: 1, open: true }, attempt(1))).toMatchObject({ outcome: 'done' });
    expect(asks).toEqual([key, key]);
    expect(ran).toEqual([key, key]);
    expect(await kept()).toMatchObject({ outcome: 'done' });
    expect(await effect()).toBe('done');
  });
});

it('every attempt at a call, in whatever process, is one call to its breaker', async () => {
  const ids: string[] = [];
  const breakers: Breakers = {
    guard({ id, work }) {
      ids.push(id);
      return work();
    },
  };
  const { input, key } = await asked([]);
  for (const number of [1, 2]) {
    const call = processWith([change(broken, { sideEffect: false })], database(), { breakers });
    expect(await failureOf(call(input, attempt(number)))).toBe('tool_error');
  }
  expect(ids).toEqual([key, key]);
});

describe('a change whose process died', () => {
  it('is in doubt and is not made again', async () => {
    const { input, call, begunElsewhere, kept, effect } = await asked([change(done)]);
    await begunElsewhere();
    expect(await call(input, attempt(1))).toMatchObject({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ ...IN_DOUBT, kind: 'effect_unknown' });
    expect(await effect()).toBe('unknown');
    expect(ran).toEqual([]);
  });

  it('is in doubt though the call would be refused now, by a limit or a rule that has changed', async () => {
    const { input, call, begunElsewhere, kept, effect } = await asked([change(done)]);
    await begunElsewhere();
    expect(await call({ ...input, denied: 'Not any more.' }, attempt(1))).toMatchObject({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ outcome: 'unknown' });
    expect(await effect()).toBe('unknown');
  });

  it('is told as it was kept to whoever asks again', async () => {
    const { input, call } = await asked([change(() => Promise.reject(new FailureError(LATE)), { sideEffect: false })]);
    const first = await call(input, attempt(FAILURES.timeout.attempts));
    expect(first).toMatchObject({ outcome: 'failed', failure: LATE, digest: expect.any(String) });
    expect(await call(input, attempt(1))).toEqual(first);
  });
  const LATE = { kind: 'timeout', message: 'no answer' } as const;

  it('is looked for before a refusal is believed', async () => {
    const happened = async () => ({ happened: true, data: 'changed' }) as const;
    const { input, call, begunElsewhere, effect } = await asked([change(done, { reconcile: happened })]);
    await begunElsewhere();
    expect(await call({ ...input, denied: 'Not any more.' }, attempt(1))).toMatchObject({ outcome: 'done' });
    expect(await effect()).toBe('done');
    expect(ran).toEqual([]);
  });

  it('is made again under the same key where the tool is idempotent', async () => {
    const { input, key, call, begunElsewhere, effect } = await asked([change(done, idempotent)]);
    await begunElsewhere();
    expect(await call(input, attempt(1))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([key]);
    expect(await effect()).toBe('done');
  });

  it('believes a later rejection where the tool is idempotent: one key, one answer', async () => {
    const { input, call, begunElsewhere } = await asked([change(async () => ({ rejected: 'Sold out.' }), idempotent)]);
    await begunElsewhere();
    expect(await call(input, attempt(1))).toMatchObject({ outcome: 'rejected' });
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
    expect(await call(input, attempt(9, more))).toMatchObject({ outcome: 'unknown' });
    expect(await kept()).toMatchObject(IN_DOUBT);
    expect(await effect()).toBe('unknown');
    expect(ran).toEqual([]);
  });

  it('before it began did not happen', async () => {
    const { input, call } = await asked([change(done)]);
    const exhausted = { kind: 'internal', message: 'died 8 times' } as const;
    expect(await call(input, attempt(9, { exhausted }))).toMatchObject({ outcome: 'failed' });
  });
});

describe('an idempotent change', () => {
  it('is made again as often as its failure deserves, and is then in doubt', async () => {
    const { input, key, call, kept, effect } = await asked([change(broken, idempotent)]);
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
    expect(await failureOf(call(input, attempt(2)))).toBe('tool_error');
    expect(await effect()).toBe('started');
    expect(await call(input, attempt(3))).toMatchObject({ outcome: 'unknown' });
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
    expect(await second).toMatchObject({ outcome: 'done' });
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
    expect(await call(input, attempt(3))).toMatchObject({ outcome: 'unknown' });
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
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
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
    expect(await call(input, attempt(3))).toMatchObject({ outcome: 'failed' });
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

function never(): never {
  throw new Error('not reached');
}
