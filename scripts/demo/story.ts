/** The demo's conversation, turn by turn. */
import { type Client, createClient, type Turn } from '../../client/index.ts';
import { inWords, type Recorded, recordedOf } from './history.ts';
import type { DemoModel } from './model.ts';
import { type Report, short, type TracedTurn, tellSteps } from './report.ts';
import type { DemoStack } from './stack.ts';

export interface StoryParts {
  readonly start: () => Promise<DemoStack>;
  readonly model: DemoModel;
  readonly report: Report;
}

const CONVERSATION = 'demo';
const WHO = { agent: 'support', customer: { id: 'C-1017' } };
const TURN_MS = 40_000;
/** After a second a call goes on as a durable activity; the crash comes after that, where most can go wrong. */
const KILL_AFTER_MS = 1_500;

export async function tellStory({ start, model, report }: StoryParts): Promise<void> {
  let stack = await start();
  let client = clientOf(stack);
  report.line(
    'stack',
    `ready after ${seconds(stack.readyMs)}: API, worker and database in pid ${stack.dev.pids.handback}`,
  );
  let before: Recorded = { runId: '', events: [] };

  async function tellTurn(turn: Turn, since: number): Promise<TracedTurn> {
    const { turns } = await client.trace(CONVERSATION, { after: turn.turn - 1, limit: 1 });
    const traced = turns[0];
    if (traced === undefined) throw new Error(`The ledger has no turn ${turn.turn}.`);
    tellSteps(report, traced);
    const now = await recordedOf(stack.dev.temporalAddress, CONVERSATION);
    report.line('workflow', inWords(now.events.slice(before.events.length)));
    report.line('reply', `${turn.outcome} after ${seconds(performance.now() - since)}: ${short(turn.reply)}`);
    before = now;
    return traced;
  }

  report.heading('Turn 1: the tracking service of the carrier fails twice');
  let began = performance.now();
  const first = await say(client, report, 'm-1', 'Where is my order O-1042?');
  const tracked = (await tellTurn(first, began)).steps[0]?.tools[0];
  report.check(
    'a failing tool is tried again, and the customer does not notice',
    first.outcome === 'replied' && tracked?.outcome === 'done' && tracked.attempts === 3,
    `${tracked?.attempts} attempts, then "${tracked?.outcome}"; the turn ${first.outcome}`,
  );

  report.heading('Turn 2: a change needs a yes');
  began = performance.now();
  await tellTurn(await say(client, report, 'm-2', 'Please cancel order O-1066, I changed my mind.'), began);

  report.heading('Turn 3: the order is cancelled, and before the customer hears of it everything is killed');
  const arrived = model.holdBack(3, 2);
  const accepted = await client.send(CONVERSATION, { messageId: 'm-3', text: 'Yes, please do.', ...WHO });
  report.line('customer', 'Yes, please do.');
  report.line('inbox', `accepted as number ${accepted.seq}: from here on it is not lost`);
  await arrived;
  await new Promise((resolve) => setTimeout(resolve, KILL_AFTER_MS));
  const { waiting } = await client.conversation(CONVERSATION);
  report.line(
    'crash',
    `kill -9 of pid ${stack.dev.pids.handback} while the model is being asked; ${waiting} message open`,
  );
  await stack.kill();
  const killed = performance.now();
  const dead = await fetch(stack.dev.apiUrl).then(
    () => false,
    () => true,
  );
  report.check('nothing is left running after the kill', dead, dead ? 'no process, no port' : 'the API still answers');

  stack = await start();
  client = clientOf(stack);
  const back = performance.now();
  report.line('restart', `ready again after ${seconds(stack.readyMs)}, in pid ${stack.dev.pids.handback}`);
  // The sender does not know what became of its message and simply sends it again, under the same id.
  const resent = await client.send(CONVERSATION, { messageId: 'm-3', text: 'Yes, please do.', ...WHO });
  report.line('inbox', `the same message once more: ${resent.duplicate ? 'known already' : 'TAKEN AS NEW'}`);
  const third = await client.send(
    CONVERSATION,
    { messageId: 'm-3', text: 'Yes, please do.', ...WHO },
    { wait: TURN_MS },
  );
  const run = before.runId;
  const traced = await tellTurn(third, killed);
  tellRecovery(report, traced, third, model.calls(3), { sameRun: before.runId === run, ms: performance.now() - back });

  report.heading('Turn 4: the world as it is now');
  began = performance.now();
  const fourth = await say(client, report, 'm-4', 'What is the status of order O-1066?');
  await tellTurn(fourth, began);
  report.check('the order is really cancelled', /cancelled/.test(fourth.reply), short(fourth.reply));
  const { messages } = await client.messages(CONVERSATION, { limit: 100 });
  const from = messages.map((entry) => (entry.kind === 'message' ? entry.from : '')).join(' ');
  const alternating = from === Array(4).fill('customer agent').join(' ');
  report.check('each message has one reply', alternating, `${messages.length} messages in the transcript`);
}

function tellRecovery(
  report: Report,
  traced: TracedTurn,
  turn: Turn,
  modelCalls: number,
  after: { readonly sameRun: boolean; readonly ms: number },
): void {
  const tools = traced.steps.flatMap((step) => step.tools);
  const once = tools.length === 1 && tools[0]?.outcome === 'done' && tools[0].attempts === 1;
  report.line('model', `its server saw ${modelCalls} requests for this turn: one was cut off by the crash`);
  report.check('the turn is finished after the restart', turn.outcome === 'replied', `${seconds(after.ms)} after it`);
  report.check('what was done is not done again', once, `cancel_order ran ${tools[0]?.attempts} time`);
  report.check('only the call in flight is repeated', modelCalls === 3, `${modelCalls} model requests instead of 2`);
  report.check('it is the same workflow run', after.sameRun, after.sameRun ? 'same run id' : 'another run id');
}

async function say(client: Client, report: Report, messageId: string, text: string): Promise<Turn> {
  report.line('customer', text);
  const began = performance.now();
  const accepted = await client.send(CONVERSATION, { messageId, text, ...WHO });
  report.line('inbox', `accepted as number ${accepted.seq} after ${Math.round(performance.now() - began)} ms`);
  return client.send(CONVERSATION, { messageId, text, ...WHO }, { wait: TURN_MS });
}

function clientOf({ dev }: DemoStack): Client {
  return createClient({ baseUrl: dev.apiUrl, key: dev.apiKey });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
