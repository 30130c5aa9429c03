/**
 * One tool call: run it, judge what came of it, keep that. However it ends, it ends as a row that the model reads; what is
 * thrown is only what another attempt may mend.
 */
import { CancelledFailure } from '@temporalio/common';
import type { ToolCallInput, ToolCallResult } from '../core/activities.ts';
import { type Failure, FailureError, mayRetry } from '../core/failure.ts';
import { isInDoubt, type ToolOutcome, type ToolResult, textForModel } from '../core/tool-result.ts';
import { findAskedCall, hasBegun, journalToolResult } from '../db/tool-calls.ts';
import { type Attempt, conversationName, HeldElsewhere } from './attempt.ts';
import { createBegunChanges } from './begun-changes.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classifyToolError } from './failure.ts';
import { type Call, runTool } from './run-tool.ts';
import type { TurnMemory } from './turn-memory.ts';

interface Ended extends ToolResult {
  readonly failure?: Failure;
}

/** What an attempt came to: something to keep, something to throw, or both where it was cancelled in the middle. */
type Came =
  | { readonly ended: Ended; readonly error?: undefined }
  | { readonly ended?: undefined; readonly error: unknown }
  | { readonly ended: Ended; readonly error: unknown };

export function callTool(deps: ActivityDependencies, memory: TurnMemory) {
  const changes = createBegunChanges();

  return async (input: ToolCallInput, attempt: Attempt): Promise<ToolCallResult> => {
    const asked = await look(input, attempt);
    if (asked.outcome !== undefined) return { outcome: asked.outcome };

    const { request, customer } = asked;
    const tool = deps.agents.get(input.agent)?.tools.get(request.name);
    const idempotencyKey = `${conversationName(attempt.conversation)}/${input.turn}/${input.step}/${input.call}`;
    const change = changes.find(idempotencyKey);
    const call: Call = { input, attempt, tool, request, customer, idempotencyKey, change };
    const began = performance.now();
    const came = await make(call);
    if (came.ended === undefined) throw came.error;
    await keep(call, came.ended, performance.now() - began);
    changes.release(idempotencyKey);
    if (came.error !== undefined) throw came.error;
    return { outcome: came.ended.outcome };
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

  async function make(call: Call): Promise<Came> {
    const { denied } = call.input;
    if (denied !== undefined) return { ended: { outcome: 'denied', confidence: 1, data: denied } };
    let result: ToolResult;
    try {
      result = await runTool(deps.database, changes, call);
    } catch (error) {
      return judge(call, error);
    }
    return { ended: (await inDoubt(call, result.outcome)) ? UNKNOWN : result };
  }

  async function judge(call: Call, error: unknown): Promise<Came> {
    const { attempt, tool } = call;
    if (error instanceof HeldElsewhere) {
      memory.forget(conversationName(attempt.conversation));
      return { error };
    }
    const failure = classifyToolError(error);
    const doubtful = await inDoubt(call, failure.kind === 'tool_rejected' ? 'rejected' : 'failed');
    const ended: Ended = doubtful
      ? { ...UNKNOWN, failure }
      : { outcome: 'failed', confidence: 0, data: sentenceOf(failure), failure };
    const repeatable = !doubtful || tool?.manifest.idempotent === true;
    if (attempt.signal.aborted) {
      // The next process goes on with what this one leaves; a cancelled run leaves nobody to tell what became of a change.
      return doubtful && !(repeatable && isShutdown(attempt.signal)) ? { ended, error } : { error };
    }
    if (repeatable && attempt.exhausted === undefined && mayRetry(failure.kind, attempt.number)) {
      return { error: new FailureError(failure, { cause: error }) };
    }
    return { ended };
  }

  async function inDoubt({ attempt, input, tool, change }: Call, outcome: ToolOutcome): Promise<boolean> {
    const mayChange = tool?.manifest.sideEffect !== false;
    if (mayChange && outcome !== 'done' && !change.begun) {
      // What never began here may have begun in a process that has died.
      change.begunBefore = await hasBegun(deps.database, attempt.conversation, input);
    }
    return isInDoubt({ ...change, idempotent: tool?.manifest.idempotent === true }, outcome);
  }

  async function keep(call: Call, ended: Ended, ms: number): Promise<void> {
    const { input, attempt, tool, request } = call;
    const { turn, step, call: index } = input;
    const text = textForModel(ended.data);
    const counts = await journalToolResult(deps.database, attempt.conversation, {
      turn,
      step,
      call: index,
      tool: request.name,
      toolCallId: request.id,
      text,
      outcome: ended.outcome,
      confidence: ended.confidence,
      ...(ended.failure === undefined ? {} : { failure: ended.failure }),
      revision: input.revision,
      attempts: attempt.number,
      ms,
      sideEffect: tool?.manifest.sideEffect !== false,
    });
    const name = conversationName(attempt.conversation);
    // Another process's result came first, or this one is longer than a prompt may show: the next step reads it anew.
    if (!counts || text.length > LONGEST_REMEMBERED) return memory.forget(name);
    memory.add(name, { turn, step, call: index, role: 'tool', text, toolCallId: request.id, cutOff: false });
  }
}

/** Below the smallest limit on what a prompt shows of a result, so that a remembered row is never cut off. */
const LONGEST_REMEMBERED = 8_000;

const UNKNOWN: Ended = {
  outcome: 'unknown',
  confidence: 0,
  data: 'It is not known whether this happened. Do not do it again. Tell the customer that it has to be checked first.',
};

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

/** The call goes on in another process; else it is cancelled for good. */
function isShutdown({ reason }: AbortSignal): boolean {
  return reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
}
