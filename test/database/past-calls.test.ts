/** What rules see of a conversation: what came before the call, whatever has happened since. */
import { expect, it } from 'vitest';
import { readSaid } from '../../db/past-calls.ts';
import { embeddedDatabase } from '../support/embedded.ts';

const database = embeddedDatabase();
const conversation = { tenant: 'acme', id: 'c-1' };

const said = (turn: number, step: number, call: number) => readSaid(database, conversation, { turn, step, call });

it('is the calls that ended, those asked for along with it, and what the customer typed until then', async () => {
  const asks = (...ids: string[]) => JSON.stringify(ids.map((id) => ({ id, name: `tool-${id}`, arguments: '{}' })));
  const rows: readonly (readonly [number, number, number, string, string | null, string | null])[] = [
    [1, 0, 0, 'customer', null, null],
    [1, 1, 0, 'agent', asks('a', 'b', 'c'), null],
    [1, 1, 1, 'tool', null, 'denied'],
    [1, 1, 3, 'tool', null, 'done'],
    [1, 2, 0, 'agent', asks('d'), null],
    [1, 2, 1, 'tool', null, 'done'],
    [2, 0, 0, 'customer', null, null],
    [2, 1, 0, 'agent', asks('e'), null],
  ];
  for (const [turn, step, call, role, toolCalls, outcome] of rows) {
    await database.query(
      {
        name: 'test_row',
        text: `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool_calls, outcome, tool)
               VALUES ('acme', 'c-1', $1, $2, $3, $4, $7, $5, $6, 'x')`,
      },
      [turn, step, call, role, toolCalls, outcome, `text of ${turn}.${step}.${call}`],
    );
  }
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
