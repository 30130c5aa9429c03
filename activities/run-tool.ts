/** One attempt at a tool call: parse, authorise, run, all within the tool's time. */
import type { ToolCallContext } from '../agents/define.ts';
import { FailureError } from '../core/failure.ts';
import { type ToolResult, textForModel } from '../core/tool-result.ts';
import { beginChange } from './begin-change.ts';
import type { BegunChanges } from './begun-changes.ts';
import type { Call } from './call.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { parseArguments } from './parse-arguments.ts';
import type { Settled } from './settled-within.ts';
import { withinTime } from './within-time.ts';

/** More than this is no answer to a question; the model would see a fraction of it anyway. */
const LARGEST_RESULT = 8 * 1024 * 1024;

/** @throws FailureError, HeldElsewhere where the call has ended in another process, or whatever the tool throws */
export async function runTool(
  deps: Pick<ActivityDependencies, 'database' | 'crash'>,
  changes: BegunChanges,
  call: Call,
): Promise<ToolResult> {
  const { attempt, tool, request, customer, idempotencyKey, timeoutMs, change } = call;
  if (tool === undefined) {
    throw new FailureError({ kind: 'configuration', message: `no worker has the tool ${request.name}` });
  }
  const { name, sideEffect, idempotent } = tool.manifest;

  // A change never runs beside itself: what an earlier attempt began here is waited for, as long as a run may take.
  const { run } = change;
  const earlier = run === undefined ? undefined : await withinTime(timeoutMs, attempt.signal, () => run);
  if (earlier?.kind === 'done') return earlier.value;
  if (earlier?.kind === 'failed' && idempotent !== true && tool.reconcile === undefined) throw earlier.error;

  if (attempt.exhausted !== undefined) throw new FailureError(attempt.exhausted);
  const parsed = parseArguments(request.arguments);
  // async, so that a tool that throws before its first await is a failed call like any other
  const answer = async (context: ToolCallContext) => checkSize(await tool.call(parsed, context), name);
  return withinTime(timeoutMs, attempt.signal, (signal) => {
    const { tenant, id } = attempt.conversation;
    const context: ToolCallContext = { idempotencyKey, signal, tenant, conversationId: id, customer };
    if (!sideEffect) return answer(context);
    let began: () => void = () => undefined;
    const running = answer({
      ...context,
      async begins(key) {
        const answered = await beginChange(deps, call, key, signal);
        if (answered !== undefined) return answered;
        // Out of time or cancelled while the row was written: this attempt has ended without the tool.
        signal.throwIfAborted();
        began();
        return undefined;
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

/** @returns why the call would not run anyway. @throws FailureError, or whatever the tool's `authorize` throws */
export async function checkCall(call: Call): Promise<string | undefined> {
  const { attempt, tool, request, customer, idempotencyKey, timeoutMs } = call;
  if (tool?.check === undefined) return undefined;
  const parsed = parseArguments(request.arguments);
  const { tenant, id } = attempt.conversation;
  return withinTime(timeoutMs, attempt.signal, async (signal) =>
    tool.check?.(parsed, { idempotencyKey, signal, tenant, conversationId: id, customer }),
  );
}

function settled(result: Promise<ToolResult>): Promise<Settled<ToolResult>> {
  return result.then(
    (value) => ({ kind: 'done', value }),
    (error: unknown) => ({ kind: 'failed', error }),
  );
}

function checkSize(result: ToolResult, tool: string): ToolResult {
  const size = textForModel(result.data).length;
  if (size <= LARGEST_RESULT) return result;
  throw new FailureError({
    kind: 'invalid_tool_output',
    message: `${tool} returned ${size} characters; at most ${LARGEST_RESULT} are kept. Return less, e.g. a page.`,
  });
}
