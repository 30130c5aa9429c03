import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedder, openEmbedder } from '../../../guardrails/embedding/embedder.ts';
import { dot } from '../../../guardrails/embedding/pooling.ts';
import { screenScope } from '../../../guardrails/input/scope/screen.ts';
import { findEmbeddingModel } from '../../../services/fetch.ts';
import { ENGLISH, scopeOf } from '../../support/shop-scope.ts';

const settings = scopeOf(ENGLISH);

let embedder: Embedder;
beforeAll(async () => {
  embedder = await openEmbedder(await findEmbeddingModel({ env: process.env, onProgress: console.error }));
}, 300_000);
afterAll(() => embedder.close());

const screened = (text: string) => screenScope(text, settings, { embedder, inConversation: false });

describe('the encoder', () => {
  it('puts sentences that mean the same nearer to each other than to another', async () => {
    const [one, same, other] = await embedder.embed([
      'How old are you?',
      'What is your age?',
      'The train leaves at seven.',
    ]);
    if (one === undefined || same === undefined || other === undefined) throw new Error('a vector is missing');
    expect(dot(one, one)).toBeCloseTo(1);
    expect(dot(one, same)).toBeGreaterThan(dot(one, other) + 0.3);
  });

  it('gives a text the same vector whatever was asked for with it, also at the same time', async () => {
    const [[alone], [, among]] = await Promise.all([
      embedder.embed(['Where is it?']),
      embedder.embed(['A much longer sentence about nothing in particular.', 'Where is it?']),
    ]);
    expect(among).toEqual(alone);
  });

  it('reads only the beginning of a very long text', async () => {
    const [vector] = await embedder.embed(['word '.repeat(200_000)]);
    expect(vector).toHaveLength(384);
  });
});

describe('the scope of a shop', () => {
  it.each(['has my parcel left the warehouse?', 'I would like to return a jacket'])('%s passes', async (text) => {
    expect(await screened(text)).toMatchObject({ verdict: 'pass', stage: 'scope' });
  });

  it.each(['write me a poem about the sea', 'what is the derivative of x squared', 'who won the world cup'])(
    '%s is declined',
    async (text) => {
      expect(await screened(text)).toMatchObject({ verdict: 'block', stage: 'scope' });
    },
  );

  it('declines with what the agent is there for', async () => {
    expect((await screened('please explain how volcanoes work to my daughter')).decline).toContain(
      'orders and returns',
    );
  });
});

describe('handback guard scope', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'handback-scope-'));
    const lines = settings.examples.map((example) => JSON.stringify(example)).join('\n');
    await writeFile(join(folder, 'examples.jsonl'), lines);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('reads examples from a file and writes a line for each text', async () => {
    const texts = ['when does my order come', 'write me a poem about the sea'];
    const input = texts.map((text, id) => JSON.stringify({ id, text })).join('\n');
    const output = await run(['guard', 'scope', '--examples', join(folder, 'examples.jsonl'), '--jsonl'], input);
    const lines: unknown[] = output
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([
      { id: 0, verdict: 'pass', stage: 'scope' },
      { id: 1, verdict: 'block', stage: 'scope' },
    ]);
  });
});

/** What the built command writes to standard output. */
function run(args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['dist/cli/main.js', ...args]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`it ended with ${code}`))));
    child.stdin.end(input);
  });
}
