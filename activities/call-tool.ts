/**
 * One tool call: run it, judge what came of it, keep that. However it ends, it ends as a row that the model reads; what is
 * thrown is only what another attempt may mend.
 */
import { CancelledFailure } from '@temporalio/common';
import type { ToolCallInput, ToolCallResult } from '../core/activities.ts';
import { backoffMs } from '../core/backoff.ts';
import { type Failure, FailureError, mayRetry } from '../core/failure.ts';
import { inTime } from '../core/recovery.ts';
import { isInDoubt, neverRan, type ToolOutcome, type ToolResult, textForModel } from '../core/tool-result.ts';
import type { Verdict } from '../core/verdict.ts';
import { digestOf } from '../db/digest.ts';
import { hasBegun } from '../db/effects.ts';
import type { Hold } from '../db/held-calls.ts';
import { type AskedCall, findAskedCall, journalToolResult } from '../db/tool-calls.ts';
import { type Attempt, conversationName, HeldElsewhere } from './attempt.ts';
import { type BegunChanges, createBegunChanges } from './begun-changes.ts';
import type { Call } from './call.ts';
import type { Calling } from './calling.ts';
import { clearUp, unknown } from './clear-up.ts';
import { classifyToolError } from './failure.ts';
import { heldBack } from './hold-call.ts';
import { permitCall } from './permit-call.ts';
import { alternativeOf, type Ended, endedBy, inPlaceOf, keepForLater, keptAnswer, stopped } from './recover-tool.ts';
import { checkCall, runTool } from './run-tool.ts';
import { screenResult } from './screen-input.ts';

/** What an attempt came to: something to keep, something to throw, or both where it was cancelled in the middle. */
type Came =
  /** `call`: the one that was made, where it is an alternative. */
  | { readonly ended: Ended; readonly error?: undefined; readonly call?: Call }
  | { readonly ended?: undefined; readonly error: unknown }
  | { readonly ended: Ended; readonly error: unknown; readonly call?: Call };

