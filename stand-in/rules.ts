/** Rules: how the stand-in answers where nothing is scripted. These fit any agent; an agent may bring its own. */
import { unmarked } from '../core/tool-data.ts';
import {
  callTools,
  reply,
  type StandInMessage,
  type StandInStep,
  type StandInTool,
  type StandInToolCall,
} from './steps.ts';

/** The conversation so far (the system message and the customer's last one included) and the tools on offer, to a step. */
export type Rules = (messages: readonly StandInMessage[], tools: readonly StandInTool[]) => StandInStep;

const WHO = 'I am a rule-based stand-in, not a language model.';

/** The text of a message, also where it comes in parts. */
export function textOf(message: StandInMessage | undefined): string {
  const content = message?.content;
  if (typeof content === 'string') return content;
  return content?.map((part) => part.text ?? '').join('') ?? '';
}

export interface StandInToolResult {
  readonly name: string;
  readonly text: string;
}

/** The results, without their marking, of the tool calls that the last assistant message asked for; empty when a customer spoke last. */
export function latestToolResults(messages: readonly StandInMessage[]): StandInToolResult[] {
  const asked = messages.findLastIndex((message) => message.role === 'assistant');
  const calls = messages[asked]?.tool_calls ?? [];
  const after = messages.slice(asked + 1);
  if (after.length === 0 || after.some((message) => message.role !== 'tool')) return [];
  return after.map((message) => ({
    name: calls.find((call) => call.id === message.tool_call_id)?.function.name ?? 'The tool',
    text: unmarked(textOf(message)),
  }));
}

/**
 * Says what it is, and calls a tool when the customer's message names it: `/lookup_order {"orderId":"O-1001"}`. Several such
 * lines make several calls in parallel. What the tools answer it repeats in plain words.
 */
export const genericRules: Rules = (messages, tools) => {
  const results = latestToolResults(messages);
  if (results.length > 0)
    return reply(results.map(({ name, text }) => `${name} answered: ${inWords(text)}`).join('\n'));
  const last = messages.at(-1);
  const said = last?.role === 'user' ? textOf(last) : '';
  const commands = said.split('\n').flatMap((line) => commandIn(line) ?? []);
  const unknown = commands.find(({ name }) => !tools.some((tool) => tool.function.name === name));
  if (unknown !== undefined) return reply(`There is no tool called ${unknown.name}. ${howTo(tools)}`);
  if (commands.length > 0) return callTools(commands);
  return reply(`Hello! ${WHO} ${howTo(tools)}`);
};

/** Arguments go on as they were written, broken or not: that too is something to try. */
function commandIn(line: string): StandInToolCall | undefined {
  const [, name, text] = /^\s*\/([a-zA-Z0-9_-]+)\s*(.*)$/.exec(line) ?? [];
  return name === undefined ? undefined : { name, arguments: text?.trim() || '{}' };
}

function howTo(tools: readonly StandInTool[]): string {
  const [first] = tools;
  if (first === undefined) return 'This agent has no tools, so this is all I can do.';
  const names = tools.map((tool) => `/${tool.function.name}`).join(', ');
  return `To try a tool, write its name and arguments, for example ${example(first)}. There are: ${names}.`;
}

function example({ function: { name, parameters } }: StandInTool): string {
  const required: unknown = parameters?.['required'];
  const fields = Array.isArray(required) ? required.filter((field) => typeof field === 'string') : [];
  return `/${name} ${JSON.stringify(Object.fromEntries(fields.map((field) => [field, '…'])))}`;
}

const LONGEST = 1_500;

/** JSON as a list of "name: value"; any other text as it is. */
function inWords(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  const words = listed(value);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}… (and more)` : words;
}

function listed(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(listed).join('; ');
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  const entries = Object.entries(value);
  return entries.length === 0 ? 'nothing' : entries.map(([key, inner]) => `${key}: ${nested(inner)}`).join(', ');
}

function nested(value: unknown): string {
  return typeof value === 'object' && value !== null ? `(${listed(value)})` : listed(value);
}
