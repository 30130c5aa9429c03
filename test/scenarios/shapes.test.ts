/** One conversation of each shape. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parrot } from '../support/agents.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { callTools, reply } from '../../stand-in/steps.ts';

const FIRST = { agent: 'parrot', customer: { id: 'C-1' } };
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [parrot], slowAfterMs: 300 });
  await platform.startWorker();
});
afterAll(() => platform.stop());

it('one-tool', async () => {
  platform.standIn.script(platform.nameOf('one-tool'), [callTools([{ name: 'echo', arguments: { text: 'a' } },{ name: 'echo', arguments: { text: 'b' } }]), reply('Done.')]);
  const turn = await platform.client.send('one-tool', { text: 'Hello', messageId: 'm1', ...FIRST }, { wait: 20_000 });
  expect(turn.reply).toBe('Done.');
  platform.standIn.script(platform.nameOf('slow'), [reply('At last.', { delayMs: 800 })]);
  await platform.client.send('slow', { text: 'Hello', messageId: 'm1', ...FIRST }, { wait: 20_000 });
  await keepHistory(platform, 'one-tool');
  await keepHistory(platform, 'slow');
});
