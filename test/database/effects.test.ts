/** Changes that are the same one, changes that are in doubt, and what a person finds out about them. */
import { describe, expect, it } from 'vitest';
import { HeldElsewhere } from '../../activities/attempt.ts';
import type { ToolSpec } from '../../agents/define.ts';
import { FailureError } from '../../core/failure.ts';
import type { Database } from '../../db/database.ts';
import { listEffects, resolveEffect } from '../../db/effects.ts';
import {
  asked,
  askedFor,
  attempt,
  broken,
  change,
  conversation,
  database,
  done,
  effectOf,
  errors,
  failureOf,
  idempotent,
  keptOf,
  keyOf,
  type Order,
  onEmbeddedDatabase,
  processWith,
  type Run,
  ran,
  run,
} from '../support/change-calls.ts';
import { until } from '../support/until.ts';

onEmbeddedDatabase();

type Reconcile = NonNullable<ToolSpec<Order, string>['reconcile']>;

/** Every test has its own order, so that none meets the changes of another. */
let orders = 100;
const keyed = { effectKey: ({ n }: Order) => ['pay', String(n)] };
const argumentsOf = (n: number) => `{"n":${n}}`;

async function callsOf(...ns: readonly number[]) {
  const inputs = await askedFor(...ns.map(argumentsOf));
  return inputs;
}

/** One call in a turn of its own. */
async function callOf(n: number) {
  const [input] = await callsOf(n);
  if (input === undefined) throw new Error('one call was asked for');
  return input;
}

