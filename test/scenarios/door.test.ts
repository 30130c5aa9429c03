/** The Temporal door, through the `temporal` command: any service in any language can start and feed a conversation. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parrot } from '../support/agents.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';
import { until } from '../support/until.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    agents: () => [parrot],
    standIn: { answer: ({ turn }) => ({ kind: 'reply', text: `answer ${turn}` }) },
  });
  await platform.startWorker();
});
afterAll(() => platform.stop());

it('starts a conversation and answers, from nothing but the temporal command', async () => {
  await signalWithStart('shell', { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } });
  await answered('shell', 1);
  await signalWithStart('shell', { messageId: 'm2', text: 'Still there?' });
  await answered('shell', 2);
  expect((await transcriptOf(platform, 'shell')).map((row) => row.text)).toEqual([
    'Hello',
    'answer 1',
    'Still there?',
    'answer 2',
  ]);
});

it('takes a message once, whichever doors it comes through', async () => {
  const message = { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } };
  await Promise.all([
    signalWithStart('both', message),
    signalWithStart('both', message),
    platform.client.send('both', message),
    platform.client.send('both', message, { wait: 20_000 }),
  ]);
  await signalWithStart('both', message);
  await platform.client.send('both', { messageId: 'm2', text: 'Next' }, { wait: 20_000 });
  const said = (await transcriptOf(platform, 'both')).filter((row) => row.role === 'customer');
  expect(said.map((row) => row.text)).toEqual(['Hello', 'Next']);
});

it.each([
  ['no text', { messageId: 'm1', agent: 'parrot', customer: { id: 'C-1' } }, 'validation_failed'],
  ['an empty text', { messageId: 'm1', text: '  ', agent: 'parrot', customer: { id: 'C-1' } }, 'message_empty'],
  [
    'an agent nobody has',
    { messageId: 'm1', text: 'Hello', agent: 'nobody', customer: { id: 'C-1' } },
    'unknown_agent',
  ],
  ['no customer', { messageId: 'm1', text: 'Hello', agent: 'parrot' }, 'customer_required'],
  ['something that is no object', 'Hello', 'validation_failed'],
  ['null', null, 'validation_failed'],
  [
    'a NUL in the agent',
    { messageId: 'm1', text: 'Hello', agent: 'par\0rot', customer: { id: 'C-1' } },
    'validation_failed',
  ],
  [
    'a NUL in the customer',
    { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C\0' } },
    'validation_failed',
  ],
  [
    'half of a surrogate pair in a claim',
    { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1', claims: { plan: '\ud800' } } },
    'validation_failed',
  ],
  [
    'a text of 40 KB',
    { messageId: 'm1', text: 'x'.repeat(40_000), agent: 'parrot', customer: { id: 'C-1' } },
    'message_too_large',
  ],
])('refuses a signal with %s, audits it and goes on', async (what, message, code) => {
  const conversation = `refused-${what.replaceAll(' ', '-')}`;
  await signalWithStart(conversation, message);
  await until('the refusal is audited', async () => (await audited(conversation)).includes(code));
  const good = { messageId: 'm2', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } };
  const turn = await platform.client.send(conversation, good, { wait: 20_000 });
  expect(turn.reply).toBe('answer 1');
});

it('refuses a signal without a payload, between two that are good', async () => {
  await signalWithStart('empty', { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } });
  await temporal(
    ...['workflow', 'signal', '--workflow-id', platform.workflowIdOf('empty'), '--name', 'customerMessage'],
  );
  await signalWithStart('empty', { messageId: 'm2', text: 'Still there?' });
  await answered('empty', 2);
  expect(await audited('empty')).toEqual(['validation_failed']);
});

it.each([
  ['a customerMessage', 'customerMessage'],
  ['a close', 'close'],
  ['a nudge', 'nudge'],
])('survives a payload that nobody can decode in %s', async (_what, signalName) => {
  const conversation = `undecodable-${signalName}`;
  await signalWithStart(conversation, { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } });
  await answered(conversation, 1);
  const payload = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from([0xff, 0x00]) };
  await platform.temporal.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: platform.workflowIdOf(conversation) },
    signalName,
    input: { payloads: [payload] },
  });
  if (signalName === 'close') {
    await until('it is closed', () => isClosed(conversation));
    return;
  }
  await signalWithStart(conversation, { messageId: 'm2', text: 'Still there?' });
  await answered(conversation, 2);
  expect(await audited(conversation)).toEqual(signalName === 'nudge' ? [] : ['validation_failed']);
});

/** A conversation that was just begun by a signal need not be there yet. */
async function isClosed(conversation: string): Promise<boolean> {
  return (await platform.client.conversation(conversation).catch(() => undefined))?.status === 'closed';
}

