import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { acceptMessage } from '../../db/inbox.ts';
import { conversationsOn } from '../../engine/conversations.ts';
import { callTools, reply } from '../../stand-in/steps.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

const echo = defineTool({
  name: 'echo', description: 'Says it again.', permission: 'allow', sideEffect: false,
  input: z.object({ text: z.string() }), output: z.string(),
  async run({ text }) { return { data: text, confidence: 0.9 }; },
});
const agent = defineAgent({ id: 'parrot', model: 'm', instructions: 'Repeat.', tools: [echo] });
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [agent], worker: {maxCachedWorkflows: 100}  });
  await platform.startWorker();
});
afterAll(() => platform.stop());

it('answers', async () => {
  const ref = { tenant: platform.tenant, id: 'c1' };
  const conv = conversationsOn(platform.temporal, platform.taskQueue);
  for (let i = 1; i <= 5; i++) {
    platform.standIn.script(platform.nameOf('c1'), [callTools([{ name: 'echo', arguments: { text: 'x' } }]), reply('You said x.')]);
    const t = Date.now();
    console.log(await acceptMessage(platform.database, ref, { messageId: `m${i}`, text: 'hi', agent: 'parrot', customer: { id: 'C-1' } }, 'api'));
    await conv.nudge(ref);
    while ((await platform.database.query({ name: 'y', text: 'select 1 from turns where turn=$1' }, [i])).length === 0) await new Promise(r => setTimeout(r, 2));
    console.log(Date.now() - t);
  }
  const h = await platform.temporal.workflow.getHandle(platform.workflowIdOf('c1')).fetchHistory();
  console.log(h.events?.map((e) => `${e.eventId} ${e.eventType} ${JSON.stringify(e).length} ${e.markerRecordedEventAttributes ? JSON.stringify(Object.fromEntries(Object.entries(e.markerRecordedEventAttributes.details ?? {}).map(([k, v]) => [k, v.payloads?.map(p => Buffer.from(p.data ?? []).toString())]))) : ''}`).join('\n'));
});
