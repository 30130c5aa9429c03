/**
 * One tool call: parse, authorise, run, keep the result. However it ends, it ends as a row that the model reads; what is
 * thrown is only what another attempt may mend.
 */
import type { Tool, ToolContext } from '../agents/define.ts';
import type { ToolCallInput, ToolCallResult } from '../core/activities.ts';
import type { Customer } from '../core/conversation.ts';
import { type Failure, FailureError, mayRetry } from '../core/failure.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import { type ToolResult, textForModel } from '../core/tool-result.ts';
import { findAskedCall, intendEffect, journalToolResult } from '../db/tool-calls.ts';
import { type Attempt, conversationName, HeldElsewhere } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classifyToolError } from './failure.ts';
import type { TurnMemory } from './turn-memory.ts';
import { withinTime } from './within-time.ts';

/** More than this is no answer to a question; the model would see a fraction of it anyway. */
const LARGEST_RESULT = 8 * 1024 * 1024;

interface Ended extends ToolResult {
  readonly failure?: Failure;
}

export function callTool(deps: ActivityDependencies, memory: TurnMemory) {
  return async (input: ToolCallInput, attempt: Attempt): Promise<ToolCallResult> => {
    const asked = await look(input, attempt);
    if (asked.outcome !== undefined) return { outcome: asked.outcome };

    const tool = deps.agents.get(input.agent)?.tools.get(asked.request.name);
    const began = performance.now();
    const ended = await end(input, attempt, tool, asked.request, asked.customer);
    await keep(input, attempt, tool, asked.request, ended, performance.now() - began);
    return { outcome: ended.outcome };
  };

  async function look(input: ToolCallInput, attempt: Attempt) {
    const remembered = memory.recallCall(conversationName(attempt.conversation), input);
    if (remembered !== undefined) return { ...remembered, outcome: undefined };
    const found = await findAskedCall(deps.database, attempt.conversation, input, deps.holder);
    if (found === undefined) {
      throw new FailureError({ kind: 'internal', message: `step ${input.step} asked for no call ${input.call}` });
    }
    if (found.held && found.outcome === undefined) throw new HeldElsewhere();
    return found;
  }

  async function end(
    input: ToolCallInput,
    attempt: Attempt,
    tool: Tool | undefined,
    request: RequestedToolCall,
    customer: Customer,
  ): Promise<Ended> {
    if (input.denied !== undefined) return { outcome: 'denied', confidence: 1, data: input.denied };
    if (tool === undefined) return failed({ kind: 'configuration', message: `no worker has the tool ${request.name}` });
    if (attempt.exhausted !== undefined) return failed(attempt.exhausted, tool);
    const parsed = parse(request.arguments);
    if (parsed === undefined) {
      return failed({
        kind: 'invalid_model_output',
        message: 'The arguments are not valid JSON. Send one JSON object.',
      });
    }
    return run(input, attempt, tool, parsed.value, customer);
  }

  async function run(
    input: ToolCallInput,
    attempt: Attempt,
    tool: Tool,
    parsed: unknown,
    customer: Customer,
  ): Promise<Ended> {
    const { tenant, id } = attempt.conversation;
    const { name, sideEffect, timeoutMs } = tool.manifest;
    const idempotencyKey = `${tenant}/${id}/${input.turn}/${input.step}/${input.call}`;
    if (sideEffect) await intendEffect(deps.database, attempt.conversation, input, idempotencyKey, name);
    try {
      return checkSize(
        await withinTime(timeoutMs, attempt.signal, (signal) => {
          const context: ToolContext = { idempotencyKey, signal, tenant, conversationId: id, customer };
          return tool.call(parsed, context);
        }),
        name,
      );
    } catch (error) {
      if (attempt.signal.aborted) throw error;
      const failure = classifyToolError(error);
      if (mayRetry(failure.kind, attempt.number)) throw new FailureError(failure, { cause: error });
      return failed(failure, tool);
    }
  }

  async function keep(
    input: ToolCallInput,
    attempt: Attempt,
    tool: Tool | undefined,
    request: RequestedToolCall,
    ended: Ended,
    ms: number,
  ): Promise<void> {
    const text = textForModel(ended.data);
    const counts = await journalToolResult(deps.database, attempt.conversation, {
      turn: input.turn,
      step: input.step,
      call: input.call,
      tool: request.name,
      toolCallId: request.id,
      text,
      outcome: ended.outcome,
      confidence: ended.confidence,
      ...(ended.failure === undefined ? {} : { failure: ended.failure }),
      revision: input.revision,
      attempts: attempt.number,
      ms,
      sideEffect: tool?.manifest.sideEffect ?? false,
    });
    const name = conversationName(attempt.conversation);
    // Another process's result came first, or this one is longer than a prompt may show: the next step reads it anew.
    if (!counts || text.length > LONGEST_REMEMBERED) return memory.forget(name);
    const { turn, step, call } = input;
    memory.add(name, { turn, step, call, role: 'tool', text, toolCallId: request.id, cutOff: false });
  }
}

/** Below the smallest limit on what a prompt shows of a result, so that a remembered row is never cut off. */
const LONGEST_REMEMBERED = 8_000;

/** Kinds after which a call that changes something may all the same have happened. */
const AMBIGUOUS = new Set<Failure['kind']>(['network', 'timeout', 'upstream_degraded', 'tool_error', 'internal']);

function failed(failure: Failure, tool?: Tool): Ended {
  const mayHaveHappened = tool?.manifest.sideEffect === true && AMBIGUOUS.has(failure.kind);
  return mayHaveHappened
    ? { outcome: 'unknown', confidence: 0, data: UNKNOWN, failure }
    : { outcome: 'failed', confidence: 0, data: sentenceOf(failure), failure };
}

const UNKNOWN =
  'It is not known whether this happened. Do not do it again. Tell the customer that it has to be checked first.';

function sentenceOf(failure: Failure): string {
  switch (failure.kind) {
    case 'invalid_model_output':
      return failure.message;
    case 'configuration':
      return 'This tool is no longer available.';
    default:
      return 'This tool is not working right now. Nothing was changed.';
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: text.trim() === '' ? {} : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function checkSize(result: ToolResult, tool: string): ToolResult {
  const size = textForModel(result.data).length;
  if (size <= LARGEST_RESULT) return result;
  throw new FailureError({
    kind: 'invalid_tool_output',
    message: `${tool} returned ${size} characters; at most ${LARGEST_RESULT} are kept. Return less, e.g. a page.`,
  });
}
