/** What rules see of a conversation: what came before the call, whatever has happened since. */
import { expect, it } from 'vitest';
import { readSaid } from '../../db/past-calls.ts';
import { embeddedDatabase } from '../support/embedded.ts';

const database = embeddedDatabase();
const conversation = { tenant: 'acme', id: 'c-1' };

async function write(
  id: string,
  turn: number,
  step: number,
  call: number,
  role: string,
  toolCalls: string | null,
  outcome: string | null,
  tool: string | null = null,
): Promise<void> {
  await database.query(
    {
      name: 'test_row',
      text: `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool_calls, outcome, tool)
             VALUES ('acme', $1, $2, $3, $4, $5, $8, $6, $7, $9)`,
    },
    [id, turn, step, call, role, toolCalls, outcome, `text of ${turn}.${step}.${call}`, tool],
  );
}

const said = (turn: number, step: number, call: number) => readSaid(database, conversation, { turn, step, call });

it('is the calls that ended, those asked for along with it, and what the customer typed until then', async () => {
  const asks = (...ids: string[]) => JSON.stringify(ids.map((id) => ({ id, name: `tool-${id}`, arguments: '{}' })));
  const rows: readonly (readonly [number, number, number, string, string | null, string | null, string?])[] = [
    [1, 0, 0, 'customer', null, null],
    [1, 1, 0, 'agent', asks('a', 'b', 'c'), null],
    [1, 1, 1, 'tool', null, 'denied', 'tool-a'],
    [1, 1, 3, 'tool', null, 'done', 'tool-c'],
    [1, 2, 0, 'agent', asks('d'), null],
    [1, 2, 1, 'tool', null, 'done', 'tool-d'],
    [2, 0, 0, 'customer', null, null],
    [2, 1, 0, 'agent', asks('e'), null],
  ];
  for (const row of rows) await write('c-1', ...row);
  const second = await said(1, 1, 2);
  expect(second.past.map(({ request, outcome }) => [request.id, outcome])).toEqual([['a', 'denied']]);
  expect(second.pending).toEqual([]);
  const third = await said(1, 1, 3);
  expect(third.past.map(({ request }) => request.id)).toEqual(['a']);
  expect(third.pending.map(({ request: { id } }) => id)).toEqual(['b']);
  expect(third.customerTexts).toEqual(['text of 1.0.0']);
  const later = await said(2, 1, 1);
  expect(later.past.map(({ request, text }) => `${request.id} ${text}`)).toEqual([
    'a text of 1.1.1',
    'c text of 1.1.3',
    'd text of 1.2.1',
  ]);
  expect(later.customerTexts).toHaveLength(2);
});

it('is told under the name of the tool that ran: what stood in for another is not that other one', async () => {
  const asked = [1, 2, 3].map((n) => ({ id: `r${n}`, name: 'refund', arguments: `{"order":"O-${n}"}` }));
  await write('c-2', 1, 0, 0, 'customer', null, null);
  await write('c-2', 1, 1, 0, 'agent', JSON.stringify(asked), null);
  await write('c-2', 1, 1, 1, 'tool', null, 'done', 'credit');
  await write('c-2', 1, 1, 2, 'tool', null, 'unknown', 'refund');
  await write('c-2', 1, 1, 3, 'tool', null, 'done');
  const { past } = await readSaid(database, { tenant: 'acme', id: 'c-2' }, { turn: 2, step: 1, call: 1 });
  expect(past.map(({ request, outcome, turn }) => ({ ...request, outcome, turn }))).toEqual([
    // What it was given is not kept: it made its own arguments out of those that were asked with.
    { id: 'r1', name: 'credit', arguments: '{}', outcome: 'done', turn: 1 },
    { ...asked[1], outcome: 'unknown', turn: 1 },
    { ...asked[2], outcome: 'done', turn: 1 },
  ]);
});
