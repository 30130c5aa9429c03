/** What the customer hears who asks for something the agent is not there for; with the real sentence encoder. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { defineAgent } from '../../agents/define.ts';
import type { Embedder } from '../../guardrails/embedding/embedder.ts';
import { findEmbeddingModel } from '../../services/fetch.ts';
import { reply } from '../../stand-in/steps.ts';
import { lazyEmbedder } from '../../workers/scopes.ts';
import { buildHandback, handback, type Running, startHandback } from '../support/handback.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { shopScope } from '../support/shop-scope.ts';

const DECLINED = 'I am sorry, that is outside what I can help with here. What I can help with: orders and returns.';
const ABGELEHNT = 'Es tut mir leid, dabei kann ich hier nicht helfen. Weiterhelfen kann ich bei: orders and returns.';
const ON_TOPIC = 'Has my parcel left the warehouse?';
const OFF_TOPIC = 'Write me a poem about the sea and the wind';

const shop = defineAgent({
  id: 'shop',
  model: 'talker',
  instructions: 'Help with orders.',
  tools: [],
  guardrails: { scope: shopScope },
  escalation: { say: 'A colleague will write to you.' },
});

const real = lazyEmbedder(() => findEmbeddingModel({ env: process.env, onProgress: console.error }));
let broken = false;
/** The real one, until it is broken. */
const embedder: Embedder = {
  embed: async (texts) => {
    if (broken) throw new Error('the encoder is broken');
    return (await real.open()).embed(texts);
  },
  close: real.close,
};

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    agents: () => [shop],
    embedder: async () => embedder,
    standIn: { record: 'messages' },
  });
  await platform.startWorker();
}, 300_000);
afterAll(async () => {
  await platform.stop();
  await embedder.close();
});

const script = (conversation: string, ...texts: string[]) =>
  platform.standIn.script(
    platform.nameOf(conversation),
    texts.map((text) => reply(text)),
  );
const send = (conversation: string, text: string) =>
  platform.client.send(conversation, { text, agent: 'shop', customer: { id: 'C-1' } }, { wait: 30_000 });
const asked = (conversation: string) => platform.standIn.calls.count(platform.nameOf(conversation));
const verdictsOf = async (conversation: string) =>
  (await platform.client.trace(conversation)).turns.map(({ steps }) =>
    steps.flatMap(({ verdicts }) => (verdicts ?? []).filter(({ guardrail }) => guardrail === 'scope')),
  );
const LOOKED_AT = { guardrail: 'scope', stage: 'scope', score: expect.any(Number), reason: expect.any(String) };

describe('a message', () => {
  it('about what the agent is there for is answered, and the ledger has what was found', async () => {
    script('on-topic', 'It left on Tuesday.');
    expect(await send('on-topic', ON_TOPIC)).toMatchObject({ outcome: 'replied', reply: 'It left on Tuesday.' });
    expect(await verdictsOf('on-topic')).toEqual([[{ ...LOOKED_AT, verdict: 'pass' }]]);
  });

  it('about something else is declined with what the agent is there for: no apology, no person, no model', async () => {
    const turn = await send('off-topic', OFF_TOPIC);
    expect(turn).toMatchObject({ outcome: 'refused', reply: DECLINED, failure: null });
    expect(turn.escalationId).toBeUndefined();
    expect(asked('off-topic')).toBe(0);
    expect(await verdictsOf('off-topic')).toEqual([[{ ...LOOKED_AT, verdict: 'block' }]]);
    expect((await platform.client.escalations({})).escalations).toEqual([]);
  });

  it('in German is declined in German, and so is a short one after it', async () => {
    script('deutsch', 'Es ist unterwegs.');
    expect(await send('deutsch', 'Wann kommt mein Paket endlich bei mir an?')).toMatchObject({ outcome: 'replied' });
    expect((await send('deutsch', 'Erkläre mir bitte die Relativitätstheorie von Einstein')).reply).toBe(ABGELEHNT);
    expect((await send('deutsch', 'Oder Pizza mit extra Salami, Ananas?')).reply).toBe(ABGELEHNT);
    expect(asked('deutsch')).toBe(1);
  });

  it('of a few words is a follow-up inside a conversation and declined as the first', async () => {
    script('follow-up', 'It left on Tuesday.', 'That one too.');
    expect(await send('follow-up', 'and the blue one?')).toMatchObject({ outcome: 'refused' });
    await send('follow-up', ON_TOPIC);
    expect(await send('follow-up', 'and the blue one?')).toMatchObject({ outcome: 'replied', reply: 'That one too.' });
    expect((await verdictsOf('follow-up')).at(-1)).toMatchObject([{ verdict: 'pass', stage: 'dialogue' }]);
  });

  it('that was declined stays in the conversation: the model may see it later', async () => {
    script('later', 'It left on Tuesday.');
    await send('later', OFF_TOPIC);
    expect(await send('later', ON_TOPIC)).toMatchObject({ outcome: 'replied' });
    const prompt = JSON.stringify(platform.standIn.calls.list.at(-1)?.messages);
    expect(prompt).toContain(OFF_TOPIC);
    expect(prompt).toContain(DECLINED);
  });

  it('is not let through where the encoder fails: a person has to look', async () => {
    broken = true;
    try {
      const turn = await send('broken', ON_TOPIC);
      expect(turn).toMatchObject({
        outcome: 'escalated',
        failure: 'guardrail',
        reply: 'A colleague will write to you.',
      });
      expect(asked('broken')).toBe(0);
    } finally {
      broken = false;
    }
  });
});

