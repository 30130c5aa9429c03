/** What one customer's calls of a day add up to: each once, and only what may have happened. */
import { beforeEach, expect, it } from 'vitest';
import { type Amount, reserveDayAmounts, sumDayAmounts } from '../../db/day-amounts.ts';
import { embeddedDatabase } from '../support/embedded.ts';

const database = embeddedDatabase();
let customer = '';
let made = 0;
beforeEach(() => {
  customer = `C-${++made}`;
});

type Place = readonly [conversation: string, call: number];
const keyOf = ([id, call]: Place) =>
  [{ tenant: 'acme', id: `${customer}-${id}` }, { turn: 1, step: 1, call }, customer] as const;

async function takes(place: Place, tool: string, amount: number): Promise<void> {
  await reserveDayAmounts(database, ...keyOf(place), [{ tool, argument: 'amount', amount }]);
}
async function ends([id, call]: Place, tool: string | null, outcome: string): Promise<void> {
  await database.query(
    {
      name: 'test_day_row',
      text: `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool, outcome)
             VALUES ('acme', $1, 1, 1, $2, 'tool', '', $3, $4)`,
    },
    [`${customer}-${id}`, call, tool, outcome],
  );
}
const sums = async (place: Place, besides: readonly number[] = []) =>
  (await sumDayAmounts(database, ...keyOf(place), besides))
    .map(({ tool, amount }: Amount) => `${tool} ${amount}`)
    .sort();

it('counts what was written down before, in every conversation, where it may have happened', async () => {
  await takes(['a', 1], 'refund', 10);
  await takes(['b', 1], 'refund', 20);
  await takes(['b', 2], 'refund', 400);
  await takes(['c', 1], 'refund', 80);
  await takes(['d', 1], 'refund', 1_000);
  await ends(['a', 1], 'refund', 'done');
  await ends(['b', 1], 'refund', 'unknown');
  await ends(['b', 2], 'refund', 'denied');
  expect(await sums(['d', 1])).toEqual(['refund 110']);
  expect(await sums(['c', 1])).toEqual(['refund 30']);
  expect(await sums(['d', 2], [1])).toEqual(['refund 110']);
});

it('does not count a call against the tool that stands in for it at the same place', async () => {
  await takes(['a', 1], 'refund', 40);
  await takes(['a', 1], 'credit', 40);
  expect(await sums(['a', 1])).toEqual([]);
});

it('counts a call and what stood in for it once, as the one that ran', async () => {
  await takes(['a', 1], 'refund', 40);
  await takes(['a', 1], 'credit', 38);
  await ends(['a', 1], 'credit', 'done');
  await takes(['b', 1], 'refund', 5);
  expect(await sums(['b', 1])).toEqual(['credit 38']);
});

it('counts a result that does not say which tool it is of', async () => {
  await takes(['a', 1], 'refund', 40);
  await ends(['a', 1], null, 'done');
  expect(await sums(['b', 1])).toEqual(['refund 40']);
});
