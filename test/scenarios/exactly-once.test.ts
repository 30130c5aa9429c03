/** Whatever is sent twice, late or at once is answered once, in order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptMessage } from '../../db/inbox.ts';
import { parrot } from '../support/agents.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf as transcript } from '../support/transcript.ts';

const FIRST = { agent: 'parrot', customer: { id: 'C-1' } };

describe('a message', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({
      agents: () => [parrot],
      standIn: { answer: ({ body }) => ({ kind: 'reply', text: `You said: ${lastText(body.messages)}` }) },
    });
    await platform.startWorker();
  });
  afterAll(() => platform.stop());

  it('answers 50 messages sent at once to one conversation, all of them, in the order they were accepted', async () => {
    const sent = Array.from({ length: 50 }, (_, n) => `message ${n}`);
    const turns = await Promise.all(
      sent.map((text, n) => platform.client.send('busy', { text, messageId: `m${n}`, ...FIRST }, { wait: 50_000 })),
    );
    expect(turns.map((turn) => turn.reply)).toEqual(sent.map((text) => `You said: ${text}`));
    expect(turns.map((turn) => turn.seq).sort((a, b) => a - b)).toEqual(sent.map((_, n) => n + 1));

    const said = await transcript(platform, 'busy');
    const order = turns.toSorted((a, b) => a.seq - b.seq).map((turn) => turn.reply);
    expect(said.filter((row) => row.role === 'agent').map((row) => row.text)).toEqual(order);
    expect(said.map((row) => row.turn)).toEqual([...said.map((row) => row.turn)].sort((a, b) => a - b));
  });

  it('answers a message once, however often and however concurrently it is sent', async () => {
    const sends = Array.from({ length: 40 }, (_, n) =>
      platform.client.send('doubled', { text: `number ${n % 8}`, messageId: `m${n % 8}`, ...FIRST }, { wait: 50_000 }),
    );
    const turns = await Promise.all(sends);
    for (const [n, turn] of turns.entries()) expect(turn.reply).toBe(`You said: number ${n % 8}`);
    const said = await transcript(platform, 'doubled');
    expect(said.filter((row) => row.role === 'customer')).toHaveLength(8);
    expect(said.filter((row) => row.role === 'agent')).toHaveLength(8);
  });

  it('gives concurrent messages of a conversation distinct, gapless numbers', async () => {
    const conversation = { tenant: platform.tenant, id: 'numbered' };
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        acceptMessage(
          platform.database,
          conversation,
          { messageId: `n${n % 20}`, text: `t${n % 20}`, ...FIRST },
          'api',
        ),
      ),
    );
    const accepted = results.filter((one) => one.kind === 'accepted');
    expect(accepted).toHaveLength(60);
    expect(accepted.filter((one) => !one.duplicate)).toHaveLength(20);
    expect(new Set(accepted.map((one) => one.seq)).size).toBe(20);
  });

  it('refuses the same id with another text and keeps the first', async () => {
    const conversation = { tenant: platform.tenant, id: 'reused' };
    const first = { messageId: 'm', text: 'first', ...FIRST };
    const [one, other] = await Promise.all([
      acceptMessage(platform.database, conversation, first, 'api'),
      acceptMessage(platform.database, conversation, { ...first, text: 'other' }, 'api'),
    ]);
    expect([one.kind, other.kind].sort()).toEqual(['accepted', 'message_id_reused']);
  });
});

function lastText(messages: readonly { readonly content?: unknown }[]): string {
  const content = messages.at(-1)?.content;
  return typeof content === 'string' ? content : '';
}
