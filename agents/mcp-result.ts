/** What an MCP server answered, as the platform's answer. */
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { FailureError } from '../core/failure.ts';
import { safeMessage } from '../core/failure-message.ts';
import type { Json } from '../core/manifest.ts';
import type { ToolAnswer } from './define.ts';
import type { Check } from './json-schema.ts';

export interface Reading {
  /** The tool, as its server calls it. */
  readonly tool: string;
  /** Where it comes from, as failures say it. */
  readonly source: string;
  /** What the server promised about `structuredContent`; `undefined` where it promised nothing. */
  readonly checkOutput: Check | undefined;
  readonly onError: 'rejected' | 'failed';
  readonly confidence: number;
}

/** @throws FailureError `tool_error`, `invalid_tool_output` */
export function answerOf(result: CallToolResult, reading: Reading): ToolAnswer<Json> {
  const { tool, source, checkOutput, onError, confidence } = reading;
  const text = textOf(result.content);
  if (result.isError === true) {
    if (onError === 'rejected') return { rejected: sentenceOf(text) };
    throw new FailureError({ kind: 'tool_error', message: `${source}, ${tool}: ${safeMessage(text)}` });
  }
  const { structuredContent } = result;
  const wrong = checkOutput?.(structuredContent);
  if (wrong !== undefined) {
    const message = `${source}, ${tool}: returned what its output schema rejects. ${safeMessage(wrong)}`;
    throw new FailureError({ kind: 'invalid_tool_output', message });
  }
  // The text repeats what is structured.
  const data = structuredContent === undefined ? text : jsonOf(structuredContent);
  return { data, confidence };
}

const LONGEST_SENTENCE = 2_000;

/** A server's words where the platform wants a sentence. */
export function sentenceOf(text: string): string {
  return text.length > LONGEST_SENTENCE ? `${text.slice(0, LONGEST_SENTENCE)}…` : text;
}

/** What came over the wire, as JSON of our own that nothing else holds. */
export function jsonOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

/** Pictures and sounds are named and left out: a model that reads text would get pages of base64. */
function textOf(content: CallToolResult['content']): string {
  return content.map(partOf).join('\n');
}

function partOf(part: CallToolResult['content'][number]): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'image':
    case 'audio':
      return `[${part.type} left out: ${part.mimeType}]`;
    case 'resource_link':
      return `[${part.name}: ${part.uri}]`;
    case 'resource':
      return 'text' in part.resource ? part.resource.text : `[left out: ${part.resource.uri}]`;
  }
}
