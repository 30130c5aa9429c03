/** One attempt at a tool call: parse, authorise, run, all within the tool's time. */
import type { Tool, ToolCallContext } from '../agents/define.ts';
import type { ToolCallInput } from '../core/activities.ts';
import type { Customer } from '../core/conversation.ts';
import { FailureError } from '../core/failure.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import { type ToolResult, textForModel } from '../core/tool-result.ts';
import type { Queryable } from '../db/database.ts';
import { intendEffect } from '../db/tool-calls.ts';
import { type Attempt, HeldElsewhere } from './attempt.ts';
import type { BegunChanges, Change } from './begun-changes.ts';
import { classify } from './failure.ts';
import type { Settled } from './settled-within.ts';
import { withinTime } from './within-time.ts';

/** More than this is no answer to a question; the model would see a fraction of it anyway. */
const LARGEST_RESULT = 8 * 1024 * 1024;

export interface Call {
  readonly input: ToolCallInput;
  readonly attempt: Attempt;
  /** `undefined` where this process's code does not have it. */
  readonly tool: Tool | undefined;
  readonly request: RequestedToolCall;
  readonly customer: Customer;
  readonly idempotencyKey: string;
  /** What has begun of it. */
  readonly change: Change;
}

/** @throws FailureError, HeldElsewhere where the call has ended in another process, or whatever the tool throws */
export async function runTool(database: Queryable, changes: BegunChanges, call: Call): Promise<ToolResult> {
  const { attempt, tool, request, customer, idempotencyKey, change } = call;
  if (tool === undefined) {
    throw new FailureError({ kind: 'configuration', message: `no worker has the tool ${request.name}` });
  }
  const { name, sideEffect, timeoutMs, idempotent } = tool.manifest;

  // A change never runs beside itself: what an earlier attempt began here is waited for, as long as a run may take.
  const { run } = change;
  const earlier = run === undefined ? undefined : await withinTime(timeoutMs, attempt.signal, () => run);
  if (earlier?.kind === 'done') return earlier.value;
  if (earlier?.kind === 'failed' && idempotent !== true) throw earlier.error;

  if (attempt.exhausted !== undefined) throw new FailureError(attempt.exhausted);
  const parsed = parse(request.arguments);
  // async, so that a tool that throws before its first await is a failed call like any other
  const answer = async (context: ToolCallContext) => checkSize(await tool.call(parsed, context), name);
  return withinTime(timeoutMs, attempt.signal, (signal) => {
    const { tenant, id } = attempt.conversation;
    const context: ToolCallContext = { idempotencyKey, signal, tenant, conversationId: id, customer };
    if (!sideEffect) return answer(context);
    let began: () => void = () => undefined;
    const running = answer({
      ...context,
      async begins() {
        await intend(database, call);
        // Out of time or cancelled while the row was written: this attempt has ended without the tool.
        signal.throwIfAborted();
        began();
      },
    });
    began = () => {
      change.begun = true;
      change.run = settled(running);
      changes.hold(idempotencyKey, change);
    };
    return running;
  });
}

/** Writes down that the change is about to be made. @throws FailureError `effect_unknown` where it must not be made again */
async function intend(database: Queryable, { attempt, tool, input, idempotencyKey, change }: Call): Promise<void> {
  const name = tool?.manifest.name ?? '';
  const times = await intendEffect(database, attempt.conversation, input, idempotencyKey, name).catch(
    (error: unknown) => {
      // Typed here, because a database that fails during a call would otherwise be taken for the tool's.
      throw new FailureError(classify(error), { cause: error });
    },
  );
  if (times === 0) throw new HeldElsewhere();
  change.begunBefore = times > 1;
  if (change.begunBefore && tool?.manifest.idempotent !== true) {
    throw new FailureError({ kind: 'effect_unknown', message: 'an earlier attempt began and was not seen to end' });
  }
}

function settled(result: Promise<ToolResult>): Promise<Settled<ToolResult>> {
  return result.then(
    (value) => ({ kind: 'done', value }),
    (error: unknown) => ({ kind: 'failed', error }),
  );
}

function parse(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw new FailureError({
      kind: 'invalid_model_output',
      message: 'The arguments are not valid JSON. Send one JSON object.',
    });
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