describe('a change that is asked for again', () => {
  it('is not made again where its key says that it is the same: the answer is that of the first', async () => {
    const n = orders++;
    const call = processWith([change(done, keyed)]);
    expect(await call(await callOf(n), attempt(1))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([expect.stringMatching(/^acme\/c-1\/change\/[0-9a-f]{32}$/)]);
    const again = await callOf(n);
    expect(await call(again, attempt(1))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([]);
    expect(await keptOf(again)).toMatchObject({ outcome: 'done', confidence: 1 });
    expect(await keptOf(again)).toMatchObject({ text: expect.stringMatching(/done already.*not done again.*changed/) });
    expect(await effectOf(again)).toBeUndefined();
  });

  it('is made where the key differs, or where the tool has none', async () => {
    const n = orders++;
    const call = processWith([change(done, keyed)]);
    await call(await callOf(n), attempt(1));
    await call(await callOf(orders++), attempt(1));
    expect(ran).toHaveLength(1);
    const plain = processWith([change(done)]);
    for (const _ of [1, 2]) {
      const input = await callOf(n);
      await plain(input, attempt(1));
      expect(ran).toEqual([keyOf(input)]);
    }
  });

  it('is made again where the first did not happen', async () => {
    const n = orders++;
    const answers: Awaited<ReturnType<Run>>[] = [{ rejected: 'Sold out.' }, { data: 'changed', confidence: 1 }];
    const call = processWith([change(async () => answers.shift() ?? { rejected: 'No.' }, keyed)]);
    expect(await call(await callOf(n), attempt(1))).toMatchObject({ outcome: 'rejected' });
    const again = await callOf(n);
    expect(await call(again, attempt(1))).toMatchObject({ outcome: 'done' });
    expect(ran).toHaveLength(1);
    expect(await effectOf(again)).toMatchObject({ state: 'done', attempts: 1 });
  });

  it('waits for the first where both are calls of one step', async () => {
    const n = orders++;
    let arrive: () => void = () => undefined;
    const slow: Run = () => new Promise((resolve) => (arrive = () => resolve({ data: 'changed', confidence: 1 })));
    const call = processWith([change(slow, keyed)]);
    const [one, two] = await callsOf(n, n);
    if (one === undefined || two === undefined) throw new Error('two calls were asked for');
    const first = call(one, attempt(1));
    await until('the first runs', () => ran.length === 1);
    let looks = 0;
    const watched: Database = {
      ...database(),
      query(wanted, values) {
        if (wanted.name === 'tool_intended') looks += 1;
        return database().query(wanted, values);
      },
    };
    const second = processWith([change(slow, keyed)], watched)(two, attempt(1));
    await until('the second has found the first at work', () => looks > 1);
    arrive();
    expect([await first, await second]).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }]);
    expect(ran).toHaveLength(1);
    expect(await keptOf(two)).toMatchObject({ text: expect.stringContaining('done already') });
  });

  it('is rejected where the first of the same step takes too long', async () => {
    const n = orders++;
    const [one, two] = await callsOf(n, n);
    if (one === undefined || two === undefined) throw new Error('two calls were asked for');
    void processWith([change(() => new Promise(() => undefined), keyed)])(one, attempt(1)).catch(() => undefined);
    await until('the first runs', () => ran.length === 1);
    const impatient = processWith([change(done, { ...keyed, timeout: '1s' })]);
    expect(await impatient(two, attempt(1))).toMatchObject({ outcome: 'rejected' });
    expect(await keptOf(two)).toMatchObject({ text: expect.stringContaining('Another call of this step') });
    expect(ran).toHaveLength(1);
    expect(await effectOf(one)).toMatchObject({ state: 'started' });
  });

  it('is in doubt where the first is, and a tool that cannot say is not run', async () => {
    const n = orders++;
    const call = processWith([change(broken, keyed)]);
    expect(await call(await callOf(n), attempt(1))).toMatchObject({ outcome: 'unknown' });
    const again = await callOf(n);
    expect(await call(again, attempt(1))).toMatchObject({ outcome: 'unknown' });
    expect(ran).toEqual([]);
    expect(await effectOf(again)).toMatchObject({ state: 'unknown', attempts: 2 });
  });

  it('is run again under the same key where the first is in doubt and the tool is idempotent', async () => {
    const n = orders++;
    const gaveUp = processWith([change(broken, { ...keyed, ...idempotent })]);
    expect(await gaveUp(await callOf(n), attempt(3))).toMatchObject({ outcome: 'unknown' });
    const [key] = ran;
    const again = await callOf(n);
    const call = processWith([change(done, { ...keyed, ...idempotent })]);
    expect(await call(again, attempt(1))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([key]);
  });

  it('takes over what an earlier turn left in the middle', async () => {
    const n = orders++;
    const reconcile: Reconcile = async () => ({ happened: true, data: 'found' });
    const left = await callOf(n);
    const call = processWith([change(() => new Promise(() => undefined), keyed)]);
    void call(left, attempt(1)).catch(() => undefined);
    await until('it runs', () => ran.length === 1);
    const again = await callOf(n);
    const other = processWith([change(done, { ...keyed, reconcile })]);
    expect(await other(again, attempt(1))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([]);
    expect(await keptOf(again)).toMatchObject({ text: 'found' });
  });

  it('says what is wrong with a key that tells nothing apart, and runs nothing', async () => {
    const call = processWith([change(done, { effectKey: () => '' })]);
    const input = await callOf(orders++);
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
    expect(ran).toEqual([]);
  });
});

describe('a change in doubt whose tool can look', () => {
  const happened: Reconcile = async () => ({ happened: true, data: 'found', confidence: 0.9 });
  const not: Reconcile = async () => ({ happened: false });
  const blind: Reconcile = async () => 'unknown';

  it('is done where it happened, though its process died', async () => {
    const { input, call, begunElsewhere, kept, effect } = await asked([change(done, { reconcile: happened })]);
    await begunElsewhere();
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([]);
    expect(await kept()).toMatchObject({ outcome: 'done', text: 'found' });
    expect(await effect()).toBe('done');
  });

  it('is made where it did not happen: that attempt counts', async () => {
    const { input, key, call, begunElsewhere } = await asked([change(done, { reconcile: not })]);
    await begunElsewhere();
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([key]);
    expect(await effectOf(input)).toMatchObject({ state: 'done', attempts: 2 });
  });

  it('is asked with the key under which it was made', async () => {
    const keys: string[] = [];
    const reconcile: Reconcile = async (_, { idempotencyKey }) => {
      keys.push(idempotencyKey);
      return { happened: true, data: 'found' };
    };
    const input = await callOf(orders++);
    const call = processWith([change(broken, { ...keyed, reconcile })]);
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
    expect(keys).toEqual([ran[0]]);
    expect(ran).toHaveLength(1);
  });

  it('is not made again where nobody can say; a person is told', async () => {
    const { input, key, call, begunElsewhere, kept, effect } = await asked([change(done, { reconcile: blind })]);
    await begunElsewhere();
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'unknown' });
    expect(ran).toEqual([]);
    expect(await kept()).toMatchObject({ outcome: 'unknown', kind: 'effect_unknown' });
    expect(await effect()).toBe('unknown');
    expect(errors).toEqual([{ ...conversation, tool: 'change', idempotencyKey: key }]);
    expect(await run(`SELECT action, actor FROM audit WHERE subject = $1`, [`effect:${key}`])).toEqual([
      { action: 'effect.unknown', actor: 'worker' },
    ]);
  });

  it.each<[string, Reconcile, object]>([
    ['is done where it happened after all', happened, { outcome: 'done', text: 'found' }],
    ['has failed where it did not happen', not, { outcome: 'failed', kind: 'authentication' }],
    ['is in doubt where nobody can say', blind, { outcome: 'unknown', kind: 'authentication' }],
    [
      'is in doubt where what was found is not what it returns',
      async () => ({ happened: true, data: JSON.parse('7') }),
      { outcome: 'unknown', kind: 'authentication' },
    ],
  ])('and no attempt left %s', async (_what, reconcile, expected) => {
    const refused: Run = () => Promise.reject(new FailureError({ kind: 'authentication', message: 'No.' }));
    const { input, call, kept } = await asked([change(refused, { reconcile })]);
    await call(input, attempt(1));
    expect(await kept()).toMatchObject(expected);
    expect(ran).toHaveLength(1);
  });

  it('is looked for as often as what goes wrong with the look deserves, and is in doubt after that', async () => {
    const reconcile: Reconcile = () => Promise.reject(new Error('no connection'));
    const { input, call, begunElsewhere, kept } = await asked([change(done, { reconcile })]);
    await begunElsewhere();
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
    expect(await failureOf(call(input, attempt(2)))).toBe('tool_error');
    expect(await call(input, attempt(3))).toMatchObject({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ outcome: 'unknown' });
    expect(ran).toEqual([]);
  });

  it('is looked for again where the look failed though the change itself deserves no second attempt', async () => {
    let left = 1;
    const reconcile: Reconcile = async (...asked) =>
      left-- > 0 ? Promise.reject(new Error('no connection')) : happened(...asked);
    const refused: Run = () => Promise.reject(new FailureError({ kind: 'authentication', message: 'No.' }));
    const { input, call } = await asked([change(refused, { reconcile })]);
    expect(await failureOf(call(input, attempt(1)))).toBe('tool_error');
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
    expect(ran).toHaveLength(1);
  });

  it('is not taken for one that did not happen while its run goes on in this process', async () => {
    const tool = change(() => new Promise(() => undefined), { reconcile: not, timeout: '20ms' });
    const { input, call, kept } = await asked([tool]);
    expect(await failureOf(call(input, attempt(1)))).toBe('timeout');
    expect(await failureOf(call(input, attempt(2)))).toBe('timeout');
    expect(await call(input, attempt(3))).toMatchObject({ outcome: 'unknown' });
    expect(await kept()).toMatchObject({ kind: 'timeout' });
    expect(ran).toHaveLength(1);
  });

  it('is looked for where it is denied the second time, because it has happened', async () => {
    const authorize = async () => 'It is paid already.';
    const { input, call, begunElsewhere } = await asked([change(done, { authorize, reconcile: happened })]);
    await begunElsewhere();
    expect(await call(input, attempt(2))).toMatchObject({ outcome: 'done' });
  });

  it('is looked for where its process died too often', async () => {
    const { input, call, begunElsewhere } = await asked([change(done, { reconcile: happened })]);
    await begunElsewhere();
    const exhausted = { kind: 'internal', message: 'died 8 times' } as const;
    expect(await call(input, attempt(9, { exhausted }))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([]);
  });

  it('is left to the process where it has ended', async () => {
    const { input, call, begunElsewhere } = await asked([change(done, { reconcile: happened })]);
    await begunElsewhere();
    await run(`UPDATE effects SET state = 'done' WHERE idempotency_key = $1`, [keyOf(input)]);
    expect(await failureOf(call(input, attempt(2)))).toBeInstanceOf(HeldElsewhere);
  });
});

