/** Calls that wait for a yes: asked about once, granted once, and only by what was said after the question. */
import { beforeEach, describe, expect, it } from 'vitest';
import { listApprovals } from '../../db/approvals.ts';
import { dropHeld, grantHeld, type Hold, heldInTurn, type Needs, settledFor } from '../../db/held-calls.ts';
import { openTurn } from '../../db/opening.ts';
import { journalToolResult } from '../../db/tool-calls.ts';
import { closeWithoutReply } from '../../db/turns.ts';
import { embeddedDatabase } from '../support/embedded.ts';

const database = embeddedDatabase();
let conversation = { tenant: 'acme', id: 'h-0' };
let made = 0;

beforeEach(async () => {
  conversation = { tenant: 'acme', id: `h-${++made}` };
  await run(`INSERT INTO conversations (tenant, id, agent, customer) VALUES ('acme', $1, 'a', '{"id":"C-1"}')`, [
    conversation.id,
  ]);
});

async function run<R>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
  return database.query<R>({ name: `test ${text}`, text }, values);
}

async function say(seq: number): Promise<void> {
  await run(
    `INSERT INTO inbound (tenant, conversation, message_id, seq, text, via) VALUES ('acme', $1, $2, $3, 'Hello', 'api')`,
    [conversation.id, `m${seq}`, seq],
  );
}
const open = (turn: number, step = 1) =>
  openTurn(database, conversation, { turn, step, call: 0 }, 'me', { windowRows: 10, toolResultCharacters: 1_000 });

async function hold(turn: number, call: number, digest: string, needs: Needs = 'confirm', expiresInMs = 60_000) {
  const held: Hold = {
    ...{ needs, digest, expiresInMs, arguments: `{"n":"${digest}"}`, action: `Do ${digest}` },
    ...{ rule: 'asks', reason: 'because' },
  };
  await journalToolResult(database, conversation, {
    ...{ turn, step: 1, call, tool: 'do', toolCallId: `c${call}`, text: 'waits', confidence: 1, revision: 'r' },
    outcome: needs === 'confirm' ? 'unconfirmed' : 'unapproved',
    ...{ attempts: 1, ms: 1, sideEffect: true, hold: held },
  });
}
const ask = (turn: number) =>
  closeWithoutReply(database, conversation, { turn, outcome: 'asked', customerHears: 'Shall I?', language: 'de' });
const askedFor = (digest: string) => ({ tool: 'do', arguments: `{"n":"${digest}"}`, digest });
/** The customer was asked about these calls in turn 1, and has written the message of turn 2. */
async function askAbout(...digests: readonly string[]): Promise<void> {
  await say(1);
  await open(1);
  for (const [index, digest] of digests.entries()) await hold(1, index + 1, digest);
  await ask(1);
  await say(2);
  await open(2);
}
const actions = async (turn: number) =>
  (await heldInTurn(database, conversation, turn))?.held.map(({ action }) => action);

describe('a call that needs the customer’s yes', () => {
  it('is what the next message finds waiting, and a message that came before the question does not', async () => {
    await say(1);
    await open(1);
    await hold(1, 1, 'a');
    await hold(1, 2, 'b');
    expect(await actions(1)).toEqual(['Do a', 'Do b']);
    await say(2);
    await ask(1);
    expect((await open(2))?.waiting).toEqual([]);

    await hold(2, 1, 'a');
    await ask(2);
    await say(3);
    const opened = await open(3);
    expect(opened).toMatchObject({ waiting: [{ action: 'Do a', language: 'de' }], heldBefore: true });
    // And again, as after a crash.
    expect((await open(3))?.waiting).toEqual([{ action: 'Do a', language: 'de' }]);
  });

  it('that nobody was asked about is nothing to say yes to', async () => {
    await say(1);
    await open(1);
    await hold(1, 1, 'a');
    const failure = { kind: 'guardrail', message: 'stopped' } as const;
    await closeWithoutReply(database, conversation, { turn: 1, outcome: 'refused', customerHears: 'No.', failure });
    await say(2);
    expect((await open(2))?.waiting).toEqual([]);
    expect(await grantHeld(database, conversation, 2, 'r')).toBe(false);
  });

  it('is granted once, as the first step of the turn, at its own place and with its own digest', async () => {
    await askAbout('a', 'b');
    const granted = await Promise.all([1, 2, 3].map(() => grantHeld(database, conversation, 2, 'r')));
    expect(granted.filter(Boolean)).toHaveLength(1);
    const step = (await open(2))?.rows.find((row) => row.turn === 2 && row.role === 'agent');
    expect(step).toMatchObject({
      step: 1,
      toolCalls: [{ name: 'do', arguments: '{"n":"a"}' }, { arguments: '{"n":"b"}' }],
    });
    const settled = (call: number, digest: string, turn = 2) =>
      settledFor(database, conversation, { turn, step: 1, call }, askedFor(digest));
    expect(await settled(1, 'a')).toEqual({ granted: 'confirm', declined: undefined });
    expect(await settled(2, 'a')).toEqual({ granted: undefined, declined: undefined });
    expect(await settled(1, 'b')).toEqual({ granted: undefined, declined: undefined });
    expect(await settled(1, 'a', 3)).toEqual({ granted: undefined, declined: undefined });
  });

  it('is not granted under another revision of the rules', async () => {
    await askAbout('a');
    expect(await grantHeld(database, conversation, 2, 'newer')).toBe(false);
    await dropHeld(database, conversation, 2, 'lapsed');
    expect(await grantHeld(database, conversation, 2, 'r')).toBe(false);
  });

  it('is declined for the turn that says no, and waits no longer', async () => {
    await askAbout('a');
    await dropHeld(database, conversation, 2, 'declined');
    expect(await settledFor(database, conversation, { turn: 2, step: 1, call: 1 }, askedFor('a'))).toEqual({
      granted: undefined,
      declined: 'confirm',
    });
    const opened = await open(2);
    expect(opened).toMatchObject({ waiting: [], heldBefore: false });
    // The model was told that a yes would run it.
    const told = opened?.rows.find((row) => row.turn === 1 && row.role === 'tool');
    expect(told?.text).toContain('said no');
  });

  it('waits a day and no longer', async () => {
    await say(1);
    await open(1);
    await hold(1, 1, 'a', 'confirm', 0);
    await ask(1);
    await say(2);
    expect((await open(2))?.waiting).toEqual([]);
  });
});

describe('a call that needs an operator’s yes', () => {
  const mine = async (status: 'pending' | 'lapsed') =>
    (await listApprovals(database, 'acme', { status, limit: 100 })).filter(
      (one) => one.conversation === conversation.id,
    );

  it('waits once however often it is asked for, and its turn has nothing to ask the customer', async () => {
    await say(1);
    await open(1);
    await hold(1, 1, 'a', 'approve');
    await hold(1, 2, 'a', 'approve');
    expect(await mine('pending')).toMatchObject([{ action: 'Do a', rule: 'asks', status: 'pending' }]);
    expect(await actions(1)).toEqual([]);
  });

  it('lapses when nobody decided in time, and can be asked for again', async () => {
    await say(1);
    await open(1);
    await hold(1, 1, 'a', 'approve', 0);
    expect(await mine('pending')).toEqual([]);
    expect(await mine('lapsed')).toMatchObject([{ status: 'lapsed' }]);
    await hold(1, 2, 'a', 'approve');
    expect(await mine('pending')).toHaveLength(1);
  });
});
