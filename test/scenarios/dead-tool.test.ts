/** How often a tool that is dead is called when everybody wants it at once, by one worker and by two. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { callTools, reply } from '../../stand-in/steps.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

/** Failures in a row that open a breaker over all workers. */
const THRESHOLD = 8;

/** By tool: each test has its own, so that none meets the breaker of another. */
const called = new Map<string, number>();

const tools = [1, 2].map((workers) =>
  defineTool({
    name: `dead_for_${workers}`,
    description: 'Never works.',
    permission: 'allow',
    sideEffect: false,
    input: z.object({}),
    output: z.string(),
    async run() {
      called.set(`dead_for_${workers}`, (called.get(`dead_for_${workers}`) ?? 0) + 1);
      throw new Error('out of order');
    },
  }),
);
const agent = defineAgent({ id: 'hopeful', model: 'test-model', instructions: 'Use tools.', tools });

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    agents: () => [agent],
    slowAfterMs: 300,
    // Many at once: replaying each from its beginning at every step is what other tests are for.
    worker: { maxCachedWorkflows: 100 },
  });
});
beforeEach(() => platform.stopWorkers());
afterAll(() => platform.stop());

/** How often one call was let through to find out whether it is back. On a slow machine that is soon enough. */
async function trialsOf(service: string): Promise<number> {
  const rows = await platform.database.query(
    {
      name: 'test_trials',
      text: `SELECT FROM audit WHERE action = 'breaker.changed' AND subject = $1 AND detail ->> 'to' = 'half_open'`,
    },
    [service],
  );
  return rows.length;
}

it.each([1, 2])(
  'fifty conversations of %i workers call it `threshold` times a worker, and once a trial',
  async (workers) => {
    const tool = `dead_for_${workers}`;
    // Each worker has breakers of its own; only what is in the database do they share.
    for (let n = 0; n < workers; n++) await platform.startWorker();
    const conversations = Array.from({ length: 50 }, (_, n) => `${workers}-${n}`);
    for (const conversation of conversations) {
      platform.standIn.script(platform.nameOf(conversation), [
        callTools([{ name: tool, arguments: {} }]),
        reply('Sorry.'),
      ]);
    }
    const first = { text: 'Hello', agent: 'hopeful', customer: { id: 'C-1' } };
    const turns = await Promise.all(
      conversations.map((conversation) => platform.client.send(conversation, first, { wait: 55_000 })),
    );
    expect(turns.map(({ outcome }) => outcome)).toEqual(conversations.map(() => 'replied'));
    const calls = called.get(tool) ?? 0;
    const trials = await trialsOf(`tool:hopeful/${tool}`);
    expect(calls).toBeGreaterThanOrEqual(THRESHOLD);
    expect(calls).toBeLessThanOrEqual(workers * THRESHOLD + trials);
  },
);
