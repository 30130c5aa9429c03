/** The plain conversation's activities: the same model, tool and database as Handback's. */
import { Context } from '@temporalio/activity';
import OpenAI from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { Pool } from 'pg';
import { agent, findOrder, INSTRUCTIONS } from '../agent.ts';
import type { PlainActivities, PlainMessage, PlainToolCall } from './messages.ts';

export const PLAIN_TABLE = `CREATE TABLE IF NOT EXISTS plain_memory (
  conversation text, turn integer, said text NOT NULL, replied text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (conversation, turn))`;

export function plainActivities(modelUrl: string, pool: Pool): PlainActivities {
  const client = new OpenAI({ baseURL: modelUrl, apiKey: 'stand-in', maxRetries: 0 });
  const tools = agent.manifest.tools.map(({ name, description, input }) => ({
    type: 'function' as const,
    function: { name, description, parameters: { ...input } },
  }));
  return {
    async callModel(transcript) {
      const completion = await client.chat.completions.create({
        model: 'stand-in',
        messages: [{ role: 'system', content: INSTRUCTIONS }, ...transcript.map(toOpenAI)],
        tools,
      });
      const message = completion.choices[0]?.message;
      const calls = message?.tool_calls?.flatMap((call) => (call.type === 'function' ? [callOf(call)] : [])) ?? [];
      const content = message?.content ?? null;
      return calls.length === 0 ? { role: 'assistant', content } : { role: 'assistant', content, tool_calls: calls };
    },
    async callTool(call) {
      const { orderId } = JSON.parse(call.function.arguments) as { orderId: string };
      return JSON.stringify(findOrder(orderId));
    },
    async remember(turn, said, replied) {
      const conversation = Context.current().info.workflowExecution?.workflowId;
      await pool.query(
        'INSERT INTO plain_memory (conversation, turn, said, replied) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [conversation, turn, said, replied],
      );
    },
  };
}

function callOf(call: { readonly id: string; readonly function: PlainToolCall['function'] }): PlainToolCall {
  const { name, arguments: args } = call.function;
  return { id: call.id, type: 'function', function: { name, arguments: args } };
}

function toOpenAI(message: PlainMessage): ChatCompletionMessageParam {
  if (message.role !== 'assistant') return message;
  const { content, tool_calls: calls } = message;
  return { role: 'assistant', content, ...(calls === undefined ? {} : { tool_calls: [...calls] }) };
}
