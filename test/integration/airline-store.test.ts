import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../db/database.ts';
import { openEmbedded } from '../../db/embedded.ts';
import { migrate } from '../../db/migrate.ts';
import { openPool } from '../../db/pool.ts';
import { migrations } from '../../examples/airline/index.ts';
import { airlineStore } from '../../examples/airline/store.ts';
import type { BaseData, ToolEffect, User, World } from '../../examples/airline/world.ts';

const ann: User = { name: 'Ann', payment_methods: {}, reservations: [] };
const base: BaseData = { users: new Map([['ann', ann]]), reservations: new Map(), flights: new Map() };

/** Adds one reservation id, so that running it twice shows. */
function addOne(world: World): ToolEffect {
  const user = world.user('ann');
  if (user === undefined) return { rejected: 'Error: user not found' };
  const record = { ...user, reservations: [...user.reservations, `R${user.reservations.length + 1}`] };
  return { result: { zebra: 1, apple: record.reservations.length }, changes: [{ kind: 'user', id: 'ann', record }] };
}

describe.each(['embedded', 'postgres'])("a conversation's copy of the airline, %s", (kind) => {
  let database: Database;
  beforeAll(async () => {
    const schema = `airline_${process.pid}_${Date.now().toString(36)}`;
    database = kind === 'embedded' ? await openEmbedded() : openPool({ url: inject('databaseUrl'), schema });
    await migrate(database, migrations);
  });
  afterAll(() => database.close());

  const store = () => airlineStore(database, base);
  const call = (conversation: { tenant: string; id: string }, idempotencyKey: string) => ({
    conversation,
    idempotencyKey,
    tool: 'add_one',
  });

  it('keeps what a call changed, for this conversation and no other', async () => {
    const [mine, other] = ['mine', 'other'].map((id) => ({ tenant: 't', id }));
    if (mine === undefined || other === undefined) throw new Error('two conversations');
    await store().change(call(mine, 'k1'), addOne);
    await store().change(call(mine, 'k2'), addOne);
    expect((await store().finalState(mine)).users['ann']?.reservations).toEqual(['R1', 'R2']);
    expect((await store().finalState(other)).users['ann']).toEqual(ann);
    expect((await store().finalState({ tenant: 'u', id: 'mine' })).users['ann']).toEqual(ann);
    expect(base.users.get('ann')).toEqual(ann);
  });

  it('runs a call once per key and answers the second time with the first answer, keys in order', async () => {
    const conversation = { tenant: 't', id: 'twice' };
    const first = await store().change(call(conversation, 'k1'), addOne);
    const second = await store().change(call(conversation, 'k1'), () => {
      throw new Error('must not run again');
    });
    expect(JSON.stringify('result' in second && second.result)).toBe('{"zebra":1,"apple":1}');
    expect('result' in first && first.result).toEqual('result' in second && second.result);
    expect(await store().countEffects(conversation)).toBe(1);
  });

  it('remembers a refusal under its key', async () => {
    const conversation = { tenant: 't', id: 'refused' };
    const no = { rejected: 'Error: no' };
    await store().change(call(conversation, 'k1'), () => no);
    expect(await store().change(call(conversation, 'k1'), addOne)).toEqual(no);
    expect((await store().finalState(conversation)).users['ann']).toEqual(ann);
  });

  it('leaves nothing behind when the tool throws', async () => {
    const conversation = { tenant: 't', id: 'throws' };
    const broken = store().change(call(conversation, 'k1'), () => {
      throw new Error('boom');
    });
    await expect(broken).rejects.toThrow('boom');
    expect(await store().countEffects(conversation)).toBe(0);
    await store().change(call(conversation, 'k1'), addOne);
    expect(await store().countEffects(conversation)).toBe(1);
  });

  it('lets changing calls of one conversation queue up instead of overwriting each other', async () => {
    const conversation = { tenant: 't', id: 'parallel' };
    const keys = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all([...keys, ...keys].map((key) => store().change(call(conversation, key), addOne)));
    expect((await store().finalState(conversation)).users['ann']?.reservations).toHaveLength(5);
    expect(await store().countEffects(conversation)).toBe(5);
  });

  it('shows a reading tool what was changed before', async () => {
    const conversation = { tenant: 't', id: 'reads' };
    await store().change(call(conversation, 'k1'), addOne);
    const seen = await store().read(conversation, (world) => ({
      result: world.user('ann')?.reservations ?? null,
      changes: [],
    }));
    expect(seen).toMatchObject({ result: ['R1'] });
  });
});