describe('a worker of its own', () => {
  let settings: Record<string, string>;
  let crashes: string;
  const started: Running[] = [];
  beforeAll(async () => {
    await buildHandback();
    await platform.stopWorkers();
    const authoring = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href;
    const agents = join(inject('runDir'), `${platform.schema}-agents.mjs`);
    const spec = JSON.stringify({ id: 'shop', guardrails: { scope: shopScope } });
    await writeFile(
      agents,
      `import { defineAgent } from '${authoring}';
       export default [defineAgent({ model: 'talker', instructions: 'Help.', tools: [], ...${spec} })];`,
    );
    crashes = join(inject('runDir'), `${platform.schema}-crashes`);
    await mkdir(crashes);
    settings = {
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      DATABASE_URL: inject('databaseUrl'),
      HANDBACK_SCHEMA: platform.schema,
      HANDBACK_TASK_QUEUE: platform.taskQueue,
      HANDBACK_AGENTS: agents,
      OPENAI_BASE_URL: platform.standIn.url,
      OPENAI_API_KEY: 'test',
      CRASH_AT: crashes,
    };
  }, 300_000);
  afterAll(() => {
    for (const { process: child } of started) child.kill('SIGKILL');
  });

  function start(): Running {
    const running = startHandback(['worker'], settings);
    started.push(running);
    return running;
  }

  it('does not start without the encoder, and says the command that fetches it', async () => {
    const ran = await handback(['worker'], { ...settings, HANDBACK_EMBEDDING_MODEL: '/nowhere' });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('guardrails.scope of "shop" needs the sentence encoder: run `handback models fetch`');
    expect(ran.stderr).toContain('there is no /nowhere/model.onnx');
  });

  it('that is killed before and after it declined has declined once', async () => {
    const conversation = 'killed';
    const points = ['after_claim', 'after_reply_row'];
    for (const point of points) await writeFile(join(crashes, `${platform.tenant}.${conversation}.1.${point}`), '');
    const turn = platform.client.send(
      conversation,
      { text: OFF_TOPIC, agent: 'shop', customer: { id: 'C-1' } },
      { wait: 60_000 },
    );
    for (const _ of points) await start().exited;
    expect(await readdir(crashes)).toEqual([]);
    const goesOn = start();
    expect(await turn).toMatchObject({ outcome: 'refused', reply: DECLINED });
    const { turns } = await platform.client.trace(conversation);
    expect(turns.map(({ steps }) => steps.map(({ text }) => text))).toEqual([[DECLINED]]);
    script(conversation, 'It left on Tuesday.');
    expect(await send(conversation, ON_TOPIC)).toMatchObject({ outcome: 'replied' });
    goesOn.process.kill('SIGTERM');
    await goesOn.exited;
  }, 120_000);
});
