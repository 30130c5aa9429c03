/** Tools and models that misbehave: each call ends as a row the model reads, and the customer gets an answer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { callTools, fault, reply } from '../../stand-in/steps.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';

const nothing = z.object({});
const read = { permission: 'allow', sideEffect: false, description: 'Misbehaves.' } as const;

const huge = defineTool({
  ...read,
  name: 'huge',
  input: nothing,
  output: z.string(),
  run: async () => ({ data: 'x'.repeat(3 * 1024 * 1024), confidence: 1 }),
});
const throwsString = defineTool({
  ...read,
  name: 'throws_string',
  input: nothing,
  output: z.string(),
  run: () => {
    throw 'just a string';
  },
});
const liar = defineTool({
  ...read,
  name: 'liar',
  input: nothing,
  output: z.object({ price: z.number() }),
  run: async () => ({ data: JSON.parse('{"price":"free"}'), confidence: 1 }),
});
const strict = defineTool({
  ...read,
  name: 'strict',
  input: z.object({ orderId: z.string().regex(/^O-\d+$/) }),
  output: z.string(),
  run: async ({ orderId }) => ({ data: `order ${orderId}`, confidence: 1 }),
});
const forbidden = defineTool({
  ...read,
  name: 'forbidden',
  permission: 'deny',
  input: nothing,
  output: z.string(),
  run: async () => ({ data: 'must never run', confidence: 1 }),
});
const nul = defineTool({
  ...read,
  name: 'nul',
  input: nothing,
  output: z.string(),
  run: async () => ({ data: 'before\u0000after', confidence: 1 }),
});
const slowFirst = defineTool({
  ...read,
  name: 'slow_first',
  input: z.object({ n: z.number() }),
  output: z.number(),
  run: async ({ n }) => {
    // The first call ends last: order in the transcript must come from the request, not from the clock.
    await new Promise((resolve) => setTimeout(resolve, (4 - n) * 40));
    return { data: n, confidence: 1 };
  },
});
const vanishing = defineTool({
  ...read,
  name: 'vanishing',
  input: nothing,
  output: z.string(),
  run: async () => ({ data: 'still here', confidence: 1 }),
});

const tools = [huge, throwsString, liar, strict, forbidden, nul, slowFirst];
const agent = (more: readonly (typeof vanishing)[] = [vanishing]) =>
  defineAgent({ id: 'clumsy', model: 'test-model', instructions: 'Use tools.', tools: [...tools, ...more] });
const FIRST = { agent: 'clumsy', customer: { id: 'C-1' } };

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [agent()], standIn: { record: 'messages' } });
  await platform.startWorker();
});
afterAll(() => platform.stop());

/** Lets the model call `tool` and then answer; returns the tool's row and what the model read. */
async function callOnce(conversation: string, tool: string, args: object | string = {}) {
  platform.standIn.script(platform.nameOf(conversation), [
    callTools([{ name: tool, arguments: args }]),
    reply('Sorry.'),
  ]);
  const turn = await platform.client.send(conversation, { text: 'Go', ...FIRST }, { wait: 30_000 });
  expect(turn.reply).toBe('Sorry.');
  platform.standIn.assertFinished(platform.nameOf(conversation));
  const row = (await transcriptOf(platform, conversation)).find((one) => one.role === 'tool');
  const last = platform.standIn.calls.list.findLast((call) => call.conversation === platform.nameOf(conversation));
  const seen = last?.messages?.findLast((message) => message.role === 'tool')?.content;
  return { row, seen: typeof seen === 'string' ? seen : '' };
}