it('goes on after a message that the database will never take', async () => {
  await platform.database.session(async (session) => {
    await session.query(`
      CREATE FUNCTION refuse_curse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF new.text = 'curse' THEN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation'; END IF;
        RETURN new;
      END $$;
      CREATE TRIGGER refuse_curse BEFORE INSERT ON inbound FOR EACH ROW EXECUTE FUNCTION refuse_curse()`);
  });
  const first = { agent: 'parrot', customer: { id: 'C-1' } };
  await signalWithStart('cursed', { messageId: 'm1', text: 'curse', ...first });
  await signalWithStart('cursed', { messageId: 'm2', text: 'Hello', ...first });
  await answered('cursed', 1);
  expect((await transcriptOf(platform, 'cursed')).map((row) => row.text)).toEqual(['Hello', 'answer 1']);
  expect(await audited('cursed')).toEqual(['internal']);
});

it('closes with a reason that the database cannot hold', async () => {
  await signalWithStart('odd-reason', { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } });
  await temporal(
    ...['workflow', 'signal', '--workflow-id', platform.workflowIdOf('odd-reason'), '--name', 'close'],
    ...['--input', JSON.stringify({ reason: 'sol\0ved' })],
  );
  await until('it is closed', () => isClosed('odd-reason'));
  expect((await platform.client.conversation('odd-reason')).closeReason).toBe('sol\ufffdved');
  await answered('odd-reason', 1);
});

it('refuses a tenant that does not exist', async () => {
  const message = { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } };
  await temporal('workflow', 'signal-with-start', '--workflow-id', 'conversation:nobody:c1', ...named(message));
  await until('the refusal is audited', async () => {
    const rows = await platform.database.query<{ detail: { code: string } }>(
      { name: 'test_audit_tenant', text: `SELECT detail FROM audit WHERE tenant = 'nobody'` },
      [],
    );
    return rows.some((row) => row.detail.code === 'unknown_tenant');
  });
});

it('believes no state that a starter hands in', async () => {
  const forged = JSON.stringify({ nudged: true, door: [], closing: 'forged' });
  await temporal(
    ...['workflow', 'start', '--workflow-id', platform.workflowIdOf('forged'), '--type', 'conversation'],
    ...['--task-queue', platform.taskQueue, '--input', forged],
  );
  const first = { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } };
  await platform.client.send('forged', first, { wait: 20_000 });
  await platform.client.send('forged', { messageId: 'm2', text: 'More' }, { wait: 20_000 });
  expect((await platform.client.conversation('forged')).status).toBe('open');
});

it('closes a conversation by signal, after answering what came before', async () => {
  const first = { messageId: 'm1', text: 'Hello', agent: 'parrot', customer: { id: 'C-1' } };
  await signalWithStart('closing', first);
  await temporal(
    ...['workflow', 'signal', '--workflow-id', platform.workflowIdOf('closing'), '--name', 'close'],
    ...['--input', '{"reason":"solved"}'],
  );
  await answered('closing', 1);
  await until('it is closed', () => isClosed('closing'));
  await signalWithStart('closing', { messageId: 'm2', text: 'One more thing' });
  await until('the late message is refused', async () => (await audited('closing')).includes('conversation_closed'));
});

function named(message: unknown): string[] {
  return [
    ...['--type', 'conversation', '--task-queue', platform.taskQueue],
    ...['--signal-name', 'customerMessage', '--signal-input', JSON.stringify(message)],
  ];
}

async function signalWithStart(conversation: string, message: unknown): Promise<void> {
  await temporal(
    'workflow',
    'signal-with-start',
    '--workflow-id',
    platform.workflowIdOf(conversation),
    ...named(message),
  );
}

async function temporal(...args: string[]): Promise<void> {
  await promisify(execFile)(inject('temporalBinary'), [...args, '--address', inject('temporalAddress')]);
}

async function answered(conversation: string, turns: number): Promise<void> {
  await until(`${turns} turns are answered`, async () => {
    const rows = await transcriptOf(platform, conversation);
    return rows.filter((row) => row.role === 'agent').length === turns;
  });
}

async function audited(conversation: string): Promise<string[]> {
  const rows = await platform.database.query<{ detail: { code: string } }>(
    { name: 'test_audit', text: 'SELECT detail FROM audit WHERE tenant = $1 AND subject = $2' },
    [platform.tenant, `conversation:${conversation}`],
  );
  // A workflow task that is lost is made again, and refuses again.
  return [...new Set(rows.map((row) => row.detail.code))];
}
