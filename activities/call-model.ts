/**
 * One model call. The first of a turn opens the turn, the one that answers closes it. What was already done is found in
 * the journal and not done again.
 */
import type { ModelCallInput, ModelCallResult } from '../core/activities.ts';
import { FailureError } from '../core/failure.ts';
import type { Manifest } from '../core/manifest.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import { promptOf, windowOf } from '../core/window.ts';
import { closeReplied, journalRequest, type ModelRecord, openTurn } from '../db/turns.ts';
import { costUsd } from '../telemetry/pricing.ts';
import { type Attempt, HeldElsewhere, conversationName as nameOf } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { FindManifest } from './manifests.ts';
import type { ModelReply } from './model.ts';
import { releaseSegments } from './release-segments.ts';
import type { RememberedTurn, TurnMemory } from './turn-memory.ts';

/** An answer that cannot be kept is looked for in the journal; where it is not there either, something is broken. */
const MOST_LOOKS = 3;

type Opened = { readonly result: ModelCallResult } | RememberedTurn;

export function callModel(deps: ActivityDependencies, findManifest: FindManifest, memory: TurnMemory) {
  return async (input: ModelCallInput, attempt: Attempt): Promise<ModelCallResult> => {
    const manifest = await findManifest(input.agent, input.revision);
    for (let look = 0; look < MOST_LOOKS; look++) {
      const opened = await open(input, attempt, manifest);
      if ('result' in opened) return opened.result;
      if (attempt.exhausted !== undefined) throw new FailureError(attempt.exhausted);
      const reply = await complete(input, attempt, manifest, opened);
      const result = await keep(input, attempt, manifest, reply);
      if (result !== undefined) return result;
      // Another process answered this step first. Its answer counts; look at it.
      memory.forget(nameOf(attempt.conversation));
    }
    throw new FailureError({ kind: 'internal', message: `step ${input.step} was answered but could not be kept` });
  };

  async function open(input: ModelCallInput, attempt: Attempt, manifest: Manifest): Promise<Opened> {
    const { turn, step } = input;
    const name = nameOf(attempt.conversation);
    const remembered = memory.recall(name, turn, step);
    if (remembered !== undefined) return remembered;

    const found = await openTurn(deps.database, attempt.conversation, input, deps.holder, manifest.limits);
    if (found === undefined || !found.claimed) {
      if (step === 1) return { result: { kind: 'nothing' } };
      // A database that lost its last commits, in a fail-over to a replica that lagged, say.
      throw new FailureError({ kind: 'internal', message: `turn ${turn} has lost its message` });
    }
    if (found.closed !== undefined) return { result: { kind: 'closed', ...found.closed } };
    const asked = found.rows.find((row) => row.turn === turn && row.step === step && row.call === 0);
    memory.remember(name, turn, found.customer, found.rows);
    if (asked?.role === 'agent') return { result: toolsOf(asked.toolCalls) };
    if (found.held) throw new HeldElsewhere();
    return { turn, customer: found.customer, rows: [...found.rows] };
  }

  async function complete(
    input: ModelCallInput,
    attempt: Attempt,
    manifest: Manifest,
    opened: RememberedTurn,
  ): Promise<ModelReply> {
    const { model, instructions, limits, tools } = manifest;
    const released = releaseSegments(deps, attempt, input);
    try {
      return await deps.model.complete(
        {
          model: model.name,
          timeoutMs: model.timeoutMs,
          temperature: model.temperature,
          maxOutputTokens: model.maxOutputTokens,
          messages: promptOf(instructions, opened.customer, windowOf(opened.rows, limits)),
          tools: tools.filter((tool) => tool.permission !== 'deny'),
          conversation: attempt.conversation,
          turn: input.turn,
          step: input.step,
          attempt: attempt.number,
        },
        { signal: attempt.signal, onText: released.add },
      );
    } finally {
      await released.end();
    }
  }

  /** @returns `undefined` where another process's answer to this step came first */
  async function keep(
    input: ModelCallInput,
    attempt: Attempt,
    manifest: Manifest,
    reply: ModelReply,
  ): Promise<ModelCallResult | undefined> {
    const { database } = deps;
    const name = nameOf(attempt.conversation);
    const record: ModelRecord = {
      turn: input.turn,
      step: input.step,
      revision: manifest.revision,
      model: reply.model,
      finishReason: reply.finishReason,
      usage: reply.usage,
      costUsd: costUsd(manifest.model, reply.model, reply.usage),
      attempts: attempt.number,
      ms: reply.ms,
    };
    const text = reply.text ?? '';
    if (reply.toolCalls.length === 0) {
      memory.forget(name);
      const closed = await closeReplied(database, attempt.conversation, text, record);
      return closed === undefined ? undefined : { kind: 'closed', ...closed };
    }
    if (!(await journalRequest(database, attempt.conversation, text, reply.toolCalls, record))) return undefined;
    memory.add(name, { turn: input.turn, step: input.step, call: 0, role: 'agent', text, toolCalls: reply.toolCalls });
    return toolsOf(reply.toolCalls);
  }
}

function toolsOf(toolCalls: readonly RequestedToolCall[]): ModelCallResult {
  return { kind: 'tools', tools: toolCalls.map((call) => call.name.slice(0, 64)) };
}