it('keeps a result of 3 MB whole and shows the model its beginning', async () => {
  const { row, seen } = await callOnce('huge', 'huge');
  expect(row?.outcome).toBe('done');
  expect(row?.text.length).toBe(3 * 1024 * 1024);
  expect(seen.length).toBeLessThan(70_000);
  expect(seen).toMatch(/^<tool_data from="huge">x[^<]*<\/tool_data>\n\[.*too long to show/);
});

it('takes a thrown string for what it is: a failed tool', async () => {
  const { row, seen } = await callOnce('string', 'throws_string');
  expect(row).toMatchObject({ outcome: 'failed', failure: { kind: 'tool_error' }, attempts: 3 });
  expect(seen).toMatch(/^<tool_data from="throws_string">.*not working.*<\/tool_data>$/);
});

it('refuses a result that the tool’s own schema rejects', async () => {
  const { row } = await callOnce('liar', 'liar');
  expect(row).toMatchObject({ outcome: 'failed', failure: { kind: 'invalid_tool_output' }, attempts: 1 });
});

it('feeds wrong arguments back to the model with what is wrong', async () => {
  const { row, seen } = await callOnce('wrong-arguments', 'strict', { orderId: 42 });
  expect(row).toMatchObject({ outcome: 'failed', failure: { kind: 'invalid_model_output' } });
  expect(seen).toContain('orderId');
});

it('feeds broken JSON back to the model', async () => {
  const { row, seen } = await callOnce('broken-json', 'strict', '{"orderId": "O-1');
  expect(row).toMatchObject({ outcome: 'failed', failure: { kind: 'invalid_model_output' } });
  expect(seen).toContain('not valid JSON');
});

it('runs no tool that does not exist', async () => {
  const { row, seen } = await callOnce('unknown', 'drop_tables');
  expect(row?.outcome).toBe('denied');
  expect(seen).toContain('<tool_data from="drop_tables">There is no tool called "drop_tables"');
});

it('runs no tool that is denied, even when the model knows its name', async () => {
  const { row } = await callOnce('denied', 'forbidden');
  expect(row).toMatchObject({ outcome: 'denied' });
  expect(row?.text).not.toContain('must never run');
});

it('keeps a result with a NUL character, which PostgreSQL cannot store', async () => {
  const { row } = await callOnce('nul', 'nul');
  expect(row).toMatchObject({ outcome: 'done', text: 'before\uFFFDafter' });
});

it('runs the calls of one step in parallel and keeps their order', async () => {
  const calls = [1, 2, 3].map((n) => ({ name: 'slow_first', arguments: { n } }));
  platform.standIn.script(platform.nameOf('parallel'), [callTools(calls), reply('Counted.')]);
  await platform.client.send('parallel', { text: 'Count', ...FIRST }, { wait: 30_000 });
  const rows = (await transcriptOf(platform, 'parallel')).filter((row) => row.role === 'tool');
  expect(rows.map((row) => row.text)).toEqual(['1', '2', '3']);
  const last = platform.standIn.calls.list.findLast((call) => call.conversation === platform.nameOf('parallel'));
  const seen = last?.messages?.filter((message) => message.role === 'tool').map((message) => message.content);
  expect(seen).toEqual([1, 2, 3].map((n) => `<tool_data from="slow_first">${n}</tool_data>`));
});

it('tells the model that a tool of a pinned revision is gone from the code', async () => {
  platform.standIn.script(platform.nameOf('vanished'), [
    callTools([{ name: 'vanishing', arguments: {} }]),
    reply('It was there.'),
  ]);
  await platform.client.send('vanished', { text: 'Go', ...FIRST }, { wait: 30_000 });
  // The same conversation, in the same run, meets a worker whose code no longer has the tool.
  const other = await startOther();
  platform.standIn.script(platform.nameOf('vanished'), [
    callTools([{ name: 'vanishing', arguments: {} }]),
    reply('It is gone.'),
  ]);
  const turn = await platform.client.send('vanished', { text: 'Again' }, { wait: 30_000 });
  expect(turn.reply).toBe('It is gone.');
  const row = (await transcriptOf(platform, 'vanished')).findLast((one) => one.role === 'tool');
  expect(row).toMatchObject({ outcome: 'failed', failure: { kind: 'configuration' } });
  await other.stop();
});

async function startOther() {
  await platform.stopWorkers();
  return platform.startWorker({ agents: () => [agent([])] });
}

it.each([
  ['authentication_401', 'failed', 'authentication', 1],
  ['refusal', 'refused', 'refusal', 1],
  ['content_filter_400', 'refused', 'content_filter', 1],
] as const)('ends the turn as it should when the model answers with %s', async (name, outcome, kind, calls) => {
  await platform.stopWorkers();
  await platform.startWorker();
  platform.standIn.script(platform.nameOf(`fault-${name}`), [fault(name)]);
  const turn = await platform.client.send(`fault-${name}`, { text: 'Go', ...FIRST }, { wait: 30_000 });
  expect(turn).toMatchObject({ outcome, confidence: 0 });
  expect(turn.reply).not.toBe('');
  const rows = await transcriptOf(platform, `fault-${name}`);
  expect(rows.at(-1)?.failure?.kind).toBe(kind);
  expect(platform.standIn.calls.count(platform.nameOf(`fault-${name}`))).toBe(calls);
});

it('tries a degraded model again and answers', async () => {
  platform.standIn.script(platform.nameOf('degraded'), [fault('server_error_500'), fault('html_200'), reply('Back.')]);
  const turn = await platform.client.send('degraded', { text: 'Go', ...FIRST }, { wait: 30_000 });
  expect(turn.reply).toBe('Back.');
  expect((await transcriptOf(platform, 'degraded')).at(-1)?.attempts).toBe(3);
});

it('stops a model that asks for tools without end', async () => {
  platform.standIn.script(
    platform.nameOf('endless'),
    Array.from({ length: 12 }, () => callTools([{ name: 'slow_first', arguments: { n: 4 } }])),
  );
  const turn = await platform.client.send('endless', { text: 'Go', ...FIRST }, { wait: 30_000 });
  expect(turn.outcome).toBe('failed');
  platform.standIn.assertFinished(platform.nameOf('endless'));
  expect((await transcriptOf(platform, 'endless')).at(-1)?.failure?.kind).toBe('budget_exceeded');
});