describe('an effect that is unknown', () => {
  async function unknownEffect() {
    const n = orders++;
    const call = processWith([change(broken, keyed)]);
    await call(await callOf(n), attempt(1));
    const [key = ''] = ran;
    return { n, key };
  }
  const found = { actor: 'key:k-1', reason: 'It is in the books.' };

  it('is listed until a person has found out, who is kept in the audit log', async () => {
    const { key } = await unknownEffect();
    const listed = async () => (await listEffects(database(), 'acme', 'unknown', 100)).map((effect) => effect.key);
    expect(await listed()).toContain(key);
    expect(await listEffects(database(), 'other', 'unknown', 100)).toEqual([]);
    expect(await resolveEffect(database(), 'other', key, { happened: true, ...found })).toBe('not_found');
    expect(await resolveEffect(database(), 'acme', key, { happened: true, ...found })).toBe('resolved');
    expect(await listed()).not.toContain(key);
    expect(await resolveEffect(database(), 'acme', key, { happened: false, ...found })).toBe('not_unknown');
    expect(
      await run(`SELECT actor, detail FROM audit WHERE action = 'effect.resolved' AND subject = $1`, [`effect:${key}`]),
    ).toEqual([{ actor: 'key:k-1', detail: { state: 'done', reason: 'It is in the books.' } }]);
  });

  it('counts as done once a person says that it happened', async () => {
    const { n, key } = await unknownEffect();
    await resolveEffect(database(), 'acme', key, { happened: true, ...found });
    const again = await callOf(n);
    expect(await processWith([change(done, keyed)])(again, attempt(1))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([]);
    expect(await keptOf(again)).toMatchObject({ text: expect.stringContaining('A person has checked') });
  });

  it('is made when it is asked for again once a person says that it did not happen', async () => {
    const { n, key } = await unknownEffect();
    await resolveEffect(database(), 'acme', key, { happened: false, ...found });
    expect(await processWith([change(done, keyed)])(await callOf(n), attempt(1))).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual([key]);
  });
});
