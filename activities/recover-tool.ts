/** What stands in for a tool call that failed: an earlier answer, another tool, or the word that it does not work. */
import type { ToolRecovery } from '../core/activities.ts';
import type { Failure } from '../core/failure.ts';
import { FailureError } from '../core/failure.ts';
import type { ToolResult } from '../core/tool-result.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Queryable } from '../db/database.ts';
import { digestOf } from '../db/digest.ts';
import type { Hold } from '../db/held-calls.ts';
import { type AnswerKey, findAnswer, keepAnswer } from '../db/tool-answers.ts';
import type { Call } from './call.ts';
import { parseArguments } from './parse-arguments.ts';

export interface Ended extends ToolResult {
  readonly failure?: Failure;
  /** When the data is of, where that is not now. */
  readonly asOf?: Date;
  /** What guardrails found. */
  readonly verdicts?: readonly Verdict[];
  /** It waits for somebody's yes. */
  readonly hold?: Hold;
}

export function stopped({ failure, asked }: Extract<ToolRecovery, { kind: 'stop' }>): Ended {
  const data = asked === undefined ? sentenceOf(failure) : `${sentenceOf(failure)} The customer was asked: ${asked}`;
  return { outcome: 'failed', confidence: 0, data, failure };
}

/**
 * How a call ends with nothing but a failure. A tool that throws `tool_rejected` says no just as one that returns
 * `rejected`: an answer of the business, and no reason to try another way. That it was thrown is kept with it.
 */
export function endedBy(failure: Failure): Ended {
  const data = sentenceOf(failure);
  return failure.kind === 'tool_rejected'
    ? { outcome: 'rejected', confidence: 1, data, failure: { ...failure, message: data } }
    : { outcome: 'failed', confidence: 0, data, failure };
}

/** A refusal is a sentence. What a tool throws may be anything, such as the whole answer of a service. */
const LONGEST_REFUSAL = 300;

function refusalOf(message: string): string {
  const said = message.trim();
  if (said === '') return 'The tool says no and does not say why.';
  return said.length <= LONGEST_REFUSAL ? said : `${said.slice(0, LONGEST_REFUSAL - 1)}…`;
}

/** What the model reads of a failed call. */
function sentenceOf(failure: Failure): string {
  switch (failure.kind) {
    case 'invalid_model_output':
      return failure.message;
    case 'tool_rejected':
      return refusalOf(failure.message);
    case 'configuration':
      return 'This tool is no longer available.';
    default:
      return 'This tool is not working right now. Nothing was changed.';
  }
}

/** The call of the tool that stands in, with arguments of its own. @throws FailureError */
export function alternativeOf(call: Call, other: Call['tool'], name: string): Call {
  if (other === undefined || call.tool?.alternativeArguments === undefined) {
    throw new FailureError({
      kind: 'configuration',
      message: `no worker has ${name} in place of ${call.request.name}`,
    });
  }
  const mapped = JSON.stringify(call.tool.alternativeArguments(parseArguments(call.request.arguments)));
  return {
    ...call,
    tool: other,
    request: { ...call.request, name, arguments: mapped },
    idempotencyKey: `${call.idempotencyKey}/${name}`,
  };
}

/** An answer of the alternative, as the model reads it. */
export function inPlaceOf(tool: string, result: ToolResult, confidence: number): ToolResult {
  if (result.outcome !== 'done') return result;
  const note = `${tool} is not working right now; this comes from another tool in its place.`;
  return { outcome: 'done', confidence: result.confidence * confidence, data: { note, data: result.data } };
}

/** The last answer to these arguments, where there is one that is not too old. */
export async function keptAnswer(database: Queryable, call: Call): Promise<Ended | undefined> {
  const cached = call.tool?.manifest.fallback?.cached;
  if (cached === undefined) return undefined;
  const answer = await findAnswer(database, answerKeyOf(call), cached.forMs);
  if (answer === undefined) return undefined;
  const note = `This tool is not working right now. This is its answer of ${answer.answeredAt.toISOString()}; tell the customer how old it is.`;
  return {
    outcome: 'done',
    confidence: answer.confidence * cached.confidence,
    data: { note, data: answer.text },
    asOf: answer.answeredAt,
  };
}

/** Keeps an answer for the day when the tool does not work, where the tool wants that. */
export async function keepForLater(database: Queryable, call: Call, text: string, confidence: number): Promise<void> {
  if (call.tool?.manifest.fallback?.cached === undefined) return;
  await keepAnswer(database, answerKeyOf(call), { text, confidence });
}

function answerKeyOf({ attempt, input, request, customer }: Call): AnswerKey {
  return {
    tenant: attempt.conversation.tenant,
    agent: input.agent,
    tool: request.name,
    customer: customer.id,
    digest: digestOf(request.arguments),
  };
}