export function callTool(
  { deps, findManifest, memory, clock, breakers }: Calling,
  changes: BegunChanges = createBegunChanges(),
) {
  return async (input: ToolCallInput, attempt: Attempt): Promise<ToolCallResult> => {
    const asked = await look(input, attempt);
    if (isKept(asked)) return resultOf(asked);

    const { request, customer } = asked;
    const tools = deps.agents.get(input.agent)?.tools;
    const tool = tools?.get(request.name);
    const idempotencyKey = `${conversationName(attempt.conversation)}/${input.turn}/${input.step}/${input.call}`;
    const manifest = await findManifest(input.agent, input.revision);
    const { limits } = manifest;
    const leftMs = clock.leftMs(conversationName(attempt.conversation), input.turn, limits.turnMs);
    const timeoutMs = Math.min(tool?.manifest.timeoutMs ?? leftMs, leftMs);
    const change = changes.find(idempotencyKey);
    const call: Call = { input, attempt, manifest, tool, request, customer, idempotencyKey, timeoutMs, change };
    const began = performance.now();
    const came = await make(call, leftMs);
    if (came.ended === undefined) throw came.error;
    const { outcome, failure } = came.ended;
    if (input.open === true && outcome === 'failed' && failure !== undefined && came.error === undefined) {
      // `failed` says that it did not happen, and no run of it goes on: whatever may still happen is `unknown`. Should a
      // further rung make the same call, its intent row is there, and the tool is asked before it runs.
      changes.release((came.call ?? call).idempotencyKey);
      return { outcome, failure: inTime(failure, leftMs), open: { attempts: attempt.number } };
    }
    deps.crash?.('after_tool_answer', attempt.conversation, input.turn);
    const digest = await keep(came.call ?? call, came.ended, performance.now() - began);
    deps.crash?.('after_tool_row', attempt.conversation, input.turn);
    changes.release((came.call ?? call).idempotencyKey);
    if (came.error !== undefined) throw came.error;
    return { outcome, digest, ...(failure === undefined ? {} : { failure }) };
  };

  async function look(input: ToolCallInput, attempt: Attempt) {
    const remembered = memory.recallCall(conversationName(attempt.conversation), input);
    if (remembered !== undefined) return { ...remembered, outcome: undefined, failure: undefined, text: undefined };
    const found = await findAskedCall(deps.database, attempt.conversation, input, deps.holder);
    if (found === undefined) {
      throw new FailureError({ kind: 'internal', message: `step ${input.step} asked for no call ${input.call}` });
    }
    if (found.held && found.outcome === undefined) throw new HeldElsewhere();
    return found;
  }

  async function make(call: Call, leftMs: number): Promise<Came> {
    const { denied, recovery } = call.input;
    if (denied !== undefined) return deny(call, denied, leftMs);
    switch (recovery?.kind) {
      case undefined:
        return run(call, leftMs);
      case 'stop':
        return { ended: stopped(recovery) };
      case 'cached_result':
        return { ended: (await keptAnswer(deps.database, call)) ?? NO_ANSWER };
      case 'alternative_tool':
        return runAlternative(call, recovery.tool, leftMs);
    }
  }

  /** A call that was allowed once may have begun in a process that has died: then it is in doubt, whatever is decided now. */
  async function deny(call: Call, reason: string, leftMs: number, verdict?: Verdict): Promise<Came> {
    const verdicts = verdict === undefined ? {} : { verdicts: [verdict] };
    const ended: Ended = { outcome: 'denied', confidence: 1, data: reason, ...verdicts };
    return (await inDoubt(call, ended.outcome)) ? lookInto(call, ended, leftMs) : { ended };
  }

  async function runAlternative(call: Call, name: string, leftMs: number): Promise<Came> {
    try {
      const other = alternativeOf(call, deps.agents.get(call.input.agent)?.tools.get(name), name);
      const timeoutMs = Math.min(other.tool?.manifest.timeoutMs ?? leftMs, leftMs);
      const own = { ...other, timeoutMs, change: changes.find(other.idempotencyKey) };
      const came = await run(own, leftMs);
      const confidence = call.tool?.manifest.fallback?.alternative?.confidence ?? 1;
      return came.ended === undefined
        ? came
        : { ...came, ended: inPlaceOf(call.request.name, came.ended, confidence), call: own };
    } catch (error) {
      return judge(call, error, leftMs);
    }
  }

  async function run(call: Call, leftMs: number): Promise<Came> {
    const { attempt, input, request, idempotencyKey } = call;
    // Outside: our own database being away is not the tool's failure.
    const permit = await permitCall(deps.database, call.manifest, call, Date.now());
    if (permit?.denied !== undefined) return deny(call, permit.denied, leftMs, permit.verdict);
    if (permit?.hold !== undefined) return holdBack(call, permit.hold, leftMs, permit.verdict);
    let result: ToolResult;
    try {
      if (leftMs <= 0 && !call.change.begun) throw new FailureError(OUT_OF_TIME);
      const work = () => runTool(deps, changes, call);
      // An attempt that only writes down how the last one ended says nothing about the service.
      result =
        attempt.exhausted === undefined
          ? await breakers.guard({
              service: `tool:${input.agent}/${request.name}`,
              id: idempotencyKey,
              signal: attempt.signal,
              work,
              classify: classifyToolError,
            })
          : await work();
    } catch (error) {
      return judge(call, error, leftMs);
    }
    if (await inDoubt(call, result.outcome)) return lookInto(call, result, leftMs);
    return { ended: permit === undefined ? result : { ...result, verdicts: [permit.verdict] } };
  }

  /** Nobody is asked about a call that would not run with their yes either. */
  async function holdBack(call: Call, hold: Hold, leftMs: number, verdict: Verdict): Promise<Came> {
    try {
      const denied = await checkCall(call);
      if (denied !== undefined) return deny(call, denied, leftMs, verdict);
    } catch (error) {
      return judge(call, error, leftMs);
    }
    const ended: Ended = { ...heldBack(hold), verdicts: [verdict] };
    return (await inDoubt(call, ended.outcome)) ? lookInto(call, ended, leftMs) : { ended: { ...ended, hold } };
  }

  async function judge(call: Call, error: unknown, leftMs: number): Promise<Came> {
    const { attempt, tool } = call;
    if (error instanceof HeldElsewhere) {
      memory.forget(conversationName(attempt.conversation));
      return { error };
    }
    const failure = classifyToolError(error);
    const ended = endedBy(failure);
    const doubtful = await inDoubt(call, ended.outcome);
    const repeatable = !doubtful || tool?.manifest.idempotent === true || tool?.reconcile !== undefined;
    if (attempt.signal.aborted) {
      // The next process goes on with what this one leaves; a cancelled run leaves nobody to tell what became of a change.
      return doubtful && !(repeatable && isShutdown(attempt.signal)) ? { ended: unknown(ended), error } : { error };
    }
    if (repeatable && mayGoOn(attempt, failure, leftMs)) return { error: new FailureError(failure, { cause: error }) };
    if (!doubtful) return { ended };
    // The tool has been asked and could not say.
    return failure.kind === 'effect_unknown' ? { ended: unknown(ended) } : lookInto(call, ended, leftMs);
  }

  /** No attempt is left for a change in doubt; the look itself is repeated as often as what goes wrong with it deserves. */
  async function lookInto(call: Call, alone: Ended, leftMs: number): Promise<Came> {
    try {
      return { ended: await clearUp(call, alone) };
    } catch (error) {
      const { signal } = call.attempt;
      const failure = classifyToolError(error);
      if (signal.aborted) return isShutdown(signal) ? { error } : { ended: unknown(alone), error };
      if (mayGoOn(call.attempt, failure, leftMs)) return { error: new FailureError(failure, { cause: error }) };
      return { ended: unknown({ failure, ...alone }) };
    }
  }

  function mayGoOn({ number, exhausted }: Attempt, failure: Failure, leftMs: number): boolean {
    return exhausted === undefined && mayRetry(failure.kind, number) && backoffMs(failure, number) < leftMs;
  }

  async function inDoubt({ attempt, input, tool, request, change }: Call, outcome: ToolOutcome): Promise<boolean> {
    const mayChange = tool?.manifest.sideEffect !== false;
    if (mayChange && outcome !== 'done' && !change.begun) {
      // What never began here may have begun in a process that has died.
      change.begunBefore = await hasBegun(deps.database, attempt.conversation, input, request.name);
    }
    return isInDoubt({ ...change, idempotent: tool?.manifest.idempotent === true }, outcome);
  }

  /** @returns the digest of what the model reads */
  async function keep(call: Call, ended: Ended, ms: number): Promise<string> {
    const { input, attempt, tool, request } = call;
    const { turn, step, call: index } = input;
    const text = textForModel(ended.data);
    // What the platform says itself needs no look.
    const foreign = ended.outcome === 'done' || ended.outcome === 'rejected';
    const found = foreign
      ? screenResult(call.manifest, text.slice(0, call.manifest.limits.toolResultCharacters))
      : undefined;
    const shown = found?.shown ?? text;
    const verdicts = [...(ended.verdicts ?? []), ...(found === undefined ? [] : [found.verdict])];
    const kept = await journalToolResult(deps.database, attempt.conversation, {
      turn,
      step,
      call: index,
      tool: request.name,
      toolCallId: request.id,
      text,
      outcome: ended.outcome,
      confidence: ended.confidence,
      ...(ended.failure === undefined ? {} : { failure: ended.failure }),
      ...(ended.asOf === undefined ? {} : { asOf: ended.asOf }),
      ...(verdicts.length === 0 ? {} : { verdicts }),
      ...(found?.shown === undefined ? {} : { shown: found.shown }),
      ...(ended.hold === undefined ? {} : { hold: ended.hold }),
      revision: input.revision,
      attempts: input.recovery?.kind === 'stop' ? input.recovery.attempts : attempt.number,
      ms,
      sideEffect: tool?.manifest.sideEffect !== false,
    });
    if (kept?.inDoubt !== undefined) {
      const what = { ...attempt.conversation, tool: request.name, idempotencyKey: kept.inDoubt };
      deps.log.error(what, 'it is not known whether a change happened: somebody has to look');
    }
    const name = conversationName(attempt.conversation);
    if (ended.outcome === 'done' && ended.asOf === undefined && found?.shown === undefined)
      await keepForLater(deps.database, call, text, ended.confidence);
    // Another process's result came first, or this one is longer than a prompt may show: the next step reads it anew.
    if (kept === undefined || shown.length > LONGEST_REMEMBERED) memory.forget(name);
    else {
      const { outcome } = ended;
      const said = { tool: request.name, toolCallId: request.id, text: shown, outcome, cutOff: false };
      const row = { turn, step, call: index, role: 'tool', ...said } as const;
      const spending = neverRan(ended.outcome) ? {} : { toolCalls: 1, ms };
      memory.add(name, { ...row, ...(ended.asOf === undefined ? {} : { asOf: ended.asOf.toISOString() }) }, spending);
    }
    return digestOf(shown);
  }
}

type KeptCall = AskedCall & { readonly outcome: ToolOutcome };

function isKept(asked: AskedCall | { readonly outcome: undefined }): asked is KeptCall {
  return asked.outcome !== undefined;
}

/** What another process has kept, told as this one would tell it. */
function resultOf({ outcome, failure, text }: KeptCall): ToolCallResult {
  const digest = text === undefined ? {} : { digest: digestOf(text) };
  return { outcome, ...digest, ...(failure === undefined ? {} : { failure }) };
}

/** Below the smallest limit on what a prompt shows of a result, so that a remembered row is never cut off. */
const LONGEST_REMEMBERED = 8_000;

const OUT_OF_TIME: Failure = { kind: 'budget_exceeded', message: 'the time of the turn is over' };

const NO_ANSWER: Ended = {
  outcome: 'failed',
  confidence: 0,
  data: '',
  failure: { kind: 'tool_error', message: 'there is no earlier answer that is young enough' },
};

/** The call goes on in another process; else it is cancelled for good. */
function isShutdown({ reason }: AbortSignal): boolean {
  return reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
}
