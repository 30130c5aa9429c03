// Loopback HTTP and one PGlite in memory: changes in doubt, as people see and end them.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiError, Client } from '../../client/index.ts';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
let operator: Client;
let service: Client;
let turns = 0;

beforeAll(async () => {
  api = await startApi();
  operator = api.client(await api.key({ roles: ['operator'] }));
  service = api.client(await api.key({ roles: ['service'] }));
});
afterAll(() => api.close());

/** @returns its key */
async function effect(state: string, tenant = 'acme'): Promise<string> {
  const turn = ++turns;
  const key = `${tenant}/c-1/${turn}/1/1`;
  await api.sql(
    `INSERT INTO effects (tenant, conversation, turn, step, call, idempotency_key, tool, state)
     VALUES ($1, 'c-1', $2, 1, 1, $3, 'pay', $4)`,
    [tenant, turn, key, state],
  );
  return key;
}

const keysOf = async (state?: 'unknown' | 'done' | 'failed') =>
  (await operator.effects(state === undefined ? {} : { state })).effects.map(({ key }) => key);
const codeOf = (asked: Promise<unknown>) => asked.catch((error: ApiError) => error.code);
const resolution = (key: string, happened: boolean) => ({ key, happened, reason: 'It is in the books.' });

it('lists what is in doubt in the own tenant, with what is needed to look for it', async () => {
  const key = await effect('unknown');
  const [foreign, done] = [await effect('unknown', 'other'), await effect('done')];
  const { effects } = await operator.effects();
  expect(effects.find((one) => one.key === key)).toMatchObject({
    tool: 'pay',
    conversationId: 'c-1',
    state: 'unknown',
    startedAt: expect.stringMatching(/Z$/),
    resolution: null,
  });
  expect(effects.map((one) => one.key)).not.toContain(foreign);
  expect(await keysOf('done')).toContain(done);
});

it.each([
  [true, 'done'],
  [false, 'failed'],
] as const)('takes a person’s word that it happened (%s), once', async (happened, state) => {
  const key = await effect('unknown');
  expect(await operator.resolveEffect(resolution(key, happened))).toEqual({ key, state });
  expect(await operator.resolveEffect(resolution(key, happened))).toEqual({ key, state });
  expect(await codeOf(operator.resolveEffect(resolution(key, !happened)))).toBe('effect_not_unknown');
  expect(await keysOf()).not.toContain(key);
  const [kept] = (await operator.effects({ state })).effects.filter((one) => one.key === key);
  expect(kept?.resolution).toMatchObject({ actor: expect.stringMatching(/^key:/), reason: 'It is in the books.' });
  const written = await api.sql(`SELECT detail FROM audit WHERE action = 'effect.resolved' AND subject = $1`, [
    `effect:${key}`,
  ]);
  expect(written).toEqual([{ detail: { state, reason: 'It is in the books.' } }]);
});

it('takes no word about what is known, unknown to it, of another tenant, or without a reason', async () => {
  expect(await codeOf(operator.resolveEffect(resolution(await effect('done'), false)))).toBe('effect_not_unknown');
  expect(await codeOf(operator.resolveEffect(resolution('acme/c-1/no', true)))).toBe('not_found');
  expect(await codeOf(operator.resolveEffect(resolution(await effect('unknown', 'other'), true)))).toBe('not_found');
  const blank = { key: await effect('unknown'), happened: true, reason: ' ' };
  expect(await codeOf(operator.resolveEffect(blank))).toBe('validation_failed');
});

it('shows and tells nothing to a service', async () => {
  expect(await codeOf(service.effects())).toBe('forbidden');
  expect(await codeOf(service.resolveEffect(resolution('acme/c-1/1/1/1', true)))).toBe('forbidden');
});
