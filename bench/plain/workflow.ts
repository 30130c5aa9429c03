/**
 * What this project is compared with: a conversation as one writes it on Temporal without further thought. One update a
 * message, the transcript in the workflow, every step a regular activity.
 */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { messageUpdate, type PlainActivities, type PlainMessage } from './messages.ts';

const { callModel, callTool, remember } = proxyActivities<PlainActivities>({ startToCloseTimeout: '10 seconds' });

export async function plainConversation(transcript: PlainMessage[] = [], turn = 0): Promise<void> {
  const inbox: { text: string; reply?: string }[] = [];

  setHandler(messageUpdate, async (text) => {
    const message: { text: string; reply?: string } = { text };
    inbox.push(message);
    await condition(() => message.reply !== undefined);
    return message.reply ?? '';
  });

  for (;;) {
    await condition(() => inbox.length > 0 || mayRenew());
    const message = inbox[0];
    if (message === undefined) break;
    turn += 1;
    message.reply = await takeTurn(transcript, turn, message.text);
    inbox.shift();
  }
  await continueAsNew<typeof plainConversation>(transcript, turn);
}

async function takeTurn(transcript: PlainMessage[], turn: number, text: string): Promise<string> {
  transcript.push({ role: 'user', content: text });
  for (;;) {
    const answer = await callModel(transcript);
    transcript.push(answer);
    for (const call of answer.tool_calls ?? []) {
      transcript.push({ role: 'tool', tool_call_id: call.id, content: await callTool(call) });
    }
    if (answer.tool_calls !== undefined) continue;
    await remember(turn, text, answer.content ?? '');
    return answer.content ?? '';
  }
}

function mayRenew(): boolean {
  return workflowInfo().continueAsNewSuggested && allHandlersFinished();
}
